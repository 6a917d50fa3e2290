using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.FeedWorker.Tests;

public sealed class MergeAtReadTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    private AuthorTimeline Authors => field ??= new AuthorTimeline(worker.Sandbox.Cache);

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public async Task An_author_is_merged_at_read_from_the_configured_number_of_followers_on(int followers, bool isMerged)
    {
        await using var strict = WorkerHost.Build(worker.Sandbox, "--Microblog:MergeAtFollowers=3");
        var accounts = await worker.AccountsAsync(followers + 1);
        await worker.FollowAsync(accounts[0], accounts[1..]);

        var status = await worker.StatusAsync(accounts[0]);
        await strict.HandleAsync(new StatusPosted(status, accounts[0], DateTimeOffset.UtcNow));

        Assert.Equal(isMerged, await worker.Sandbox.ScalarAsync<bool>("SELECT merged_since IS NOT NULL FROM accounts WHERE id = @id", new { id = accounts[0] }));
        Assert.All(await Task.WhenAll(accounts.Select(worker.ListAsync)), list => Assert.Equal([status], list));
    }

    [Fact]
    public async Task After_the_grace_time_only_the_authors_own_list_gets_the_status()
    {
        var accounts = await worker.AccountsAsync(3);
        await worker.FollowAsync(accounts[0], accounts[1..]);
        await Authors.BeginBuildAsync(accounts[0]);
        await Authors.EndBuildAsync(accounts[0], [], complete: true);
        await worker.Sandbox.ExecuteAsync("UPDATE accounts SET merged_since = now() - @grace * 1.1 WHERE id = @id", new { id = accounts[0], grace = FanOutLimits.MergeGrace });

        var status = await worker.PostAsync(accounts[0], mentions: [accounts[1]]);

        Assert.Equal([status], (await Authors.ReadAsync(accounts[0], count: null)).Ids);
        Assert.Equal([status], await worker.ListAsync(accounts[0]));
        Assert.Empty(await worker.ListAsync(accounts[1]));
        Assert.Empty(await worker.ListAsync(accounts[2]));
        Assert.Equal([("mention", accounts[0])], await worker.NotificationsAsync(accounts[1]));
    }

    [Fact]
    public async Task Deleting_empties_the_authors_list_too()
    {
        var accounts = await worker.AccountsAsync(1);
        await Authors.BeginBuildAsync(accounts[0]);
        await Authors.EndBuildAsync(accounts[0], [], complete: true);
        await worker.Sandbox.ExecuteAsync("UPDATE accounts SET merged_since = now() WHERE id = @id", new { id = accounts[0] });
        var status = await worker.PostAsync(accounts[0]);

        await worker.Worker.HandleAsync(new StatusDeleted(status, accounts[0]));

        Assert.Empty((await Authors.ReadAsync(accounts[0], count: null)).Ids);
    }
}
