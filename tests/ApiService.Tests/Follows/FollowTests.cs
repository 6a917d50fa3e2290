using System.Net;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Follows;

public sealed class FollowTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly string[] Members =
    [
        "id", "following", "showing_reblogs", "notifying", "languages", "followed_by", "blocking", "blocked_by", "muting", "muting_notifications", "muting_expires_at",
        "requested", "requested_by", "domain_blocking", "endorsed", "note",
    ];

    [Fact]
    public async Task Following_shows_in_the_relationship_the_lists_and_the_counters_of_both()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        var relationship = await bob.FollowAsync(alice);
        await fixture.SettledAsync();

        Assert.Equal(Members, relationship.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal((alice.Id, true, true, false, false), (relationship.Id, relationship["following"].GetBoolean(), relationship["showing_reblogs"].GetBoolean(), relationship["notifying"].GetBoolean(), relationship["followed_by"].GetBoolean()));
        Assert.Equal(JsonValueKind.Null, relationship["languages"].ValueKind);
        Assert.Equal([bob.Id], (await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/followers")).Ok().Ids);
        Assert.Equal([alice.Id], (await fixture.Nobody.GetAsync($"/api/v1/accounts/{bob.Id}/following")).Ok().Ids);
        Assert.Empty((await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/following")).Ok().Ids);
        Assert.Equal((1, 0), await CountsAsync(alice));
        Assert.Equal((0, 1), await CountsAsync(bob));
    }

    [Fact]
    public async Task Following_and_unfollowing_twice_is_as_good_as_once()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        await bob.FollowAsync(alice);
        await bob.FollowAsync(alice);
        Assert.Equal((0, 1), await CountsAsync(bob));

        var relationship = await bob.UnfollowAsync(alice);
        await bob.UnfollowAsync(alice);
        await fixture.SettledAsync();

        Assert.False(relationship["following"].GetBoolean());
        Assert.Equal((0, 0), await CountsAsync(bob));
        Assert.Equal((0, 0), await CountsAsync(alice));
    }

    [Fact]
    public async Task Following_again_changes_only_the_options_that_are_named()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var path = $"/api/v1/accounts/{alice.Id}/follow";

        await bob.PostAsync(path, new { reblogs = false, languages = new[] { "en", "de" } });
        var relationship = (await bob.PostAsync(path, new { notify = true })).Ok();

        Assert.Equal((false, true), (relationship["showing_reblogs"].GetBoolean(), relationship["notifying"].GetBoolean()));
        Assert.Equal(["en", "de"], relationship["languages"].EnumerateArray().Select(code => code.GetString()));
    }

    [Theory]
    [InlineData("follow")]
    [InlineData("unfollow")]
    public async Task Who_does_not_exist_cannot_be_followed(string action)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.SendAsync(HttpMethod.Post, $"/api/v1/accounts/123/{action}");

        Assert.Equal((HttpStatusCode.NotFound, "Record not found"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Nobody_follows_themselves()
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.SendAsync(HttpMethod.Post, $"/api/v1/accounts/{alice.Id}/follow");

        Assert.Equal((HttpStatusCode.Forbidden, "This action is not allowed"), (answer.Status, answer.Error));
        Assert.Equal((0, 0), await CountsAsync(alice));
    }

    [Fact]
    public async Task Everybody_following_everybody_at_once_neither_fails_nor_miscounts()
    {
        var people = new List<Person>();
        for (var i = 0; i < 6; i++)
        {
            people.Add(await fixture.People.SignUpAsync("friend"));
        }
        var pairs = people.SelectMany(_ => people, (from, to) => (From: from, To: to)).Where(pair => pair.From != pair.To).ToList();

        await Task.WhenAll(pairs.Select(pair => pair.From.FollowAsync(pair.To)));
        await fixture.SettledAsync();

        Assert.All(await Task.WhenAll(people.Select(CountsAsync)), counts => Assert.Equal((5, 5), counts));

        await Task.WhenAll(pairs.Select(pair => pair.From.UnfollowAsync(pair.To)).Concat(pairs.Select(pair => pair.From.UnfollowAsync(pair.To))));
        await fixture.SettledAsync();

        Assert.All(await Task.WhenAll(people.Select(CountsAsync)), counts => Assert.Equal((0, 0), counts));
    }

    [Fact]
    public async Task Relationships_come_in_the_order_asked_for_and_skip_who_does_not_exist()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await carol.FollowAsync(alice);
        await fixture.SettledAsync();

        var answer = (await alice.GetAsync($"/api/v1/accounts/relationships?id[]={carol.Id}&id[]=123&id[]={bob.Id}&id[]={carol.Id}&id[]={alice.Id}")).Ok();

        Assert.Equal([carol.Id, bob.Id, alice.Id], answer.Ids);
        Assert.Equal(
            [(false, true), (true, false), (false, false)],
            answer.Body.EnumerateArray().Select(entry => (entry.GetProperty("following").GetBoolean(), entry.GetProperty("followed_by").GetBoolean())));
        Assert.Empty((await alice.GetAsync("/api/v1/accounts/relationships")).Ok().Ids);
    }

    private static async Task<(long Followers, long Following)> CountsAsync(Person person)
    {
        var account = await person.AccountAsync();
        return (account["followers_count"].GetInt64(), account["following_count"].GetInt64());
    }
}
