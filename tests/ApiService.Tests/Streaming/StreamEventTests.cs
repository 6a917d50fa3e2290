using System.Net.Http.Json;
using Microblog.ApiService.Streaming;
using Microblog.ApiService.Tests.Filters;
using Microblog.ApiService.Tests.Media;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Streaming;

/// <summary>The events that are about more than a status in a timeline.</summary>
public sealed class StreamEventTests(StreamFixture fixture) : IClassFixture<StreamFixture>
{
    [Fact]
    public async Task A_conversation_moves_up_for_those_who_take_part_and_is_caught_up_on()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await using var here = await Listener.SocketAsync(alice, "stream=direct&last_event_id=");
        await using var own = await Listener.SocketAsync(bob.At(fixture.Other.Address), "stream=direct");
        await using var strangers = await Listener.SocketAsync(carol, "stream=direct");

        var first = await bob.PostAsync($"{alice.Handle} psst", "direct");
        await Eventually.HoldsAsync("both to hear", () => Task.FromResult(here.All.Count == 1 && own.All.Count == 1));
        Assert.Equal(("conversation", "direct"), (here.All[0].Type, here.All[0].Stream));
        Assert.Equal((await alice.GetAsync("/api/v1/conversations")).Ok().Body[0].GetRawText(), here.All[0].Payload);
        Assert.Equal((await bob.GetAsync("/api/v1/conversations")).Ok().Body[0].GetRawText(), own.All[0].Payload!.Replace(fixture.Other.Address.Authority, fixture.Api.Address.Authority, StringComparison.Ordinal));
        Assert.Equal((first, false), (Answer.IdOf(own.All[0].Entity.GetProperty("last_status")), own.All[0].Entity.GetProperty("unread").GetBoolean()));
        var cursor = here.Cursor;

        var second = await bob.PostAsync($"{alice.Handle} again", "direct", first);
        var other = await bob.PostAsync($"{alice.Handle} something else", "direct");
        await Eventually.HoldsAsync("bob to hear", () => Task.FromResult(own.All.Count == 3));
        await using var resumed = await Listener.SocketAsync(alice.At(fixture.Other.Address), $"stream=direct&last_event_id={cursor}");
        await Eventually.HoldsAsync("alice to hear", () => Task.FromResult(resumed.All.Count == 2));
        var last = await bob.PostAsync($"{alice.Handle} at last", "direct", second);
        await Eventually.HoldsAsync("alice to hear again", () => Task.FromResult(resumed.All.Count >= 3));
        Assert.Equal([second, other, last], resumed.All.Select(heard => Answer.IdOf(heard.Entity.GetProperty("last_status"))));
        Assert.Empty(strangers.All);
    }

    [Fact]
    public async Task A_change_of_filters_is_told_to_the_account_at_every_process()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await using var here = await Listener.SocketAsync(alice, "stream=user");
        await using var there = await Listener.EventsAsync(alice.At(fixture.Other.Address), "user");
        await using var others = await Listener.SocketAsync(bob, "stream=user");

        var filter = await FilterTests.MakeAsync(alice, "weasel");
        await FilterTests.PutAsync(alice, $"/api/v2/filters/{filter}", new { title = "Weasels" });
        await alice.DeleteAsync($"/api/v2/filters/{filter}");
        foreach (var listener in new[] { here, there })
        {
            await Eventually.HoldsAsync("three hints", () => Task.FromResult(listener.All.Count(heard => heard.Type == "filters_changed") == 3));
        }
        Assert.Empty(others.All);
    }

    [Fact]
    public async Task What_is_kept_back_is_not_told_until_it_is_let_through()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        (await alice.SendAsync(HttpMethod.Patch, "/api/v2/notifications/policy", JsonContent.Create(new { for_not_following = "filter" }))).Ok();
        await using var user = await Listener.SocketAsync(alice, "stream=user");
        await using var notices = await Listener.SocketAsync(alice.At(fixture.Other.Address), "stream=user:notification");

        await bob.PostAsync($"{alice.Handle} hello");
        var request = await Eventually.BecomesAsync("the request", async () => (await alice.GetAsync("/api/v1/notifications/requests")).Ok().Ids, ids => ids.Count == 1);
        (await alice.SendAsync(HttpMethod.Post, $"/api/v1/notifications/requests/{request[0]}/accept")).Ok();
        foreach (var listener in new[] { user, notices })
        {
            await listener.GetsAsync("notifications_merged");
            Assert.Equal("notifications_merged 1", Assert.Single(listener.Briefs));
        }
        await bob.PostAsync($"{alice.Handle} and again");
        await Eventually.HoldsAsync("the next to be told", () => Task.FromResult(notices.All.Count == 2 && notices.All[1].Type == "notification"));
    }

    [Fact]
    public async Task Edits_and_deletions_reach_hashtag_streams_and_who_follows_the_hashtag()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        (await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/otters/follow")).Ok();
        await using var home = await Listener.SocketAsync(alice, "stream=user");
        await using var tagged = await Listener.SocketAsync(alice);
        await tagged.SendAsync(new { type = "subscribe", stream = "hashtag", tag = "Otters" });
        await tagged.SendAsync(new { type = "subscribe", stream = "hashtag:local", tag = "otters" });
        await OpenAsync(alice, 3);

        var status = await bob.PostAsync("Look, #OTTERS");
        await home.HearsAsync($"update {status}");
        (await bob.SendAsync(HttpMethod.Put, $"/api/v1/statuses/{status}", JsonContent.Create(new { status = "Look, two #otters" }))).Ok();
        await home.HearsAsync($"status.update {status}");
        await bob.DeleteStatusAsync(status);
        await home.HearsAsync($"delete {status}");
        await Eventually.HoldsAsync("both streams to hear all", () => Task.FromResult(tagged.All.Count == 6));

        Assert.Equal([$"update {status}", $"status.update {status}", $"delete {status}"], home.Briefs);
        foreach (var stream in new[] { "hashtag Otters", "hashtag:local otters" })
        {
            Assert.Equal(home.Briefs, tagged.All.Where(heard => heard.Stream == stream).Select(heard => heard.Brief));
        }
    }

    [Fact]
    public async Task Media_streams_have_only_statuses_with_media()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await using var listener = await Listener.SocketAsync(alice);
        foreach (var stream in new[] { "public", "public:media", "public:local:media", "public:remote:media" })
        {
            await listener.SendAsync(new { type = "subscribe", stream });
        }
        await using var events = await Listener.EventsAsync(alice, "public/local?only_media=true");
        await OpenAsync(alice, 5);

        var plain = await bob.PostAsync("Only words");
        var media = (await MediaFixture.UploadAsync(bob, Images.Png(8, 8))).Ok().Id;
        var picture = (await bob.PostAsync("/api/v1/statuses", new { status = "Look", media_ids = new[] { $"{media}" } })).Ok().Id;
        await events.HearsAsync($"update {picture}");
        await Eventually.HoldsAsync("all streams to tell", () => Task.FromResult(listener.All.Count == 4));
        Assert.Equal([("public", $"update {picture}"), ("public", $"update {plain}"), ("public:local:media", $"update {picture}"), ("public:media", $"update {picture}")],
            listener.All.Select(heard => (heard.Stream, heard.Brief)).OrderBy(heard => heard.Stream, StringComparer.Ordinal).ThenByDescending(heard => heard.Brief, StringComparer.Ordinal));
        Assert.Single(events.All);
    }

    private Task OpenAsync(Person person, int count) => Eventually.HoldsAsync($"{count} streams to be open", () => Task.FromResult(
        fixture.Api.Get<StreamConnections>().Streams.Count(stream => stream.AccountId == person.Id) == count));
}
