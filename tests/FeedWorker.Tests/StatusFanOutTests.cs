using System.Text.Json;
using Microblog.Contracts;

namespace Microblog.FeedWorker.Tests;

public sealed class StatusFanOutTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task A_status_reaches_author_and_followers_and_nobody_else()
    {
        var accounts = await worker.AccountsAsync(4);
        await worker.FollowAsync(accounts[0], accounts[1], accounts[2]);

        var status = await worker.PostAsync(accounts[0]);

        Assert.Equal([status], await worker.ListAsync(accounts[0]));
        Assert.Equal([status], await worker.ListAsync(accounts[1]));
        Assert.Equal([status], await worker.ListAsync(accounts[2]));
        Assert.Empty(await worker.ListAsync(accounts[3]));
    }

    [Fact]
    public async Task Who_stays_away_gets_no_list()
    {
        var author = (await worker.AccountsAsync(1))[0];
        var absent = (await worker.AccountsAsync(1, withLists: false))[0];
        await worker.FollowAsync(author, absent);

        await worker.PostAsync(author);

        Assert.False(await worker.Sandbox.CacheDatabase.KeyExistsAsync(worker.Home.Key(absent)));
    }

    /// <summary>Visibility, who is mentioned, who gets it: a = author, f = follower, m = mentioned follower, s = mentioned stranger.</summary>
    [Theory]
    [InlineData(0, "afm")]
    [InlineData(1, "afm")]
    [InlineData(2, "afm")]
    [InlineData(3, "am")]
    public async Task Direct_statuses_go_to_followers_only_when_they_are_mentioned(short visibility, string expected)
    {
        var accounts = await worker.AccountsAsync(4);
        var (author, follower, mentioned, stranger) = (accounts[0], accounts[1], accounts[2], accounts[3]);
        await worker.FollowAsync(author, follower, mentioned);

        var status = await worker.PostAsync(author, visibility, mentions: [mentioned, stranger]);

        var reached = "";
        foreach (var (letter, account) in new[] { ('a', author), ('f', follower), ('m', mentioned), ('s', stranger) })
        {
            reached += (await worker.ListAsync(account)).Contains(status) ? letter : "";
        }
        Assert.Equal(expected, reached);
        Assert.Equal([("mention", author)], await worker.NotificationsAsync(mentioned));
        Assert.Equal([("mention", author)], await worker.NotificationsAsync(stranger));
        Assert.Empty(await worker.NotificationsAsync(follower));
    }

    [Fact]
    public async Task Replies_go_to_those_who_know_both_sides()
    {
        var accounts = await worker.AccountsAsync(5);
        var (author, other, ofAuthor, ofBoth, answered) = (accounts[0], accounts[1], accounts[2], accounts[3], accounts[4]);
        await worker.FollowAsync(author, ofAuthor, ofBoth, answered);
        await worker.FollowAsync(other, ofBoth);
        var question = await worker.StatusAsync(other);
        var own = await worker.StatusAsync(author);
        var fromAnswered = await worker.StatusAsync(answered);

        var toOther = await worker.PostAsync(author, replyTo: question);
        var toSelf = await worker.PostAsync(author, replyTo: own);
        var toFollower = await worker.PostAsync(author, replyTo: fromAnswered);

        Assert.Equal([toSelf], await worker.ListAsync(ofAuthor));
        Assert.Equal([toSelf, toOther], await worker.ListAsync(ofBoth));
        Assert.Equal([toFollower, toSelf], await worker.ListAsync(answered));
        Assert.Equal([toFollower, toSelf, toOther], await worker.ListAsync(author));
    }

    [Fact]
    public async Task An_edit_that_adds_a_hashtag_or_a_mention_brings_the_status_into_its_place_once()
    {
        var accounts = await worker.AccountsAsync(4);
        var (author, follower, ofTag, mentioned) = (accounts[0], accounts[1], accounts[2], accounts[3]);
        await worker.FollowAsync(author, follower, mentioned);
        await worker.Sandbox.ExecuteAsync("INSERT INTO tag_follows (account_id, hashtag) VALUES (@ofTag, 'added')", new { ofTag });
        var status = await worker.PostAsync(author);
        var direct = await worker.PostAsync(author, visibility: 3);
        var newer = await worker.PostAsync(author);

        await worker.Sandbox.ExecuteAsync(
            "INSERT INTO status_hashtags (hashtag, status_id, account_id) VALUES ('added', @status, @author); INSERT INTO mentions (account_id, status_id) VALUES (@mentioned, @direct)",
            new { status, author, mentioned, direct });
        foreach (var id in new[] { status, direct })
        {
            await worker.Worker.HandleAsync(BrokerTopology.StatusEdited, JsonSerializer.SerializeToUtf8Bytes(new StatusEdited(id, author, ReachesMore: true), MessageJson.Default.StatusEdited));
        }

        Assert.Equal([status], await worker.ListAsync(ofTag));
        Assert.Equal([newer, status], await worker.ListAsync(follower));
        Assert.Equal([newer, direct, status], await worker.ListAsync(mentioned));
        Assert.Equal([newer, direct, status], await worker.ListAsync(author));
    }

    [Fact]
    public async Task A_redelivery_changes_nothing_for_readers()
    {
        var accounts = await worker.AccountsAsync(2);
        await worker.FollowAsync(accounts[0], accounts[1]);
        var first = await worker.PostAsync(accounts[0], mentions: [accounts[1]]);
        var second = await worker.PostAsync(accounts[0]);

        await worker.PostedAsync(accounts[0], first);
        await worker.PostedAsync(accounts[0], first);

        Assert.Equal([second, first], await worker.ListAsync(accounts[1]));
        Assert.Single(await worker.NotificationsAsync(accounts[1]));
    }

    [Fact]
    public async Task A_message_that_comes_late_is_put_in_its_place()
    {
        var accounts = await worker.AccountsAsync(2);
        await worker.FollowAsync(accounts[0], accounts[1]);
        var late = await worker.StatusAsync(accounts[0]);
        var recent = await worker.PostAsync(accounts[0]);

        for (var i = 0; i < 2; i++)
        {
            await worker.Worker.HandleAsync(new StatusPosted(late, accounts[0], DateTimeOffset.UtcNow.AddMinutes(-1)));
        }

        var list = await worker.Sandbox.CacheDatabase.ListRangeAsync(worker.Home.Key(accounts[1]));
        Assert.Equal($"{recent},{late},0", string.Join(',', list));
    }

    [Fact]
    public async Task A_status_that_has_vanished_is_no_failure()
    {
        var accounts = await worker.AccountsAsync(2);
        await worker.FollowAsync(accounts[0], accounts[1]);

        await worker.PostedAsync(accounts[0], 12345);
        await worker.Worker.HandleAsync(new StatusDeleted(12345, accounts[0]));
        await worker.Worker.HandleAsync(new StatusPosted(1, 2, DateTimeOffset.UtcNow));

        Assert.Empty(await worker.ListAsync(accounts[1]));
    }

    [Fact]
    public async Task A_deleted_status_leaves_every_list_and_its_repetition_does_no_harm()
    {
        var accounts = await worker.AccountsAsync(3);
        await worker.FollowAsync(accounts[0], accounts[1], accounts[2]);
        var kept = await worker.PostAsync(accounts[0]);
        var status = await worker.PostAsync(accounts[0]);

        await worker.Sandbox.ExecuteAsync("DELETE FROM statuses WHERE id = @status", new { status });
        await worker.Worker.HandleAsync(new StatusDeleted(status, accounts[0]));
        await worker.Worker.HandleAsync(new StatusDeleted(status, accounts[0]));
        await worker.PostedAsync(accounts[0], status);

        foreach (var account in accounts)
        {
            Assert.Equal([kept], await worker.ListAsync(account));
        }
    }

    [Fact]
    public async Task Nobody_is_notified_of_a_mention_by_themselves_or_twice()
    {
        var accounts = await worker.AccountsAsync(2);

        var status = await worker.PostAsync(accounts[0], mentions: [accounts[0], accounts[1]]);
        await worker.PostedAsync(accounts[0], status);

        Assert.Empty(await worker.NotificationsAsync(accounts[0]));
        Assert.Equal([("mention", accounts[0])], await worker.NotificationsAsync(accounts[1]));
    }
}
