using Microblog.Contracts;

namespace Microblog.FeedWorker.Tests;

public sealed class NotifierTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task A_favourite_tells_the_author_once_and_is_taken_back_with_it()
    {
        var (author, fan) = await TwoAsync();
        var status = await worker.StatusAsync(author);
        await FavourAsync(fan, status);

        await worker.Worker.HandleAsync(new FavouriteChanged(fan, status));
        await worker.Worker.HandleAsync(new FavouriteChanged(fan, status));
        Assert.Equal([("favourite", fan)], await worker.NotificationsAsync(author));

        await worker.Sandbox.ExecuteAsync("DELETE FROM favourites WHERE account_id = @fan AND status_id = @status", new { fan, status });
        await worker.Worker.HandleAsync(new FavouriteChanged(fan, status));
        Assert.Empty(await worker.NotificationsAsync(author));

        await FavourAsync(fan, status);
        await worker.Worker.HandleAsync(new FavouriteChanged(fan, status));
        Assert.Equal([("favourite", fan)], await worker.NotificationsAsync(author));
    }

    [Fact]
    public async Task A_reblog_tells_the_author_of_the_original_until_it_is_undone()
    {
        var (author, fan) = await TwoAsync();
        var status = await worker.StatusAsync(author);
        var reblog = await worker.ReblogAsync(fan, status);

        await worker.PostedAsync(fan, reblog);
        Assert.Equal([("reblog", fan)], await worker.NotificationsAsync(author));

        await worker.Sandbox.ExecuteAsync("DELETE FROM statuses WHERE id = @reblog", new { reblog });
        await worker.Worker.HandleAsync(new StatusDeleted(reblog, fan, ReblogOfId: status));
        Assert.Empty(await worker.NotificationsAsync(author));
    }

    [Fact]
    public async Task Nobody_is_told_of_what_they_did_themselves()
    {
        var author = (await worker.AccountsAsync(1))[0];
        var status = await worker.StatusAsync(author, mentions: author);
        await FavourAsync(author, status);

        await worker.PostedAsync(author, status);
        await worker.PostedAsync(author, await worker.ReblogAsync(author, status));
        await worker.Worker.HandleAsync(new FavouriteChanged(author, status));

        Assert.Empty(await worker.NotificationsAsync(author));
    }

    [Theory]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@recipient, @sender)", false)]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@sender, @recipient)", false)]
    [InlineData("INSERT INTO mutes (account_id, target_id) VALUES (@recipient, @sender)", false)]
    [InlineData("INSERT INTO mutes (account_id, target_id, expires_at) VALUES (@recipient, @sender, now() + interval '1 hour')", false)]
    [InlineData("INSERT INTO mutes (account_id, target_id, expires_at) VALUES (@recipient, @sender, now() - interval '1 second')", true)]
    [InlineData("INSERT INTO mutes (account_id, target_id, notifications) VALUES (@recipient, @sender, false)", true)]
    [InlineData("INSERT INTO conversation_mutes (account_id, conversation_id) VALUES (@recipient, @status)", false)]
    [InlineData("INSERT INTO conversation_mutes (account_id, conversation_id) VALUES (@sender, @status)", true)]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@recipient, @other)", false)]
    [InlineData("INSERT INTO mutes (account_id, target_id) VALUES (@recipient, @other)", true)]
    [InlineData("UPDATE mentions SET silent = true WHERE account_id = @recipient AND status_id = @status", false)]
    [InlineData("INSERT INTO notification_policies (account_id, for_not_following) VALUES (@recipient, 'drop')", false)]
    [InlineData("INSERT INTO notification_policies (account_id, for_not_followers) VALUES (@recipient, 'drop')", false)]
    [InlineData("INSERT INTO notification_policies (account_id, for_new_accounts) VALUES (@recipient, 'drop')", false)]
    public async Task A_mention_reaches_who_wants_it(string setting, bool isTold)
    {
        var ids = await worker.AccountsAsync(3);
        var (recipient, sender, other) = (ids[0], ids[1], ids[2]);
        var status = await worker.StatusAsync(sender, mentions: [recipient, other]);
        await worker.Sandbox.ExecuteAsync(setting, new { recipient, sender, other, status });

        await worker.PostedAsync(sender, status);

        Assert.Equal(isTold ? [("mention", sender)] : [], await worker.NotificationsAsync(recipient));
        Assert.Equal([("mention", sender)], await worker.NotificationsAsync(other));
    }

    [Theory]
    [InlineData("", (short)0, false)]
    [InlineData("", (short)3, true)]
    [InlineData("INSERT INTO follows (account_id, target_id) VALUES (@recipient, @sender)", (short)3, false)]
    [InlineData("INSERT INTO notification_policies (account_id, for_private_mentions) VALUES (@recipient, 'accept')", (short)3, false)]
    [InlineData("INSERT INTO notification_permissions (account_id, from_account_id) VALUES (@recipient, @sender)", (short)3, false)]
    [InlineData("UPDATE accounts SET limited_at = now() WHERE id = @sender", (short)0, true)]
    [InlineData("INSERT INTO notification_policies (account_id, for_not_following) VALUES (@recipient, 'filter')", (short)0, true)]
    [InlineData("INSERT INTO notification_policies (account_id, for_not_followers) VALUES (@recipient, 'filter'); INSERT INTO follows (account_id, target_id, created_at) VALUES (@sender, @recipient, now() - interval '4 days')", (short)0, false)]
    [InlineData("INSERT INTO notification_policies (account_id, for_not_followers) VALUES (@recipient, 'filter'); INSERT INTO follows (account_id, target_id) VALUES (@sender, @recipient)", (short)0, true)]
    [InlineData("INSERT INTO notification_policies (account_id, for_new_accounts) VALUES (@recipient, 'filter'); UPDATE accounts SET created_at = now() - interval '31 days' WHERE id = @sender", (short)0, false)]
    public async Task The_policy_keeps_back_what_it_names_and_asks(string setting, short visibility, bool isFiltered)
    {
        var (recipient, sender) = await TwoAsync();
        await worker.Sandbox.ExecuteAsync($"{setting};SELECT 1", new { recipient, sender });
        var status = await worker.StatusAsync(sender, visibility, mentions: recipient);

        await worker.PostedAsync(sender, status);
        await worker.PostedAsync(sender, status);

        Assert.Equal(isFiltered, await worker.Sandbox.ScalarAsync<bool>("SELECT filtered FROM notifications WHERE account_id = @recipient", new { recipient }));
        Assert.Equal(isFiltered ? 1 : 0, await worker.Sandbox.ScalarAsync<long>("SELECT count(*) FROM notification_requests WHERE account_id = @recipient AND from_account_id = @sender", new { recipient, sender }));
    }

    [Fact]
    public async Task An_answer_to_ones_own_direct_status_is_not_kept_back()
    {
        var (recipient, sender) = await TwoAsync();
        var question = await worker.StatusAsync(recipient, 3, mentions: sender);
        var answer = await worker.StatusAsync(sender, 3, replyTo: question, mentions: recipient);

        await worker.PostedAsync(sender, answer);

        Assert.False(await worker.Sandbox.ScalarAsync<bool>("SELECT filtered FROM notifications WHERE account_id = @recipient", new { recipient }));
    }

    [Fact]
    public async Task Followers_who_asked_for_it_are_told_of_statuses_but_not_of_reblogs_or_answers_to_others()
    {
        var (author, friend) = await TwoAsync();
        await worker.FollowAsync(author, friend);
        await worker.Sandbox.ExecuteAsync("UPDATE follows SET notify = true WHERE account_id = @friend", new { friend });
        var other = await worker.StatusAsync((await worker.AccountsAsync(1))[0]);

        var own = await worker.PostAsync(author);
        await worker.PostAsync(author, replyTo: own);
        await worker.PostAsync(author, replyTo: other);
        await worker.PostedAsync(author, await worker.ReblogAsync(author, other));

        Assert.Equal([("status", author), ("status", author)], await worker.NotificationsAsync(friend));
    }

    [Fact]
    public async Task An_edit_tells_the_newly_mentioned_and_each_time_those_who_reblogged()
    {
        var ids = await worker.AccountsAsync(4);
        var (author, mentioned, late, fan) = (ids[0], ids[1], ids[2], ids[3]);
        var status = await worker.PostAsync(author, mentions: mentioned);
        await worker.ReblogAsync(fan, status);

        for (var edit = 0; edit < 2; edit++)
        {
            await worker.Sandbox.ExecuteAsync(
                "UPDATE statuses SET edited_at = now() WHERE id = @status; INSERT INTO mentions (account_id, status_id) VALUES (@late, @status) ON CONFLICT DO NOTHING", new { status, late });
            await worker.Worker.HandleAsync(new StatusEdited(status, author));
            var told = await worker.Sandbox.ScalarAsync<long>("SELECT id FROM notifications WHERE account_id = @fan", new { fan });
            await worker.Worker.HandleAsync(new StatusEdited(status, author));
            Assert.Equal(told, await worker.Sandbox.ScalarAsync<long>("SELECT max(id) FROM notifications WHERE account_id = @fan", new { fan }));
        }

        Assert.Equal([("mention", author)], await worker.NotificationsAsync(mentioned));
        Assert.Equal([("mention", author)], await worker.NotificationsAsync(late));
        Assert.Equal([("update", author)], await worker.NotificationsAsync(fan));
    }

    [Fact]
    public async Task The_end_of_a_poll_is_told_to_its_author_and_who_voted()
    {
        var ids = await worker.AccountsAsync(3);
        var status = await worker.StatusAsync(ids[0]);
        await worker.Sandbox.ExecuteAsync(
            """
            INSERT INTO polls (status_id, account_id, options, tallies, multiple, hide_totals, expires_at) VALUES (@status, @author, '{a,b}', '{1,1}', true, false, now());
            INSERT INTO poll_votes (account_id, status_id, choice) VALUES (@voter, @status, 0), (@voter, @status, 1);
            """, new { status, author = ids[0], voter = ids[1] });

        await worker.Worker.HandleAsync(new PollEnded(status));
        await worker.Worker.HandleAsync(new PollEnded(status));

        Assert.Equal([("poll", ids[0])], await worker.NotificationsAsync(ids[0]));
        Assert.Equal([("poll", ids[0])], await worker.NotificationsAsync(ids[1]));
        Assert.Empty(await worker.NotificationsAsync(ids[2]));
    }

    [Fact]
    public async Task A_request_to_follow_becomes_a_follow()
    {
        var (target, asker) = await TwoAsync();
        await worker.Sandbox.ExecuteAsync("INSERT INTO follow_requests (account_id, target_id) VALUES (@asker, @target)", new { asker, target });
        await worker.Worker.HandleAsync(new FollowChanged(asker, target));
        Assert.Equal([("follow_request", asker)], await worker.NotificationsAsync(target));

        await worker.Sandbox.ExecuteAsync("DELETE FROM follow_requests WHERE account_id = @asker", new { asker });
        await worker.FollowAsync(target, asker);
        await worker.Worker.HandleAsync(new FollowChanged(asker, target));
        Assert.Equal([("follow", asker)], await worker.NotificationsAsync(target));
    }

    [Fact]
    public async Task Favourites_of_one_status_share_a_group_for_half_a_day()
    {
        var ids = await worker.AccountsAsync(4);
        var (status, other) = (await worker.StatusAsync(ids[0]), await worker.StatusAsync(ids[0]));
        async Task<string> KeyAsync(long fan, long of)
        {
            await FavourAsync(fan, of);
            await worker.Worker.HandleAsync(new FavouriteChanged(fan, of));
            return (await worker.Sandbox.ScalarAsync<string>("SELECT group_key FROM notifications WHERE from_account_id = @fan AND status_id = @of", new { fan, of }))!;
        }

        var first = await KeyAsync(ids[1], status);
        Assert.Matches($"^favourite-{status}-[0-9]+$", first);
        Assert.NotEqual(first, await KeyAsync(ids[1], other));

        // As if the first had come eleven hours ago, and then thirteen.
        await AgeAsync(first, 11);
        Assert.Equal(Aged(first, 11), await KeyAsync(ids[2], status));
        await AgeAsync(Aged(first, 11), 2);
        Assert.Equal(first, await KeyAsync(ids[3], status));

        Task AgeAsync(string key, int hours) => worker.Sandbox.ExecuteAsync("UPDATE notifications SET group_key = @aged WHERE group_key = @key", new { key, aged = Aged(key, hours) });
        string Aged(string key, int hours) => $"favourite-{status}-{long.Parse(key.Split('-')[2], System.Globalization.CultureInfo.InvariantCulture) - hours}";
    }

    [Fact]
    public async Task A_direct_status_brings_its_conversation_up_for_everybody_in_it()
    {
        var ids = await worker.AccountsAsync(3);
        var first = await worker.PostAsync(ids[0], 3, mentions: [ids[1], ids[2]]);
        var second = await worker.PostAsync(ids[1], 3, replyTo: first, mentions: ids[0]);
        // Late and doubled messages change nothing.
        await worker.PostedAsync(ids[0], first);

        Assert.Equal((second, true), await ConversationAsync(ids[0], first));
        Assert.Equal((second, true), await ConversationAsync(ids[1], first));
        Assert.Equal((first, true), await ConversationAsync(ids[2], first));

        await DeleteAsync(ids[1], second);
        Assert.Equal((first, true), await ConversationAsync(ids[0], first));
        await DeleteAsync(ids[0], first);
        Assert.Equal(0, await worker.Sandbox.ScalarAsync<long>("SELECT count(*) FROM conversations WHERE conversation_id = @first", new { first }));

        async Task DeleteAsync(long author, long status)
        {
            await worker.Sandbox.ExecuteAsync("DELETE FROM statuses WHERE id = @status", new { status });
            await worker.Worker.HandleAsync(new StatusDeleted(status, author, 3));
        }
    }

    private async Task<(long Last, bool Unread)> ConversationAsync(long account, long conversation) => (await worker.Sandbox.ListAsync<(long, bool)>(
        "SELECT last_status_id, unread FROM conversations WHERE account_id = @account AND conversation_id = @conversation", new { account, conversation })).Single();

    private Task FavourAsync(long fan, long status) => worker.Sandbox.ExecuteAsync("INSERT INTO favourites (account_id, status_id) VALUES (@fan, @status)", new { fan, status });

    private async Task<(long First, long Second)> TwoAsync() => await worker.AccountsAsync(2) is [var first, var second] ? (first, second) : default;
}
