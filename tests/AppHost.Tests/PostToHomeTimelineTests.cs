using System.Globalization;
using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.AppHost.Tests;

/// <summary>The core flow through every process: API replicas, relay, broker, workers, Redis, replica.</summary>
public sealed class PostToHomeTimelineTests(WholeSystem system)
{
    [Fact]
    public async Task A_status_reaches_the_homes_of_its_authors_followers_and_nobody_elses()
    {
        var running = await system.RunningAsync();
        var (alice, bob, carol) = await running.People.AliceBobAndCarolAsync();
        await bob.FollowAsync(alice);

        var status = await alice.PostAsync("Hello, followers");

        Assert.Contains(status, await alice.HomeIdsAsync());
        await Eventually.BecomesAsync("bob's home to show the status", () => bob.HomeIdsAsync(), ids => ids.Contains(status));
        Assert.DoesNotContain(status, await carol.HomeIdsAsync());
    }

    [Fact]
    public async Task Unfollowing_and_deleting_take_effect_at_once()
    {
        var running = await system.RunningAsync();
        var (alice, bob, carol) = await running.People.AliceBobAndCarolAsync();
        await bob.FollowAsync(alice);
        await bob.FollowAsync(carol);
        var fromAlice = await alice.PostAsync("From Alice");
        var fromCarol = await carol.PostAsync("From Carol");
        await Eventually.BecomesAsync("bob's home to show both", () => bob.HomeIdsAsync(), ids => ids.Contains(fromAlice) && ids.Contains(fromCarol));

        await bob.UnfollowAsync(alice);
        await carol.DeleteStatusAsync(fromCarol);

        // A read of one's own is fenced; what others deleted is gone as soon as the replica has heard of it.
        Assert.DoesNotContain(fromAlice, await bob.HomeIdsAsync());
        await Eventually.BecomesAsync("the deleted status to go", () => bob.HomeIdsAsync(), ids => !ids.Contains(fromCarol));
        await running.DrainedAsync();
        Assert.Equal(await running.TruthAsync(bob.Id), await bob.HomeIdsAsync("limit=20"));
    }

    [Fact]
    public async Task Mentions_and_follows_are_notified_once()
    {
        var running = await system.RunningAsync();
        var (alice, bob) = await running.People.AliceAndBobAsync();

        await bob.FollowAsync(alice);
        await alice.PostAsync($"Welcome {bob.Handle}");

        await Eventually.BecomesAsync("alice to hear of the follow", () => alice.NotificationsAsync(), all => all.Count == 1);
        await Eventually.BecomesAsync("bob to hear of the mention", () => bob.NotificationsAsync(), all => all.Count == 1);
        Assert.Equal("follow", (await alice.NotificationsAsync())[0].GetProperty("type").GetString());
        Assert.Equal("mention", (await bob.NotificationsAsync())[0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_message_that_is_delivered_again_changes_nothing()
    {
        var running = await system.RunningAsync();
        var (alice, bob) = await running.People.AliceAndBobAsync();
        await bob.FollowAsync(alice);
        var first = await alice.PostAsync($"First, {bob.Handle}");
        var second = await alice.PostAsync("Second");
        await Eventually.BecomesAsync("bob's home to show both", () => bob.HomeIdsAsync(), ids => ids.SequenceEqual([second, first]));

        for (var i = 0; i < 3; i++)
        {
            await running.Broker.PublishAsync(BrokerTopology.StatusPosted, string.Create(
                CultureInfo.InvariantCulture, $$"""{"statusId":{{first}},"authorId":{{alice.Id}},"postedAt":"2026-01-01T00:00:00Z"}"""));
        }
        var marker = await alice.PostAsync("After the repetition");

        await Eventually.BecomesAsync("the next status to arrive", () => bob.HomeIdsAsync(), ids => ids.Contains(marker));
        await running.DrainedAsync();
        Assert.Equal([marker, second, first], await bob.HomeIdsAsync());
        Assert.Single(await bob.NotificationsAsync());
    }

    [Fact]
    public async Task Both_replicas_of_the_API_answer_behind_one_address()
    {
        var running = await system.RunningAsync();
        var alice = await running.People.AliceAsync();

        // New connections each time, so that the proxy has to choose.
        for (var i = 0; i < 10; i++)
        {
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new("Bearer", alice.Token);
            var status = await alice.PostAsync($"Number {i}");
            var home = await Answer.ReadAsync(await http.GetAsync(new Uri(running.Api, "/api/v1/timelines/home")));
            Assert.Equal(status, home.Ok().Ids[0]);
        }

        Assert.Equal(2, (await running.ProcessesAsync("apiservice")).Count);
    }

    [Fact]
    public async Task Health_is_not_told_to_the_public()
    {
        var running = await system.RunningAsync();

        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await running.People.Nobody.GetAsync("/health")).Status);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await running.People.Nobody.PostAsync("/manage/timelines/rebuild")).Status);
    }
}
