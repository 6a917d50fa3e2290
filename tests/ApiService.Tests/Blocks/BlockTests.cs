using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Blocks;

public sealed class BlockTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Nobody_follows_across_a_block_in_either_direction()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        (await alice.DoAsync("block", bob)).Ok();

        Assert.Equal(HttpStatusCode.Forbidden, (await bob.DoAsync("follow", alice)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await alice.DoAsync("follow", bob)).Status);

        (await alice.DoAsync("unblock", bob)).Ok();
        Assert.True((await bob.FollowAsync(alice)).Is("following"));
    }

    [Fact]
    public async Task Nobody_blocks_or_mutes_themselves_or_who_does_not_exist()
    {
        var alice = await fixture.People.AliceAsync();

        foreach (var action in new[] { "block", "mute", "endorse" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await alice.DoAsync(action, alice)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync($"/api/v1/accounts/123/{action}", new { })).Status);
        }
    }

    [Fact]
    public async Task A_block_ends_everything_between_the_two_and_keeps_the_counters_right()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await bob.FollowAsync(alice);
        await carol.FollowAsync(alice);
        (await alice.DoAsync("endorse", bob)).Ok();
        (await bob.DoAsync("endorse", alice)).Ok();
        var lists = new Dictionary<Person, long>();
        foreach (var (owner, member) in new[] { (alice, bob), (bob, alice) })
        {
            lists[owner] = (await owner.PostAsync("/api/v1/lists", new { title = "Friends" })).Ok().Id;
            (await owner.PostAsync($"/api/v1/lists/{lists[owner]}/accounts", new { account_ids = new[] { $"{member.Id}" } })).Ok();
        }

        var relationship = (await alice.DoAsync("block", bob)).Ok();
        (await alice.DoAsync("block", bob)).Ok();

        Assert.Equal((true, false, false, false), (relationship.Is("blocking"), relationship.Is("following"), relationship.Is("followed_by"), relationship.Is("endorsed")));
        var reverse = await bob.RelationshipAsync(alice);
        Assert.Equal((false, true, false), (reverse.Is("blocking"), reverse.Is("blocked_by"), reverse.Is("endorsed")));
        Assert.Equal([bob.Id], (await alice.GetAsync("/api/v1/blocks")).Ok().Ids);
        Assert.Empty((await bob.GetAsync("/api/v1/blocks")).Ok().Ids);
        Assert.Equal((1, 0), await alice.CountsAsync());
        await fixture.SettledAsync();
        Assert.Equal((0, 0), await bob.CountsAsync());
        Assert.Empty((await alice.GetAsync($"/api/v1/lists/{lists[alice]}/accounts")).Ok().Ids);
        Assert.Empty((await bob.GetAsync($"/api/v1/lists/{lists[bob]}/accounts")).Ok().Ids);
    }

    [Fact]
    public async Task A_block_also_ends_requests_of_both_sides()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        foreach (var person in new[] { alice, bob })
        {
            (await person.UpdateAsync(new { locked = true })).Ok();
        }
        await alice.FollowAsync(bob);
        await bob.FollowAsync(alice);

        (await alice.DoAsync("block", bob)).Ok();

        Assert.Empty((await alice.GetAsync("/api/v1/follow_requests")).Ok().Ids);
        await fixture.SettledAsync();
        Assert.Empty((await bob.GetAsync("/api/v1/follow_requests")).Ok().Ids);
    }

    [Fact]
    public async Task The_blocked_see_nothing_of_the_blocker_and_are_out_of_the_blockers_sight_until_it_ends()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await bob.FollowAsync(carol);
        await carol.FollowAsync(bob);
        var (of_alice, of_bob) = (await alice.PostAsync("From alice"), await bob.PostAsync("From bob"));
        await fixture.SettledAsync();

        (await alice.DoAsync("block", bob)).Ok();
        await fixture.SettledAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"/api/v1/statuses/{of_alice}")).Status);
        Assert.Empty((await bob.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
        Assert.DoesNotContain(of_alice, (await bob.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        Assert.DoesNotContain(of_bob, (await alice.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        Assert.Empty((await bob.GetAsync($"/api/v1/accounts/{alice.Id}/followers")).Ok().Ids);
        Assert.DoesNotContain(bob.Id, (await alice.GetAsync($"/api/v1/accounts/{carol.Id}/followers")).Ok().Ids);
        Assert.DoesNotContain(bob.Id, (await alice.GetAsync($"/api/v1/accounts/{carol.Id}/following")).Ok().Ids);

        (await alice.DoAsync("unblock", bob)).Ok();
        await fixture.SettledAsync();

        (await bob.GetAsync($"/api/v1/statuses/{of_alice}")).Ok();
        Assert.Contains(of_bob, (await alice.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        Assert.Contains(bob.Id, (await alice.GetAsync($"/api/v1/accounts/{carol.Id}/followers")).Ok().Ids);
    }

    [Fact]
    public async Task Following_and_blocking_the_same_person_at_once_never_leaves_both()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        for (var round = 0; round < 8; round++)
        {
            await Task.WhenAll(bob.DoAsync("follow", alice), alice.DoAsync("block", bob), bob.DoAsync("follow", alice), alice.DoAsync("follow", bob));

            var relationship = await alice.RelationshipAsync(bob);
            Assert.Equal((true, false, false), (relationship.Is("blocking"), relationship.Is("followed_by"), relationship.Is("following")));
            Assert.Equal((0, 0), await alice.CountsAsync());
            (await alice.DoAsync("unblock", bob)).Ok();
        }
    }

    [Fact]
    public async Task Home_and_notifications_follow_a_block_at_once()
    {
        await using var worker = await WorkerHost.StartAsync(fixture.Sandbox);
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(carol);
        await bob.FollowAsync(alice);
        var mention = await bob.PostAsync($"Hello {alice.Handle}");
        var about = await carol.PostAsync($"I met {bob.Handle}");
        await Eventually.HoldsAsync("both notifications", async () => (await alice.NotificationsAsync()).Count == 2);
        await Eventually.HoldsAsync("carol's status at home", async () => (await alice.HomeIdsAsync()).Contains(about));

        (await alice.DoAsync("block", bob)).Ok();

        Assert.Empty(await alice.NotificationsAsync());
        // Who mentions the blocked is left out too.
        Assert.DoesNotContain(about, await alice.HomeIdsAsync());
        (await alice.DoAsync("unblock", bob)).Ok();
        Assert.Contains(about, await alice.HomeIdsAsync());
        Assert.DoesNotContain(mention, await alice.HomeIdsAsync());
    }
}
