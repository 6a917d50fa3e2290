using System.Net;
using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Timelines;

public sealed class CacheOutageTests(Backends backends)
{
    [Fact]
    public async Task An_api_that_never_saw_redis_serves_posts_homes_and_health()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        await using var api = await ApiHost.StartAsync(sandbox, $"--ConnectionStrings:redis=127.0.0.1:{Gate.DeadPort()},connectTimeout=500");
        var (alice, bob) = await api.People.AliceAndBobAsync();

        await alice.FollowAsync(bob);
        var first = await bob.PostAsync("Hello");
        var second = await alice.PostAsync("Hello back");

        Assert.Equal([second, first], await alice.HomeIdsAsync());
        Assert.Equal([first], await bob.HomeIdsAsync());
        await HomeTruth.CheckAsync(sandbox, alice);
        Assert.Equal(HttpStatusCode.OK, (await api.People.Nobody.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task While_redis_is_away_nothing_fails_and_on_its_return_it_is_used_again()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        var (gate, connection) = Gate.ToRedis(sandbox.RedisConnection);
        await using var _ = gate;
        await using var api = await ApiHost.StartAsync(sandbox, $"--ConnectionStrings:redis={connection},connectTimeout=500");
        await using var worker = await WorkerHost.StartAsync(sandbox);
        var home = new HomeTimeline(sandbox.Cache);
        var (alice, bob) = await api.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        await alice.HomeIdsAsync();
        await Eventually.HoldsAsync("alice's list to be built", async () => (await home.ReadAsync(alice.Id, count: null)).IsWarm);

        gate.Close();
        var own = await alice.PostAsync("Redis is away");
        var others = await bob.PostAsync("I noticed");
        Assert.Equal([others, own], await Eventually.BecomesAsync("alice's home without Redis", () => alice.HomeIdsAsync(), ids => ids.Count == 2));
        Assert.Equal([others], await bob.HomeIdsAsync());

        gate.Open();
        await Eventually.HoldsAsync("the API to use Redis again", () => Task.FromResult(api.Get<HomeTimeline>().IsConnected));
        await Eventually.BecomesAsync("alice's home after the return", () => alice.HomeIdsAsync(), ids => ids.SequenceEqual([others, own]));
        await HomeTruth.CheckAsync(sandbox, alice, 40);
    }
}
