using System.Net;
using System.Net.Http.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Lists;

public sealed class ListTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Other_peoples_lists_do_not_exist()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await bob.FollowAsync(alice);
        var list = await CreateAsync(alice);
        var members = new { account_ids = new[] { alice.Id } };

        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, $"lists/{list}", null),
            (HttpMethod.Put, $"lists/{list}", new { title = "Mine" }),
            (HttpMethod.Delete, $"lists/{list}", null),
            (HttpMethod.Get, $"lists/{list}/accounts", null),
            (HttpMethod.Post, $"lists/{list}/accounts", members),
            (HttpMethod.Delete, $"lists/{list}/accounts", members),
            (HttpMethod.Get, $"timelines/list/{list}", null),
        })
        {
            Assert.Equal((method, path, HttpStatusCode.NotFound), (method, path, (await bob.SendAsync(method, $"/api/v1/{path}", body is null ? null : JsonContent.Create(body))).Status));
        }

        Assert.Equal("Friends", (await alice.GetAsync($"/api/v1/lists/{list}")).Ok()["title"].GetString());
        Assert.Empty((await bob.GetAsync("/api/v1/lists")).Ok().Ids);
    }

    [Fact]
    public async Task A_list_is_made_changed_and_deleted()
    {
        var alice = await fixture.People.AliceAsync();

        var made = (await alice.PostAsync("/api/v1/lists", new { title = " Friends ", replies_policy = "none", exclusive = true })).Ok();
        Assert.Equal(["id", "title", "replies_policy", "exclusive"], made.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Friends", "none", true), (made["title"].GetString(), made["replies_policy"].GetString(), made.Is("exclusive")));

        var changed = (await alice.SendAsync(HttpMethod.Put, $"/api/v1/lists/{made.Id}", JsonContent.Create(new { title = "People" }))).Ok();
        Assert.Equal(("People", "none", true), (changed["title"].GetString(), changed["replies_policy"].GetString(), changed.Is("exclusive")));

        Assert.Equal("{}", (await alice.DeleteAsync($"/api/v1/lists/{made.Id}")).Ok().Text);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync($"/api/v1/lists/{made.Id}")).Status);
        Assert.Empty((await alice.GetAsync("/api/v1/lists")).Ok().Ids);
    }

    [Fact]
    public async Task Titles_policies_and_the_number_of_lists_are_bounded()
    {
        var alice = await fixture.People.AliceAsync();

        foreach (var fields in new object[] { new { }, new { title = " " }, new { title = new string('x', 256) }, new { title = "x", replies_policy = "all" } })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.PostAsync("/api/v1/lists", fields)).Status);
        }
        await fixture.Sandbox.ExecuteAsync("INSERT INTO lists (account_id, title) SELECT @Id, 'x' FROM generate_series(1, 49)", new { alice.Id });
        var answers = await Task.WhenAll(alice.PostAsync("/api/v1/lists", new { title = "Last" }), alice.PostAsync("/api/v1/lists", new { title = "Last" }));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task Only_whom_one_follows_comes_into_a_list_and_only_once()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        var path = $"/api/v1/lists/{await CreateAsync(alice)}/accounts";

        Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync(path, new { account_ids = new[] { bob.Id, carol.Id } })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync(path, new { account_ids = new[] { "bob" } })).Status);
        Assert.Empty((await alice.GetAsync(path)).Ok().Ids);

        Assert.Equal("{}", (await alice.PostFormAsync(path, ("account_ids[]", $"{bob.Id}"))).Ok().Text);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.PostAsync(path, new { account_ids = new[] { bob.Id } })).Status);
        Assert.Equal([bob.Id], (await alice.GetAsync(path + "?limit=0")).Ok().Ids);
        Assert.Single((await alice.GetAsync($"/api/v1/accounts/{bob.Id}/lists")).Ok().Ids);

        (await alice.SendAsync(HttpMethod.Delete, path, JsonContent.Create(new { account_ids = new[] { $"{bob.Id}" } }))).Ok();
        Assert.Empty((await alice.GetAsync(path)).Ok().Ids);
    }

    [Fact]
    public async Task Unfollowing_takes_somebody_out_of_every_list()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        var list = await CreateAsync(alice, bob);

        await alice.UnfollowAsync(bob);
        await alice.FollowAsync(bob);

        Assert.Empty((await alice.GetAsync($"/api/v1/lists/{list}/accounts")).Ok().Ids);
        Assert.Empty((await alice.GetAsync($"/api/v1/accounts/{bob.Id}/lists")).Ok().Ids);
    }

    [Fact]
    public async Task Members_page_by_their_links()
    {
        var alice = await fixture.People.AliceAsync();
        var friends = new List<Person>();
        for (var i = 0; i < 3; i++)
        {
            friends.Add(await fixture.People.SignUpAsync("friend"));
            await alice.FollowAsync(friends[i]);
        }
        var list = await CreateAsync(alice, [.. friends]);

        var pages = await alice.PagesAsync($"/api/v1/lists/{list}/accounts?limit=2");

        Assert.Equal([2, 1], pages.Select(page => page.Count));
        Assert.Equal(friends.Select(friend => friend.Id).Order(), pages.SelectMany(page => page).Select(Answer.IdOf).Order());
    }

    [Fact]
    public async Task A_timeline_shows_members_statuses_and_the_replies_that_the_policy_names()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var (dave, erin) = (await fixture.People.SignUpAsync("dave"), await fixture.People.SignUpAsync("erin"));
        foreach (var person in new[] { bob, carol, dave })
        {
            await alice.FollowAsync(person);
        }
        var list = await CreateAsync(alice, bob, carol);
        var ofAlice = await alice.PostAsync("Mine");
        var ofCarol = await carol.PostAsync("From a member");
        var ofDave = await dave.PostAsync("From somebody followed");
        var ofErin = await erin.PostAsync("From a stranger");
        var plain = await bob.PostAsync("Plain");
        var toSelf = await bob.PostAsync("And again", replyTo: plain);
        var toOwner = await bob.PostAsync("To alice", replyTo: ofAlice);
        var toMember = await bob.PostAsync("To carol", replyTo: ofCarol);
        var toFollowed = await bob.PostAsync("To dave", replyTo: ofDave);
        var toStranger = await bob.PostAsync("To erin", replyTo: ofErin);
        var forFollowers = await bob.PostAsync("Among friends", "private");
        await bob.PostAsync($"Between us {alice.Handle}", "direct");
        await fixture.SettledAsync();
        long[] always = [ofCarol, plain, toSelf, toOwner, forFollowers];

        foreach (var (policy, replies) in new[] { ("none", Array.Empty<long>()), ("list", [toMember]), ("followed", [toMember, toFollowed]) })
        {
            (await alice.SendAsync(HttpMethod.Put, $"/api/v1/lists/{list}", JsonContent.Create(new { title = "x", replies_policy = policy }))).Ok();
            var shown = (await alice.GetAsync($"/api/v1/timelines/list/{list}")).Ok().Ids;
            Assert.Equal(always.Concat(replies).OrderDescending(), shown);
        }
        Assert.DoesNotContain(toStranger, (await alice.GetAsync($"/api/v1/timelines/list/{list}")).Ok().Ids);
        var pages = await alice.PagesAsync($"/api/v1/timelines/list/{list}?limit=3");
        Assert.Equal([3, 3, 1], pages.Select(page => page.Count));
    }

    [Fact]
    public async Task Members_of_an_exclusive_list_are_not_at_home()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        var list = await CreateAsync(alice, bob);
        var status = await bob.PostAsync("Hello");
        await fixture.SettledAsync();
        Assert.Contains(status, await alice.HomeIdsAsync());

        (await alice.SendAsync(HttpMethod.Put, $"/api/v1/lists/{list}", JsonContent.Create(new { exclusive = true }))).Ok();

        Assert.DoesNotContain(status, await alice.HomeIdsAsync());
        Assert.Contains(status, (await alice.GetAsync($"/api/v1/timelines/list/{list}")).Ok().Ids);
        (await alice.DeleteAsync($"/api/v1/lists/{list}")).Ok();
        Assert.Contains(status, await alice.HomeIdsAsync());
    }

    private static async Task<long> CreateAsync(Person owner, params Person[] members)
    {
        var list = (await owner.PostAsync("/api/v1/lists", new { title = "Friends" })).Ok().Id;
        if (members.Length > 0)
        {
            (await owner.PostAsync($"/api/v1/lists/{list}/accounts", new { account_ids = members.Select(member => $"{member.Id}") })).Ok();
        }
        return list;
    }
}
