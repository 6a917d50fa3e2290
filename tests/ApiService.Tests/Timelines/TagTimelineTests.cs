using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Timelines;

/// <summary>Timelines of hashtags and of one account.</summary>
public sealed class TagTimelineTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_hashtag_is_found_in_any_case_and_with_any_all_and_none_of_others()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var cats = await alice.PostAsync("#TagCats");
        var both = await alice.PostAsync("#tagcats and #TagDogs");
        var dogs = await bob.PostAsync("#tagdogs", replyTo: cats);
        var birds = await bob.PostAsync("#tagbirds #tagdogs");
        await alice.PostAsync("#tagcats in private", "private");
        await alice.PostAsync("#tagcats unlisted", "unlisted");
        await bob.DoAsync(cats, "reblog");
        await fixture.SettledAsync();

        foreach (var (path, expected) in new (string, long[])[]
        {
            ("tagcats", [both, cats]),
            ("TAGCATS", [both, cats]),
            ("%23tagcats", [both, cats]),
            ("tagcats?any[]=tagdogs", [birds, dogs, both, cats]),
            ("tagcats?any[]=TagDogs&none[]=tagbirds", [dogs, both, cats]),
            ("tagdogs?all[]=tagcats", [both]),
            ("tagdogs?all[]=tagcats&all[]=tagbirds", []),
            ("tagcats?remote=true", []),
            ("tagcats?local=true", [both, cats]),
            ("tagcats?only_media=true", []),
            ("tagnothing", []),
        })
        {
            Assert.Equal(expected, (await fixture.Nobody.GetAsync($"/api/v1/timelines/tag/{path}")).Ok().Ids);
        }
        Assert.Equal([birds, dogs, both, cats], (await fixture.Nobody.PagesAsync("/api/v1/timelines/tag/tagcats?any[]=tagdogs&limit=1")).SelectMany(page => page.Select(Answer.IdOf)));
    }

    [Fact]
    public async Task Those_whom_the_viewer_mutes_and_those_who_are_limited_are_not_shown()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var shown = await alice.PostAsync("#tagshown");
        await bob.PostAsync("#tagshown");
        await carol.PostAsync("#tagshown");
        await fixture.Sandbox.ExecuteAsync("INSERT INTO mutes (account_id, target_id) VALUES (@Id, @Muted); UPDATE accounts SET limited_at = now() WHERE id = @Limited", new { alice.Id, Muted = bob.Id, Limited = carol.Id });
        await fixture.SettledAsync();

        Assert.Equal([shown], (await alice.GetAsync("/api/v1/timelines/tag/tagshown")).Ok().Ids);
        Assert.Equal([shown], (await alice.GetAsync($"/api/v1/timelines/public?since_id={shown - 1}")).Ok().Ids);
        Assert.Equal(2, (await fixture.Nobody.GetAsync("/api/v1/timelines/tag/tagshown")).Ok().Ids.Count);
        Assert.Equal("unlisted", (await carol.PostAsync("/api/v1/statuses", new { status = "For everybody", visibility = "public" })).Ok()["visibility"].GetString());
    }

    [Fact]
    public async Task The_statuses_of_an_account_are_filtered_as_asked()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var question = await bob.PostAsync("A question");
        var first = await alice.PostAsync("First #accounttag");
        var toBob = await alice.PostAsync("An answer", replyTo: question);
        var toSelf = await alice.PostAsync("More", replyTo: first);
        var reblog = (await alice.DoAsync(question, "reblog")).Ok().Id;
        await fixture.SettledAsync();

        foreach (var (query, expected) in new (string, long[])[]
        {
            ("", [reblog, toSelf, toBob, first]),
            ("exclude_replies=true", [reblog, toSelf, first]),
            ("exclude_reblogs=1", [toSelf, toBob, first]),
            ("exclude_replies=True&exclude_reblogs=True", [toSelf, first]),
            ("tagged=AccountTag", [first]),
            ("only_media=true", []),
            ("pinned=true", []),
        })
        {
            Assert.Equal(expected, (await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/statuses?{query}")).Ok().Ids);
        }
    }

    [Fact]
    public async Task An_owners_block_empties_the_profile_and_a_suspended_account_is_gone()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.PostAsync("Hello");
        var original = await carol.PostAsync("Original");
        var reblog = (await alice.DoAsync(original, "reblog")).Ok().Id;
        await fixture.Sandbox.ExecuteAsync("INSERT INTO blocks (account_id, target_id) VALUES (@Id, @Other)", new { alice.Id, Other = bob.Id });
        await fixture.SettledAsync();
        Assert.Empty((await bob.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
        Assert.Contains(reblog, (await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);

        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE id = @Id", new { carol.Id });
        await fixture.SettledAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync($"/api/v1/accounts/{carol.Id}/statuses")).Status);
        Assert.DoesNotContain(reblog, (await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/statuses?limit=2")).Ok().Ids);
    }
}
