using System.Net;
using Microblog.ApiService.Follows;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Follows;

public sealed class FollowRequestTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Only_the_account_asked_sees_accepts_or_rejects_a_request()
    {
        var (alice, bob, carol) = await LockedAliceAsync();
        await bob.FollowAsync(alice);

        Assert.Empty((await carol.GetAsync("/api/v1/follow_requests")).Ok().Ids);
        foreach (var (person, action) in new[] { (carol, "authorize"), (carol, "reject"), (bob, "authorize") })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await person.PostAsync($"/api/v1/follow_requests/{(person == bob ? alice : bob).Id}/{action}", new { })).Status);
        }

        Assert.True((await bob.RelationshipAsync(alice)).Is("requested"));
        Assert.Equal((0, 0), await alice.CountsAsync());
    }

    [Fact]
    public async Task A_locked_account_is_asked_first_and_its_consent_makes_the_follow_with_its_options()
    {
        var (alice, bob, _) = await LockedAliceAsync();

        var asked = (await bob.DoAsync("follow", alice, new { reblogs = false, notify = true, languages = new[] { "de" } })).Ok();
        Assert.Equal((false, true), (asked.Is("following"), asked.Is("requested")));
        Assert.True((await alice.RelationshipAsync(bob)).Is("requested_by"));
        Assert.Equal(1, (await alice.GetAsync("/api/v1/accounts/verify_credentials")).Ok()["source"].GetProperty("follow_requests_count").GetInt32());
        Assert.Equal([bob.Id], (await alice.GetAsync("/api/v1/follow_requests")).Ok().Ids);

        var accepted = (await alice.PostAsync($"/api/v1/follow_requests/{bob.Id}/authorize", new { })).Ok();

        Assert.Equal((true, false), (accepted.Is("followed_by"), accepted.Is("requested_by")));
        var follow = await bob.RelationshipAsync(alice);
        Assert.Equal((true, false, false, true), (follow.Is("following"), follow.Is("requested"), follow.Is("showing_reblogs"), follow.Is("notifying")));
        Assert.Equal("de", follow["languages"][0].GetString());
        Assert.Equal((1, 0), await alice.CountsAsync());
        Assert.Equal((0, 1), await bob.CountsAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync($"/api/v1/follow_requests/{bob.Id}/authorize", new { })).Status);
    }

    [Fact]
    public async Task A_request_ends_by_rejection_and_by_unfollowing()
    {
        var (alice, bob, carol) = await LockedAliceAsync();
        await bob.FollowAsync(alice);
        await carol.FollowAsync(alice);

        Assert.False((await alice.PostAsync($"/api/v1/follow_requests/{bob.Id}/reject", new { })).Ok().Is("requested_by"));
        Assert.False((await carol.UnfollowAsync(alice)).Is("requested"));

        Assert.Empty((await alice.GetAsync("/api/v1/follow_requests")).Ok().Ids);
        Assert.False((await bob.RelationshipAsync(alice)).Is("requested"));
        Assert.Equal((0, 0), await alice.CountsAsync());
    }

    [Fact]
    public async Task Unlocking_accepts_everybody_who_waits_but_not_who_is_limited()
    {
        var (alice, bob, carol) = await LockedAliceAsync();
        var dave = await fixture.People.SignUpAsync("dave");
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET limited_at = now() WHERE id = @Id", new { dave.Id });
        foreach (var person in new[] { bob, carol, dave })
        {
            await person.FollowAsync(alice);
        }

        (await alice.UpdateAsync(new { locked = false })).Ok();

        Assert.Equal([carol.Id, bob.Id], (await alice.GetAsync($"/api/v1/accounts/{alice.Id}/followers")).Ok().Ids);
        Assert.Equal([dave.Id], (await alice.GetAsync("/api/v1/follow_requests")).Ok().Ids);
        Assert.Equal((2, 0), await alice.CountsAsync());
        Assert.Equal(0, await fixture.Api.Get<PendingRequests>().RunOnceAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Requests_left_behind_by_an_interrupted_unlocking_are_accepted_later()
    {
        var (alice, bob, _) = await LockedAliceAsync();
        await bob.FollowAsync(alice);
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET locked = false WHERE id = @Id", new { alice.Id });

        Assert.Equal(1, await fixture.Api.Get<PendingRequests>().RunOnceAsync(TestContext.Current.CancellationToken));

        Assert.Equal((1, 0), await alice.CountsAsync());
    }

    [Fact]
    public async Task Accepting_cancelling_and_asking_again_at_once_never_miscounts()
    {
        var (alice, bob, _) = await LockedAliceAsync();
        for (var round = 0; round < 5; round++)
        {
            await bob.FollowAsync(alice);
            await Task.WhenAll(
                alice.PostAsync($"/api/v1/follow_requests/{bob.Id}/authorize", new { }),
                alice.PostAsync($"/api/v1/follow_requests/{bob.Id}/authorize", new { }),
                bob.UnfollowAsync(alice),
                bob.FollowAsync(alice));
            var follows = (await bob.RelationshipAsync(alice)).Is("following") ? 1 : 0;
            Assert.Equal((follows, 0), await alice.CountsAsync());
            await fixture.SettledAsync();
            Assert.Equal((0, follows), await bob.CountsAsync());
            await bob.UnfollowAsync(alice);
        }
    }

    [Fact]
    public async Task A_follower_is_removed_without_being_blocked()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await bob.FollowAsync(alice);

        Assert.False((await alice.DoAsync("remove_from_followers", bob)).Ok().Is("followed_by"));
        (await alice.DoAsync("remove_from_followers", bob)).Ok();

        var relationship = await bob.RelationshipAsync(alice);
        Assert.Equal((false, false), (relationship.Is("following"), relationship.Is("blocked_by")));
        Assert.Equal((0, 0), await alice.CountsAsync());
    }

    [Fact]
    public async Task Nobody_follows_more_people_than_the_limit_allows()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await fixture.Sandbox.ExecuteAsync("UPDATE account_stats SET following_count = 7499 WHERE account_id = @Id", new { bob.Id });
        await fixture.SettledAsync();

        var answers = await Task.WhenAll(bob.DoAsync("follow", alice), bob.DoAsync("follow", carol));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity], answers.Select(answer => answer.Status).Order());
        await fixture.Sandbox.ExecuteAsync("UPDATE account_stats SET followers_count = 7000 WHERE account_id = @Id", new { bob.Id });
        await fixture.SettledAsync();
        (await bob.DoAsync("follow", answers[0].Status is HttpStatusCode.OK ? carol : alice)).Ok();
    }

    [Fact]
    public async Task Hidden_collections_are_empty_for_all_but_their_owner()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await bob.FollowAsync(alice);
        await alice.FollowAsync(bob);
        (await alice.UpdateAsync(new { hide_collections = true })).Ok();
        await fixture.SettledAsync();

        foreach (var side in new[] { "followers", "following" })
        {
            Assert.Empty((await carol.GetAsync($"/api/v1/accounts/{alice.Id}/{side}")).Ok().Ids);
            Assert.Empty((await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/{side}")).Ok().Ids);
            Assert.Equal([bob.Id], (await alice.GetAsync($"/api/v1/accounts/{alice.Id}/{side}")).Ok().Ids);
        }
    }

    private async Task<(Person Alice, Person Bob, Person Carol)> LockedAliceAsync()
    {
        var people = await fixture.People.AliceBobAndCarolAsync();
        (await people.Alice.UpdateAsync(new { locked = true })).Ok();
        return people;
    }
}
