using System.Diagnostics;
using Aspire.Hosting.Testing;
using Dapper;
using Microblog.Contracts;
using Microblog.TestSupport;
using Npgsql;
using StackExchange.Redis;

namespace Microblog.AppHost.Tests;

/// <summary>Parts of the running system are killed, restarted and emptied; nothing may be lost, and nothing may show twice.</summary>
public sealed class FailureTests(WholeSystem system)
{
    private const int Followers = 4_500;
    private const int Statuses = 10;

    [Fact]
    public async Task A_worker_killed_in_the_middle_of_a_fan_out_loses_and_duplicates_nothing()
    {
        var running = await system.RunningAsync();
        var star = await running.People.SignUpAsync("star");
        var followers = await AddFollowersAsync(running, star.Id);
        using var redis = await ConnectionMultiplexer.ConnectAsync(running.Redis);
        var home = new HomeTimeline(redis);
        foreach (var batch in followers.Chunk(500))
        {
            await Task.WhenAll(batch.Select(async id =>
            {
                await home.BeginBuildAsync(id);
                await home.EndBuildAsync(id, [], complete: true);
            }));
        }
        var (instance, worker) = (await running.ProcessesAsync("feedworker")).First();

        var statuses = new List<long>();
        for (var i = 0; i < Statuses; i++)
        {
            statuses.Add(await star.PostAsync($"To all of you, {i}"));
        }
        Process.GetProcessById(worker).Kill(entireProcessTree: true);

        var expected = Enumerable.Reverse(statuses).ToList();
        foreach (var follower in followers)
        {
            await Eventually.BecomesAsync(
                $"the home of follower {follower}", async () => (await home.ReadAsync(follower, count: null)).Ids.ToList(), ids => ids.SequenceEqual(expected), TimeSpan.FromSeconds(60));
        }
        await running.StartAsync(instance);
        await running.HealthyAsync("feedworker");
        var processes = await Eventually.BecomesAsync("the worker to have another process", () => running.ProcessesAsync("feedworker"), ids => ids[instance] != worker);
        Assert.Equal(2, processes.Count);
    }

    [Fact]
    public async Task While_the_replica_restarts_reads_go_on_and_afterwards_it_follows_again()
    {
        var running = await system.RunningAsync();
        var alice = await running.People.AliceAsync();

        var restart = running.CommandAsync("replica", "restart");
        var posted = new List<long>();
        while (!restart.IsCompleted || posted.Count < 5)
        {
            posted.Add(await alice.PostAsync($"Meanwhile, {posted.Count}"));
            Assert.Equal(posted[^1], (await alice.HomeIdsAsync())[0]);
        }
        await restart;
        await running.HealthyAsync("replica");

        await using var source = NpgsqlDataSource.Create((await running.App.GetConnectionStringAsync("replica"))!);
        await Eventually.HoldsAsync("the replica to have the last status", async () =>
        {
            await using var connection = await source.OpenConnectionAsync();
            return await connection.ExecuteScalarAsync<bool>("SELECT pg_is_in_recovery() AND EXISTS (SELECT FROM statuses WHERE id = @id)", new { id = posted[^1] });
        });
    }

    [Fact]
    public async Task After_Redis_was_emptied_the_timelines_come_back()
    {
        var running = await system.RunningAsync();
        var (alice, bob) = await running.People.AliceAndBobAsync();
        await bob.FollowAsync(alice);
        var statuses = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            statuses.Add(await alice.PostAsync($"Number {i}"));
        }
        var expected = Enumerable.Reverse(statuses).ToList();
        await Eventually.BecomesAsync("bob's home to be full", () => bob.HomeIdsAsync(), ids => ids.SequenceEqual(expected));

        await running.CommandAsync("redis", "flush");

        Assert.Equal(expected, await bob.HomeIdsAsync());
        using var redis = await ConnectionMultiplexer.ConnectAsync(running.Redis);
        var home = new HomeTimeline(redis);
        await Eventually.BecomesAsync("bob's list to be built again", async () => (await home.ReadAsync(bob.Id, count: null)).Ids.ToList(), ids => ids.SequenceEqual(expected));
    }

    [Fact]
    public async Task While_the_broker_is_away_posts_are_accepted_and_delivered_when_it_is_back()
    {
        var running = await system.RunningAsync();
        var (alice, bob) = await running.People.AliceAndBobAsync();
        await bob.FollowAsync(alice);
        await bob.HomeIdsAsync();
        await running.DrainedAsync();

        await running.CommandAsync("rabbitmq", "stop");
        var status = await alice.PostAsync("Nobody carries this yet");
        Assert.Contains(status, await alice.HomeIdsAsync());
        await running.CommandAsync("rabbitmq", "start");
        await running.HealthyAsync("rabbitmq");

        using var redis = await ConnectionMultiplexer.ConnectAsync(running.Redis);
        var home = new HomeTimeline(redis);
        await Eventually.BecomesAsync(
            "the status to reach bob's list", async () => (await home.ReadAsync(bob.Id, count: null)).Ids.ToList(), ids => ids.Contains(status), TimeSpan.FromSeconds(60));
        await running.HealthyAsync("feedworker");
    }

    /// <summary>Accounts by SQL: signing up thousands through the API would measure the password hash.</summary>
    private static async Task<List<long>> AddFollowersAsync(Running running, long author)
    {
        const string Sql =
            """
            WITH people AS (
                INSERT INTO accounts (username) SELECT 'crowd_' || (@author % 100000) || '_' || n FROM generate_series(1, @count) n RETURNING id),
            stats AS (
                INSERT INTO account_stats (account_id, following_count) SELECT id, 1 FROM people),
            counted AS (
                UPDATE account_stats SET followers_count = followers_count + @count WHERE account_id = @author)
            INSERT INTO follows (account_id, target_id) SELECT id, @author FROM people RETURNING account_id
            """;
        await using var connection = await running.Primary.OpenConnectionAsync();
        return (await connection.QueryAsync<long>(Sql, new { author, count = Followers })).AsList();
    }
}
