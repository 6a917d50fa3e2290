using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Quotes;

/// <summary>Deletions and revocations, one by one and all at once.</summary>
public sealed class QuoteEndingTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_quote_outlives_what_it_quotes()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Soon gone");
        var quote = await bob.QuoteAsync(id);
        var nested = await alice.QuoteAsync(quote);

        await alice.DeleteStatusAsync(id);
        await fixture.SettledAsync();

        Assert.Equal(("deleted", null), await bob.QuoteStateAsync(quote));
        var shallow = (await bob.StatusAsync(nested))["quote"].GetProperty("quoted_status").GetProperty("quote");
        Assert.Equal("""{"state":"deleted","quoted_status_id":null}""", string.Concat(shallow.GetRawText().Where(c => !char.IsWhiteSpace(c))).Replace("""{"quoted_status_id":null,"state":"deleted"}""", """{"state":"deleted","quoted_status_id":null}""", StringComparison.Ordinal));
        await bob.DeleteStatusAsync(quote);
        await fixture.SettledAsync();
        Assert.Equal(("deleted", null), await alice.QuoteStateAsync(nested));
    }

    [Fact]
    public async Task A_revoked_quote_loses_what_it_quoted_and_its_count_once()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Not for this");
        var quote = await bob.QuoteAsync(id);
        var other = await bob.QuoteAsync(id);

        foreach (var _ in new[] { 1, 2 })
        {
            var answer = (await alice.RevokeAsync(id, quote)).Ok();
            Assert.Equal((quote, "revoked"), (answer.Id, answer["quote"].GetProperty("state").GetString()));
        }

        await fixture.SettledAsync();
        Assert.Equal(("revoked", null), await bob.QuoteStateAsync(quote));
        Assert.Equal(1, await alice.QuotesCountAsync(id));
        Assert.Equal([other], (await alice.GetAsync($"/api/v1/statuses/{id}/quotes")).Ok().Ids);
        await bob.DeleteStatusAsync(quote);
        await fixture.SettledAsync();
        Assert.Equal(1, await alice.QuotesCountAsync(id));
    }

    [Fact]
    public async Task Who_quotes_and_then_blocks_does_not_keep_the_quote()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Not for this");
        var quote = await bob.QuoteAsync(id);
        var hidden = await bob.QuoteAsync(id, "Among friends", "private");
        (await bob.DoAsync("block", alice)).Ok();

        (await alice.RevokeAsync(id, quote)).Ok();
        var refused = await alice.RevokeAsync(id, hidden);

        await fixture.SettledAsync();
        Assert.Equal("revoked", (await bob.QuoteStateAsync(quote)).State);
        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        Assert.DoesNotContain("friends", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quotes_revocations_and_deletions_at_the_same_time_neither_fail_nor_miscount()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Much quoted");
        var people = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => fixture.People.SignUpAsync("fan")));
        var quotes = await Task.WhenAll(people.Select(person => person.QuoteAsync(id, replyTo: id)));

        // Each third is revoked and deleted at once, each third only one of both; meanwhile others come.
        var ends = quotes.SelectMany((quote, i) => new[]
        {
            i % 3 != 1 ? alice.RevokeAsync(id, quote) : bob.TryQuoteAsync(id),
            i % 3 != 2 ? people[i].DeleteAsync($"/api/v1/statuses/{quote}") : bob.TryQuoteAsync(id, replyTo: id),
        });
        var answers = await Task.WhenAll(ends);

        // Deleted before it was revoked.
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.OK, HttpStatusCode.NotFound }));
        await AssertCountedAsync();
        Assert.Equal(6, await alice.QuotesCountAsync(id));
    }

    [Fact]
    public async Task Statuses_that_answer_one_and_quote_another_let_both_be_deleted_at_once()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        for (var round = 0; round < 5; round++)
        {
            var (first, second) = (await alice.PostAsync("First"), await bob.PostAsync("Second"));
            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => i % 2 == 0 ? bob.QuoteAsync(first, replyTo: second) : alice.QuoteAsync(second, replyTo: first)));

            var answers = await Task.WhenAll(
                alice.DeleteAsync($"/api/v1/statuses/{first}"), bob.DeleteAsync($"/api/v1/statuses/{second}"), bob.TryQuoteAsync(first, replyTo: second), alice.TryQuoteAsync(second, replyTo: first));

            Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { HttpStatusCode.OK, HttpStatusCode.NotFound }));
        }
        await AssertCountedAsync();
    }

    /// <summary>All counters of the database say what a count says.</summary>
    private async Task AssertCountedAsync()
    {
        await fixture.SettledAsync();
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<long>(
            """
            SELECT count(*) FROM statuses s LEFT JOIN status_stats c ON c.status_id = s.id
            WHERE coalesce(c.quotes_count, 0) <> (SELECT count(*) FROM statuses q WHERE q.quote_of_id = s.id AND NOT q.quote_revoked)
                OR coalesce(c.replies_count, 0) <> (SELECT count(*) FROM statuses r WHERE r.in_reply_to_id = s.id)
            """));
    }
}
