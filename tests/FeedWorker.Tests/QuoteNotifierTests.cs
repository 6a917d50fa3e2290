using Microblog.Contracts;

namespace Microblog.FeedWorker.Tests;

public sealed class QuoteNotifierTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task Who_is_quoted_is_told_once()
    {
        var (author, fan, quoted, quote) = await QuotedAsync();

        await worker.PostedAsync(fan, quote);
        await worker.PostedAsync(fan, quote);

        Assert.Equal([("quote", fan)], await worker.NotificationsAsync(author));
        Assert.Equal(quote, await worker.Sandbox.ScalarAsync<long>("SELECT status_id FROM notifications WHERE account_id = @author", new { author }));
        Assert.NotEqual(quoted, quote);
    }

    [Theory]
    [InlineData("UPDATE statuses SET quote_revoked = true WHERE id = @quote")]
    [InlineData("UPDATE statuses SET visibility = 2 WHERE id = @quote")]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@fan, @author)")]
    [InlineData("INSERT INTO mutes (account_id, target_id) VALUES (@author, @fan)")]
    public async Task Nobody_is_told_of_a_quote_they_cannot_see_or_do_not_want(string before)
    {
        var (author, fan, _, quote) = await QuotedAsync();
        await worker.Sandbox.ExecuteAsync(before, new { author, fan, quote });

        await worker.PostedAsync(fan, quote);

        Assert.Empty(await worker.NotificationsAsync(author));
    }

    [Fact]
    public async Task Who_quoted_is_told_of_each_edit_of_what_was_quoted_unless_it_was_revoked()
    {
        var (author, fan, quoted, quote) = await QuotedAsync();
        await worker.Sandbox.ExecuteAsync("UPDATE statuses SET edited_at = now() WHERE id = @quoted", new { quoted });

        await worker.Worker.HandleAsync(new StatusEdited(quoted, author));
        await worker.Worker.HandleAsync(new StatusEdited(quoted, author));
        Assert.Equal([("quoted_update", author)], await worker.NotificationsAsync(fan));

        var first = await IdAsync();
        await worker.Sandbox.ExecuteAsync("UPDATE statuses SET edited_at = now() WHERE id = @quoted", new { quoted });
        await worker.Worker.HandleAsync(new StatusEdited(quoted, author));
        Assert.Equal([("quoted_update", author)], await worker.NotificationsAsync(fan));
        Assert.NotEqual(first, await IdAsync());

        await worker.Sandbox.ExecuteAsync("UPDATE statuses SET quote_revoked = true WHERE id = @quote; DELETE FROM notifications WHERE account_id = @fan", new { quote, fan });
        await worker.Worker.HandleAsync(new StatusEdited(quoted, author));
        Assert.Empty(await worker.NotificationsAsync(fan));

        Task<long> IdAsync() => worker.Sandbox.ScalarAsync<long>("SELECT id FROM notifications WHERE account_id = @fan AND status_id = @quote", new { fan, quote });
    }

    private async Task<(long Author, long Fan, long Quoted, long Quote)> QuotedAsync()
    {
        var accounts = await worker.AccountsAsync(2);
        var quoted = await worker.StatusAsync(accounts[0]);
        var quote = await worker.StatusAsync(accounts[1]);
        await worker.Sandbox.ExecuteAsync("UPDATE statuses SET quote_of_id = @quoted, quote_of_account_id = @author WHERE id = @quote", new { quoted, quote, author = accounts[0] });
        return (accounts[0], accounts[1], quoted, quote);
    }
}
