using System.Net;
using System.Text.Json;
using Microblog.ApiService.Mutes;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Mutes;

public sealed class MuteTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("-1")]
    [InlineData("soon")]
    [InlineData("99999999999")]
    public async Task A_duration_that_is_no_number_of_seconds_is_refused(string duration)
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.DoAsync("mute", bob, new { duration })).Status);
        Assert.False((await alice.RelationshipAsync(bob)).Is("muting"));
    }

    [Fact]
    public async Task A_mute_keeps_the_follow_hides_notifications_unless_told_otherwise_and_ends()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);

        var muted = (await alice.DoAsync("mute", bob)).Ok();
        Assert.Equal((true, true, true), (muted.Is("muting"), muted.Is("muting_notifications"), muted.Is("following")));
        Assert.Equal(JsonValueKind.Null, muted["muting_expires_at"].ValueKind);
        Assert.False((await alice.DoAsync("mute", bob, new { notifications = false })).Ok().Is("muting_notifications"));
        Assert.False((await bob.RelationshipAsync(alice)).Is("blocked_by"));
        var list = (await alice.GetAsync("/api/v1/mutes")).Ok();
        Assert.Equal([bob.Id], list.Ids);
        Assert.Equal(JsonValueKind.Null, list.Body[0].GetProperty("mute_expires_at").ValueKind);

        Assert.False((await alice.DoAsync("unmute", bob)).Ok().Is("muting"));
        Assert.Empty((await alice.GetAsync("/api/v1/mutes")).Ok().Ids);
    }

    [Fact]
    public async Task An_expired_mute_is_not_in_force_whether_it_is_removed_or_not()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var status = await bob.PostAsync("Hello");
        var muted = (await alice.DoAsync("mute", bob, new { duration = 3600 })).Ok();
        Assert.InRange(muted["muting_expires_at"].GetDateTime().ToUniversalTime(), DateTime.UtcNow.AddMinutes(59), DateTime.UtcNow.AddMinutes(61));
        Assert.DoesNotContain(status, (await alice.GetAsync("/api/v1/timelines/public")).Ok().Ids);

        await fixture.Sandbox.ExecuteAsync("UPDATE mutes SET expires_at = now() - interval '1 second' WHERE account_id = @Id", new { alice.Id });
        await fixture.SettledAsync();

        Assert.False((await alice.RelationshipAsync(bob)).Is("muting"));
        Assert.Empty((await alice.GetAsync("/api/v1/mutes")).Ok().Ids);
        Assert.Contains(status, (await alice.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        Assert.Equal(1, await fixture.Api.Get<MuteExpiry>().RunOnceAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<int>("SELECT count(*) FROM mutes WHERE account_id = @Id", new { alice.Id }));
    }

    [Fact]
    public async Task Home_lists_and_public_follow_a_mute_at_once_and_have_everything_back_afterwards()
    {
        await using var worker = await WorkerHost.StartAsync(fixture.Sandbox);
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        var list = (await alice.PostAsync("/api/v1/lists", new { title = "Bob" })).Ok().Id;
        (await alice.PostAsync($"/api/v1/lists/{list}/accounts", new { account_ids = new[] { bob.Id } })).Ok();
        var status = await bob.PostAsync("Hello");
        await Eventually.HoldsAsync("bob's status at home", async () => (await alice.HomeIdsAsync()).Contains(status));
        string[] timelines = ["home", "public", $"list/{list}"];

        (await alice.DoAsync("mute", bob)).Ok();
        foreach (var timeline in timelines)
        {
            Assert.DoesNotContain(status, (await alice.GetAsync($"/api/v1/timelines/{timeline}")).Ok().Ids);
        }

        (await alice.DoAsync("unmute", bob)).Ok();
        foreach (var timeline in timelines)
        {
            Assert.Contains(status, (await alice.GetAsync($"/api/v1/timelines/{timeline}")).Ok().Ids);
        }
    }
}
