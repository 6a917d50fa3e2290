using System.Net;
using Dapper;
using Npgsql;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Database;

public sealed class ReadYourWritesTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task While_the_replica_lags_everybody_sees_their_own_writes_and_nobody_gets_an_error()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var old = await alice.PostAsync("Before");
        await fixture.Sandbox.ReplicaInUseAsync(fixture.Api);
        await using var pause = await fixture.Sandbox.PauseReplicaAsync();

        var status = await alice.PostAsync("While it lags");
        var relationship = await alice.FollowAsync(bob);

        Assert.True(relationship["following"].GetBoolean());
        Assert.Equal([status, old], await alice.HomeIdsAsync());
        Assert.Equal([status, old], (await alice.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
        Assert.Equal([bob.Id], (await alice.GetAsync($"/api/v1/accounts/{alice.Id}/following")).Ok().Ids);
        Assert.Equal((2, 1), await CountsAsync(alice));
        Assert.True((await alice.GetAsync($"/api/v1/accounts/relationships?id={bob.Id}")).Ok().Body[0].GetProperty("following").GetBoolean());

        // Others are served by the replica, which is older, but a thing asked for by its id is found.
        Assert.Equal([old], (await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
        Assert.Equal([old], (await bob.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
        Assert.Equal(status, (await fixture.Nobody.GetAsync($"/api/v1/statuses/{status}")).Ok().Id);
        Assert.Equal(status, (await bob.GetAsync($"/api/v1/statuses/{status}")).Ok().Id);
    }

    [Fact]
    public async Task Who_signed_up_just_now_is_found_by_name_while_the_replica_lags()
    {
        var alice = await fixture.People.AliceAsync();
        await fixture.Sandbox.ReplicaInUseAsync(fixture.Api);
        await using var pause = await fixture.Sandbox.PauseReplicaAsync();
        var newcomer = await fixture.People.SignUpAsync("newcomer");

        Assert.Equal([newcomer.Id], (await alice.GetAsync($"/api/v1/accounts/search?q={newcomer.Username}")).Ok().Ids);
        Assert.Equal(newcomer.Id, Answer.IdOf((await alice.GetAsync($"/api/v2/search?q={newcomer.Username}")).Ok()["accounts"][0]));
    }

    [Fact]
    public async Task A_replica_that_stays_behind_is_no_longer_asked()
    {
        var alice = await fixture.People.AliceAsync();
        await fixture.Sandbox.ReplicaInUseAsync(fixture.Api);
        await using var pause = await fixture.Sandbox.PauseReplicaAsync();

        var status = await alice.PostAsync("Everybody wants to read this");

        await Eventually.BecomesAsync(
            "anybody to see the status", async () => (await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids, ids => ids.Contains(status));
    }

    [Fact]
    public async Task Who_signs_up_while_the_replica_lags_can_use_the_account_at_once()
    {
        await fixture.Sandbox.ReplicaInUseAsync(fixture.Api);
        await using var pause = await fixture.Sandbox.PauseReplicaAsync();

        var alice = await fixture.People.AliceAsync();
        var status = await alice.PostAsync("Hello");

        Assert.Equal([status], await alice.HomeIdsAsync());
        Assert.Equal(alice.Id, (await fixture.Nobody.GetAsync($"/api/v1/accounts/lookup?acct={alice.Username}")).Ok().Id);
    }

    [Fact]
    public async Task Another_process_of_the_api_knows_of_the_write_too()
    {
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        var alice = await fixture.People.AliceAsync();
        await fixture.Sandbox.ReplicaInUseAsync(other);
        await using var pause = await fixture.Sandbox.PauseReplicaAsync();

        var status = await alice.PostAsync("Through one process");

        Assert.Equal([status], await alice.At(other.Address).HomeIdsAsync());
        Assert.Equal([status], (await alice.At(other.Address).GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
    }

    [Fact]
    public async Task A_replica_that_is_away_costs_no_errors()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, $"--ConnectionStrings:replica=Host=127.0.0.1;Port={Gate.DeadPort()};Username=nobody;Database=nothing;Timeout=1");
        var alice = await api.People.AliceAsync();

        var status = await alice.PostAsync("Without a replica");

        Assert.Equal([status], await alice.HomeIdsAsync());
        Assert.Equal([status], (await api.People.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
        await Eventually.HoldsAsync("the service to be degraded but ready", async () =>
        {
            var health = await api.People.Nobody.GetAsync("/health");
            return health.Status is HttpStatusCode.OK && health.Text.Contains("The replica is away");
        });
    }

    [Fact]
    public async Task A_replica_that_throws_its_readers_out_costs_no_errors()
    {
        var alice = await fixture.People.AliceAsync();
        var status = await alice.PostAsync("Hello");
        await fixture.Sandbox.ReplicaInUseAsync(fixture.Api);

        // A connection of its own: a pooled one might be a victim of the round before.
        await using var connection = new NpgsqlConnection($"{fixture.Sandbox.ReplicaConnection};Pooling=false");
        await connection.OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            await connection.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => fixture.Nobody.GetAsync($"/api/v1/statuses/{status}")));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        }
    }

    private static async Task<(long Statuses, long Following)> CountsAsync(Person person)
    {
        var account = await person.AccountAsync();
        return (account["statuses_count"].GetInt64(), account["following_count"].GetInt64());
    }
}
