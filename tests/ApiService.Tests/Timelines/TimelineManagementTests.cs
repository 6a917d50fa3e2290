using System.Net;
using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Timelines;

public sealed class TimelineManagementTests(Backends backends)
{
    [Fact]
    public async Task Rebuilding_drops_every_list_and_the_next_read_builds_it_again()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        var port = Gate.DeadPort();
        await using var api = await ApiHost.StartAsync(sandbox, $"--urls=http://127.0.0.1:0;http://127.0.0.1:{port}", $"--MANAGEMENT_PORT={port}");
        var management = new Client(new Uri($"http://127.0.0.1:{port}"));
        var home = new HomeTimeline(sandbox.Cache);
        var alice = await api.People.AliceAsync();
        var status = await alice.PostAsync("Hello");

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal([status], await alice.HomeIdsAsync());
            await Eventually.HoldsAsync("the list to be built", async () => (await home.ReadAsync(alice.Id, count: null)).IsWarm);

            var answer = (await management.SendAsync(HttpMethod.Post, "/manage/timelines/rebuild")).Ok();

            Assert.Equal("1 cached timelines dropped; each is rebuilt at its next read.", answer["message"].GetString());
            Assert.False(await sandbox.CacheDatabase.KeyExistsAsync(home.Key(alice.Id)));
        }
    }

    [Fact]
    public async Task Management_and_health_answer_on_the_management_port_only()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        var port = Gate.DeadPort();
        await using var api = await ApiHost.StartAsync(sandbox, $"--urls=http://127.0.0.1:0;http://127.0.0.1:{port}", $"--MANAGEMENT_PORT={port}");
        var management = new Client(new Uri($"http://127.0.0.1:{port}"));

        foreach (var (method, path) in new[] { (HttpMethod.Post, "/manage/timelines/rebuild"), (HttpMethod.Get, "/alive") })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await api.People.Nobody.SendAsync(method, path)).Status);
            Assert.Equal(HttpStatusCode.OK, (await management.SendAsync(method, path)).Status);
        }
        Assert.DoesNotContain("/manage", (await api.People.Nobody.GetAsync("/openapi/v1.json")).Ok().Text, StringComparison.Ordinal);
    }
}
