using System.Net;
using Microblog.ApiService.Database;
using Microblog.TestSupport;
using NpgsqlTypes;

namespace Microblog.ApiService.Tests.Database;

/// <summary>Own writes through another process of the API, and after things that could make it forget them.</summary>
public sealed class WriteFenceTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const long Account = 1;

    private static readonly NpgsqlLogSequenceNumber Low = new(0x9_FFFF_FFFF), Between = new(0xA_0000_0000), High = new(0xA_0000_0001);

    [Fact]
    public async Task Commits_that_finish_in_another_order_are_all_waited_for_here_and_elsewhere()
    {
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        var (here, there) = (fixture.Api.Get<WriteFence>(), other.Get<WriteFence>());

        await here.RaiseAsync(Account, High);
        await here.RaiseAsync(Account, Low);
        await there.RaiseAsync(Account, Low);

        foreach (var fence in new[] { here, there })
        {
            Assert.False(await fence.IsReplayedAsync(Account, Between, default));
            Assert.True(await fence.IsReplayedAsync(Account, High, default));
        }
    }

    [Fact]
    public async Task A_process_that_finds_redis_emptied_after_an_outage_still_shows_what_was_written_through_another()
    {
        var (gate, connection) = Gate.ToRedis(fixture.Sandbox.RedisConnection);
        await using var _ = gate;
        await using var other = await ApiHost.StartAsync(fixture.Sandbox, $"--ConnectionStrings:redis={connection},connectTimeout=500");
        var alice = await fixture.People.AliceAsync();
        await fixture.Sandbox.ReplicaInUseAsync(other);
        await using var pause = await fixture.Sandbox.PauseReplicaAsync();
        var status = await alice.PostAsync("Before Redis loses it");
        gate.Close();
        await Eventually.HoldsAsync("the other process to miss Redis", () => Task.FromResult(!other.Get<RedisHealth>().Database.Multiplexer.IsConnected));
        await fixture.Sandbox.FlushCacheAsync();
        gate.Open();
        await Eventually.HoldsAsync("the other process to find Redis again", () => Task.FromResult(other.Get<RedisHealth>().Database.Multiplexer.IsConnected));

        Assert.Equal([status], (await alice.At(other.Address).GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
    }

    [Fact]
    public async Task Who_deleted_the_account_cannot_log_in_while_the_replica_lags()
    {
        var alice = await fixture.People.AliceAsync();
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        await fixture.Sandbox.ReplicaInUseAsync(other);
        await using var pause = await fixture.Sandbox.PauseReplicaAsync();

        (await alice.PostAsync("/api/v1/accounts/delete", new { password = People.Password })).Ok();
        var through = await other.People.RegisterAsync("read");
        var answer = await other.People.Nobody.PostAsync("/oauth/token", new
        {
            grant_type = "password",
            client_id = through.ClientId,
            client_secret = through.ClientSecret,
            username = alice.Username,
            password = People.Password,
        });

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (answer.Status, answer.Error));
    }
}
