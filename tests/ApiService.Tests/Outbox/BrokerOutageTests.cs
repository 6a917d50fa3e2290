using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Outbox;

public sealed class BrokerOutageTests(Backends backends)
{
    [Fact]
    public async Task While_the_broker_is_away_posts_are_accepted_and_on_its_return_they_are_sent()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        var (gate, connection) = Gate.ToBroker(sandbox.Broker.Connection);
        await using var _ = gate;
        await using var api = await ApiHost.StartAsync(sandbox, $"--ConnectionStrings:rabbitmq={connection}");
        var alice = await api.People.AliceAsync();
        await alice.PostAsync("Before");
        await Eventually.HoldsAsync("the first to be sent", async () => await LeftAsync(sandbox) == 0);

        gate.Close();
        var statuses = await alice.PostStatusesAsync(3, "Meanwhile");
        Assert.Equal(Enumerable.Reverse(statuses), (await alice.HomeIdsAsync()).Take(3));
        Assert.Equal(3, await LeftAsync(sandbox));

        gate.Open();
        await Eventually.HoldsAsync("the outbox to drain", async () => await LeftAsync(sandbox) == 0);
        Assert.Equal(4u, await sandbox.Broker.CountAsync(BrokerTopology.FeedQueue));
    }

    [Fact]
    public async Task An_api_that_never_saw_a_broker_accepts_posts()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends);
        await using var api = await ApiHost.StartAsync(sandbox, $"--ConnectionStrings:rabbitmq=amqp://127.0.0.1:{Gate.DeadPort()}");
        var alice = await api.People.AliceAsync();

        var status = await alice.PostAsync("Hello");

        Assert.Equal([status], await alice.HomeIdsAsync());
        Assert.Equal(1, await LeftAsync(sandbox));
    }

    private static Task<long> LeftAsync(Sandbox sandbox) => sandbox.ScalarAsync<long>("SELECT count(*) FROM outbox");
}
