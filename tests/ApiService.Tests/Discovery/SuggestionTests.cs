using System.Net;
using System.Text.Json;
using Microblog.ApiService.Discovery;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Discovery;

public sealed class SuggestionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Friends_of_friends_come_first_then_who_is_popular_and_active()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var (dave, erin, mute) = (await fixture.People.SignUpAsync("dave"), await fixture.People.SignUpAsync("erin"), await fixture.People.SignUpAsync("mute"));
        await alice.FollowAsync(bob);
        await bob.FollowAsync(carol);
        await bob.FollowAsync(alice);
        await mute.FollowAsync(dave);
        await dave.PostAsync("Active");
        await RankAsync();

        var suggestions = await SuggestionsAsync(alice);

        Assert.Equal((carol.Id, "friends_of_friends", "past_interactions"), suggestions[0]);
        Assert.Contains((dave.Id, "most_followed", "global"), suggestions);
        Assert.DoesNotContain(suggestions, suggestion => suggestion.Id == alice.Id || suggestion.Id == bob.Id || suggestion.Id == erin.Id);
        Assert.Equal(suggestions.Select(suggestion => suggestion.Id), (await alice.GetAsync("/api/v1/suggestions")).Ok().Ids);
        Assert.Single(await SuggestionsAsync(alice, "?limit=1"));
    }

    [Fact]
    public async Task Who_was_dismissed_is_not_suggested_again()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await bob.FollowAsync(carol);

        Assert.Equal(carol.Id, (await SuggestionsAsync(alice))[0].Id);
        Assert.Equal("{}", (await alice.DeleteAsync($"/api/v1/suggestions/{carol.Id}")).Ok().Text);
        Assert.Equal("{}", (await alice.DeleteAsync($"/api/v1/suggestions/{carol.Id}")).Ok().Text);

        Assert.DoesNotContain(await SuggestionsAsync(alice), suggestion => suggestion.Id == carol.Id);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync("/api/v1/suggestions/123")).Status);
    }

    [Theory]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@alice, @carol)")]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@carol, @alice)")]
    [InlineData("INSERT INTO mutes (account_id, target_id) VALUES (@alice, @carol)")]
    [InlineData("INSERT INTO follow_requests (account_id, target_id) VALUES (@alice, @carol)")]
    [InlineData("INSERT INTO follows (account_id, target_id) VALUES (@alice, @carol)")]
    [InlineData("UPDATE accounts SET discoverable = false WHERE id = @carol")]
    [InlineData("UPDATE accounts SET limited_at = now() WHERE id = @carol")]
    [InlineData("UPDATE accounts SET suspended_at = now() WHERE id = @carol")]
    [InlineData("UPDATE accounts SET hide_collections = true WHERE id = @bob")]
    public async Task Only_who_is_wanted_and_wants_it_is_suggested(string sql)
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await bob.FollowAsync(carol);
        Assert.Equal(carol.Id, (await SuggestionsAsync(alice))[0].Id);

        await fixture.Sandbox.ExecuteAsync(sql, new { alice = alice.Id, bob = bob.Id, carol = carol.Id });
        await fixture.SettledAsync();

        Assert.DoesNotContain(await SuggestionsAsync(alice), suggestion => suggestion.Id == carol.Id);
    }

    [Fact]
    public async Task The_directory_shows_the_newest_or_the_most_recently_active_who_want_to_be_found()
    {
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET discoverable = false");
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var hidden = await fixture.People.SignUpAsync("hidden");
        foreach (var person in new[] { alice, bob, hidden })
        {
            await person.PostAsync("Here");
        }
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET discoverable = false WHERE id = @Id", new { hidden.Id });
        await fixture.Sandbox.ExecuteAsync("UPDATE account_stats SET last_status_at = current_date - 1 WHERE account_id = @Id", new { bob.Id });
        await fixture.SettledAsync();

        Assert.Equal([carol.Id, bob.Id, alice.Id], (await fixture.Nobody.GetAsync("/api/v1/directory?order=new")).Ok().Ids);
        Assert.Equal([alice.Id, bob.Id], (await fixture.Nobody.GetAsync("/api/v1/directory?local=true")).Ok().Ids);
        Assert.Equal([bob.Id], (await fixture.Nobody.GetAsync("/api/v1/directory?order=new&offset=1&limit=1")).Ok().Ids);
        Assert.Equal([3], (await fixture.Nobody.PagesAsync("/api/v1/directory?order=new&limit=1")).GroupBy(_ => 0).Select(pages => pages.Count()));
        Assert.Empty((await fixture.Nobody.GetAsync("/api/v1/directory?offset=99999999")).Ok().Ids);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await fixture.Nobody.GetAsync("/api/v1/directory?order=best")).Status);

        await fixture.Sandbox.ExecuteAsync("INSERT INTO mutes (account_id, target_id) VALUES (@a, @b)", new { a = carol.Id, b = alice.Id });
        await fixture.SettledAsync();
        Assert.Equal([bob.Id], (await carol.GetAsync("/api/v1/directory")).Ok().Ids);
    }

    private async Task RankAsync() => Assert.True(await fixture.Api.Get<TrendsJob>().RunNowAsync(TestContext.Current.CancellationToken));

    private async Task<List<(long Id, string? Source, string? Legacy)>> SuggestionsAsync(Person person, string query = "")
    {
        // They come of what others wrote.
        await fixture.SettledAsync();
        return [.. (await person.GetAsync($"/api/v2/suggestions{query}")).Ok().Body.EnumerateArray().Select((JsonElement suggestion) =>
            (Answer.IdOf(suggestion.GetProperty("account")), suggestion.GetProperty("sources")[0].GetString(), suggestion.GetProperty("source").GetString()))];
    }
}
