using System.Net;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Quotes;

public sealed class QuoteTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_quote_shows_what_it_quotes_is_counted_and_listed_at_once_and_no_more_once_it_is_deleted()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("The original");

        var quote = (await bob.TryQuoteAsync(id)).Ok();

        Assert.Equal("accepted", quote["quote"].GetProperty("state").GetString());
        Assert.Equal(id, Answer.IdOf(quote["quote"].GetProperty("quoted_status")));
        Assert.Equal(1, await bob.QuotesCountAsync(id));
        Assert.Equal([quote.Id], (await bob.GetAsync($"/api/v1/statuses/{id}/quotes")).Ok().Ids);

        await bob.DeleteStatusAsync(quote.Id);

        Assert.Equal(0, await bob.QuotesCountAsync(id));
        Assert.Empty((await bob.GetAsync($"/api/v1/statuses/{id}/quotes")).Ok().Ids);
    }

    [Fact]
    public async Task Clients_that_do_not_know_quotes_get_an_address_unless_the_text_has_it()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("The original");
        var url = (await alice.StatusAsync(id))["url"].GetString()!;

        var without = (await bob.TryQuoteAsync(id)).Ok()["content"].GetString()!;
        var with = (await bob.TryQuoteAsync(id, $"Look at {url}")).Ok()["content"].GetString()!;

        Assert.StartsWith($"<p class=\"quote-inline\">RE: <a href=\"{url}\"", without, StringComparison.Ordinal);
        Assert.DoesNotContain("quote-inline", with, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quote_of_a_quote_names_the_innermost_by_its_id_only()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var innermost = await alice.PostAsync("Innermost");
        var inner = await bob.QuoteAsync(innermost);

        var outer = (await carol.TryQuoteAsync(inner)).Ok();

        var nested = outer["quote"].GetProperty("quoted_status").GetProperty("quote");
        Assert.Equal(["quoted_status_id", "state"], nested.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(("accepted", $"{innermost}"), (nested.GetProperty("state").GetString(), nested.GetProperty("quoted_status_id").GetString()));
    }

    [Fact]
    public async Task A_reblog_is_quoted_as_its_original_and_the_reblog_of_a_quote_shows_it_whole()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var id = await alice.PostAsync("The original");
        var reblog = (await bob.DoAsync(id, "reblog")).Ok().Id;

        var quote = await carol.QuoteAsync(reblog);
        var again = (await bob.DoAsync(quote, "reblog")).Ok();

        Assert.Equal(("accepted", (long?)id), await carol.QuoteStateAsync(quote));
        Assert.Equal(JsonValueKind.Null, again["quote"].ValueKind);
        Assert.Equal(id, Answer.IdOf(again["reblog"].GetProperty("quote").GetProperty("quoted_status")));
        Assert.Equal([quote], (await bob.GetAsync($"/api/v1/statuses/{reblog}/quotes")).Ok().Ids);
    }

    [Theory]
    [InlineData("12345")]
    [InlineData("nonsense")]
    [InlineData("-1")]
    public async Task What_is_not_there_cannot_be_quoted(string id)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostAsync("/api/v1/statuses", new { status = "Look", quoted_status_id = id });

        Assert.Equal((HttpStatusCode.NotFound, "The post you are trying to quote does not appear to exist."), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task What_one_cannot_see_one_cannot_quote_nor_list_or_change()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var hidden = await alice.PostAsync("For followers", "private");
        var open = await alice.PostAsync("For all");
        var quote = await bob.QuoteAsync(open);

        Assert.Equal(HttpStatusCode.NotFound, (await bob.TryQuoteAsync(hidden)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"/api/v1/statuses/{hidden}/quotes")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.SetPolicyAsync(open, "nobody")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.RevokeAsync(open, quote)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.RevokeAsync(hidden, quote)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.RevokeAsync(hidden, quote)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync($"/api/v1/statuses/{open}/quotes")).Status);
        Assert.Equal(1, await alice.QuotesCountAsync(open));
    }

    [Fact]
    public async Task A_policy_is_that_of_the_post_or_the_accounts_own_and_can_be_changed()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        (await alice.UpdateAsync(new { source = new { quote_policy = "nobody" } })).Ok();
        var preset = await alice.PostAsync("By my own setting");
        var own = (await alice.PostAsync("/api/v1/statuses", new { status = "For followers to quote", quote_approval_policy = "followers" })).Ok();

        Assert.Equal("nobody", (await alice.GetAsync("/api/v1/accounts/verify_credentials")).Ok()["source"].GetProperty("quote_policy").GetString());
        Assert.Equal("nobody", (await alice.GetAsync("/api/v1/preferences")).Ok()["posting:default:quote_policy"].GetString());
        Assert.Equal(("", "denied"), await ApprovalAsync(bob, preset));
        Assert.Equal(("", "automatic"), await ApprovalAsync(alice, preset));
        Assert.Equal(("followers", "denied"), await ApprovalAsync(bob, own.Id));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await bob.TryQuoteAsync(own.Id)).Status);

        await bob.FollowAsync(alice);

        Assert.Equal(("followers", "automatic"), await ApprovalAsync(bob, own.Id));
        var quote = await bob.QuoteAsync(own.Id);
        (await alice.SetPolicyAsync(own.Id, "nobody")).Ok();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await bob.TryQuoteAsync(own.Id)).Status);
        Assert.Equal(("accepted", (long?)own.Id), await bob.QuoteStateAsync(quote));
        await alice.QuoteAsync(own.Id);

        var edited = (await alice.SendAsync(HttpMethod.Put, $"/api/v1/statuses/{own.Id}", System.Net.Http.Json.JsonContent.Create(new { status = "Open now", quote_approval_policy = "public" }))).Ok();
        Assert.Equal("public", edited["quote_approval"].GetProperty("automatic")[0].GetString());
    }

    [Theory]
    [InlineData("PUT", "interaction_policy")]
    [InlineData("POST", "")]
    public async Task Unknown_policies_are_refused(string method, string path)
    {
        var alice = await fixture.People.AliceAsync();
        var address = path.Length == 0 ? "/api/v1/statuses" : $"/api/v1/statuses/{await alice.PostAsync("Mine")}/{path}";

        var answer = await alice.SendAsync(new HttpMethod(method), address, System.Net.Http.Json.JsonContent.Create(new { status = "Mine", quote_approval_policy = "friends" }));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Validation failed: Quote approval policy is not included in the list"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task What_is_not_for_everybody_stays_closed_to_others_whatever_is_asked()
    {
        var alice = await fixture.People.AliceAsync();
        var answer = (await alice.PostAsync("/api/v1/statuses", new { status = "For followers", visibility = "private", quote_approval_policy = "public" })).Ok();

        var changed = (await alice.SetPolicyAsync(answer.Id, "public")).Ok();

        Assert.All([answer, changed], status => Assert.Equal(0, status["quote_approval"].GetProperty("automatic").GetArrayLength()));
    }

    [Fact]
    public async Task A_quote_waits_in_a_schedule()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("The original");
        var hidden = await alice.PostAsync("For followers", "private");
        var time = DateTime.UtcNow.AddHours(1).ToString("O");

        var scheduled = (await bob.PostAsync("/api/v1/statuses", new { status = "Later", quoted_status_id = $"{id}", quote_approval_policy = "followers", scheduled_at = time })).Ok();
        var refused = await bob.PostAsync("/api/v1/statuses", new { status = "Later", quoted_status_id = $"{hidden}", scheduled_at = time });
        await fixture.Sandbox.ExecuteAsync("UPDATE scheduled_statuses SET scheduled_at = now() WHERE id = @id", new { id = scheduled.Id });

        Assert.Equal(($"{id}", "followers"), (scheduled["params"].GetProperty("quoted_status_id").GetString(), scheduled["params"].GetProperty("quote_approval_policy").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, refused.Status);
        await Eventually.HoldsAsync("the quote is published", async () => await alice.QuotesCountAsync(id) == 1);
    }

    [Fact]
    public async Task The_list_pages_to_its_end()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("The original");
        var quotes = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            quotes.Add(await bob.QuoteAsync(id, $"Quote {i}"));
        }

        var pages = await alice.PagesAsync($"/api/v1/statuses/{id}/quotes?limit=2");

        Assert.Equal([2, 2, 1], pages.Select(page => page.Count));
        Assert.Equal(quotes.AsEnumerable().Reverse(), pages.SelectMany(page => page.Select(Answer.IdOf)));
    }

    private static async Task<(string Automatic, string CurrentUser)> ApprovalAsync(Person person, long id)
    {
        var approval = (await person.StatusAsync(id))["quote_approval"];
        return (string.Join(',', approval.GetProperty("automatic").EnumerateArray()), approval.GetProperty("current_user").GetString()!);
    }
}
