using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Quotes;

/// <summary>A quote must not show to anybody what they could not see without it.</summary>
public sealed class QuoteVisibilityTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Secret = "the combination is 12345";

    [Fact]
    public async Task A_quote_of_a_private_status_is_private_and_one_by_mention_shows_it_only_to_followers()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var follower = await fixture.People.SignUpAsync("follower");
        await follower.FollowAsync(alice);
        var id = await alice.PostAsync(Secret, "private");

        var quote = (await alice.TryQuoteAsync(id, "As I said", "public")).Ok();
        var toBob = await alice.QuoteAsync(id, $"{bob.Handle} and {follower.Handle}, as I said", "direct");
        await fixture.SettledAsync();

        Assert.Equal("private", quote["visibility"].GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"/api/v1/statuses/{quote.Id}")).Status);
        Assert.Equal(("accepted", (long?)id), await follower.QuoteStateAsync(toBob));
        Assert.Equal(("unauthorized", null), await bob.QuoteStateAsync(toBob));
        Assert.DoesNotContain(Secret, (await bob.GetAsync($"/api/v1/statuses/{toBob}")).Ok().Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{id}", (await bob.GetAsync($"/api/v1/statuses/{toBob}")).Ok().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_but_the_author_quotes_a_private_status_and_nobody_at_all_a_direct_one()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await bob.FollowAsync(alice);
        var hidden = await alice.PostAsync(Secret, "private");
        var direct = await alice.PostAsync($"{bob.Handle} {Secret}", "direct");

        foreach (var (person, id) in new[] { (bob, hidden), (bob, direct), (alice, direct) })
        {
            var answer = await person.TryQuoteAsync(id, visibility: "direct");
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "Validation failed: Quoted status id is a post that its author does not let you quote"), (answer.Status, answer.Error));
        }
    }

    [Fact]
    public async Task Who_is_quoted_in_a_private_mention_has_to_be_mentioned()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var id = await alice.PostAsync("The original");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await bob.TryQuoteAsync(id, $"{carol.Handle} look", "direct")).Status);
        Assert.Equal(HttpStatusCode.OK, (await bob.TryQuoteAsync(id, $"{alice.Handle.ToUpperInvariant()} look", "direct")).Status);
        Assert.Equal(HttpStatusCode.OK, (await alice.TryQuoteAsync(id, $"{carol.Handle} look", "direct")).Status);
    }

    [Theory]
    [InlineData("block", "blocked_account", true)]
    [InlineData("mute", "muted_account", true)]
    public async Task Whom_the_reader_does_not_want_to_read_is_marked_not_hidden(string action, string state, bool isSent)
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await carol.FollowAsync(bob);
        var id = await alice.PostAsync("The original");
        var quote = await bob.QuoteAsync(id);
        (await carol.DoAsync(action, alice)).Ok();

        Assert.Equal((state, isSent ? id : (long?)null), await carol.QuoteStateAsync(quote));
        Assert.Equal(("accepted", (long?)id), await bob.QuoteStateAsync(quote));
    }

    [Fact]
    public async Task Whom_the_quoted_author_has_blocked_sees_the_quote_without_it()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var id = await alice.PostAsync(Secret);
        var quote = await bob.QuoteAsync(id);
        var outer = await alice.PostAsync("Elsewhere");
        var nested = await (await fixture.People.SignUpAsync("dave")).QuoteAsync(quote);
        (await alice.DoAsync("block", carol)).Ok();
        await fixture.SettledAsync();

        Assert.Equal(("unauthorized", null), await carol.QuoteStateAsync(quote));
        Assert.Equal(HttpStatusCode.NotFound, (await carol.TryQuoteAsync(outer)).Status);
        foreach (var shown in new[] { quote, nested })
        {
            var text = (await carol.GetAsync($"/api/v1/statuses/{shown}")).Ok().Text;
            Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain($"{id}", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_status_that_becomes_less_visible_leaves_its_quotes_too()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync(Secret);
        var quote = await bob.QuoteAsync(id);
        await fixture.Sandbox.ExecuteAsync("UPDATE statuses SET visibility = 2 WHERE id = @id", new { id });
        await fixture.SettledAsync();

        Assert.Equal(("unauthorized", null), await bob.QuoteStateAsync(quote));
        Assert.DoesNotContain(Secret, (await fixture.Nobody.GetAsync($"/api/v1/statuses/{quote}")).Ok().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quotes_that_a_reader_may_not_see_are_not_listed()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var id = await alice.PostAsync("The original");
        var open = await bob.QuoteAsync(id);
        await bob.QuoteAsync(id, Secret, "private");
        var muted = await fixture.People.SignUpAsync("dave");
        var unwanted = await muted.QuoteAsync(id);
        (await carol.DoAsync("mute", muted)).Ok();
        (await alice.DoAsync("mute", muted)).Ok();

        Assert.Equal([open], (await carol.GetAsync($"/api/v1/statuses/{id}/quotes")).Ok().Ids);
        Assert.Equal([unwanted, open], (await alice.GetAsync($"/api/v1/statuses/{id}/quotes")).Ok().Ids);
    }
}
