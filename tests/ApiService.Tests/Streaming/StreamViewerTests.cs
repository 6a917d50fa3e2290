using System.Text.Json;
using Microblog.ApiService.Tests.Filters;
using Microblog.Contracts;
using Microblog.FeedWorker;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Streaming;

/// <summary>Everybody gets what a status is to them, and nothing of what it is to others.</summary>
public sealed class StreamViewerTests(StreamFixture fixture) : IClassFixture<StreamFixture>
{
    [Fact]
    public async Task A_status_meets_the_filters_of_its_reader_and_of_nobody_else_in_any_stream_of_any_process()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await carol.FollowAsync(bob);
        var filter = await FilterTests.MakeAsync(alice, "weasel");
        await using var home = await Listener.SocketAsync(alice, "stream=user");
        await using var open = await Listener.SocketAsync(alice.At(fixture.Other.Address), "stream=public");
        await using var carols = await Listener.SocketAsync(carol, "stream=user");
        await using var bobs = await Listener.SocketAsync(bob, "stream=user");

        var status = await bob.PostAsync("A weasel");
        foreach (var listener in new[] { home, open })
        {
            await listener.HearsAsync($"update {status}");
            Assert.Equal(filter, Answer.IdOf(Filtered(listener, status)[0].GetProperty("filter")));
        }
        await carols.HearsAsync($"update {status}");
        await bobs.HearsAsync($"update {status}");
        Assert.Empty(Filtered(carols, status));
        Assert.Empty(Filtered(bobs, status));
        Assert.Equal((await alice.GetAsync($"/api/v1/statuses/{status}")).Ok().Text, Of(home, $"update {status}").Payload);

        // Not before, or the author's counts would depend on which of the two was rendered first.
        var letter = await bob.PostAsync($"{alice.Handle} {carol.Handle} weasel", "direct");
        await Eventually.HoldsAsync("both to be notified", () => Task.FromResult(Notified(home, letter) is not null && Notified(carols, letter) is not null));
        Assert.Equal((1, 0), (Notified(home, letter)!.Value.GetProperty("filtered").GetArrayLength(), Notified(carols, letter)!.Value.GetProperty("filtered").GetArrayLength()));

        // What is changed holds for the next status.
        await FilterTests.PutAsync(alice, $"/api/v2/filters/{filter}", new { expires_in = 0 });
        var next = await bob.PostAsync("Another weasel");
        await home.HearsAsync($"update {next}");
        Assert.Empty(Filtered(home, next));
    }

    [Fact]
    public async Task A_vote_refreshes_the_poll_for_all_and_only_who_voted_has_voted()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await carol.FollowAsync(bob);
        var poll = (await bob.PostAsync("/api/v1/statuses", new { status = "Which?", visibility = "private", poll = new { options = new[] { "This", "That" }, expires_in = 3600 } })).Ok().Id;
        await alice.DoAsync(poll, "favourite");
        await alice.DoAsync(poll, "bookmark");
        var people = new[] { alice, bob, carol };
        var listeners = new List<Listener>();
        foreach (var person in people)
        {
            listeners.Add(await Listener.SocketAsync(person, "stream=user"));
        }
        (await alice.PostAsync($"/api/v1/polls/{poll}/votes", new { choices = new[] { 1 } })).Ok();

        foreach (var (person, listener) in people.Zip(listeners))
        {
            await listener.HearsAsync($"status.update {poll}");
            var shown = Of(listener, $"status.update {poll}").Entity;
            var isAlice = person == alice;
            Assert.Equal((isAlice, isAlice, 1), (shown.GetProperty("favourited").GetBoolean(), shown.GetProperty("bookmarked").GetBoolean(), shown.GetProperty("poll").GetProperty("votes_count").GetInt32()));
            Assert.Equal(isAlice ? "[1]" : "[]", shown.GetProperty("poll").GetProperty("own_votes").GetRawText());
            // Its author counts as having voted.
            Assert.Equal(person != carol, shown.GetProperty("poll").GetProperty("voted").GetBoolean());
            await listener.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_reblog_says_what_its_reader_did_with_the_original_and_goes_with_it()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var dave = await fixture.People.SignUpAsync("dave");
        await carol.FollowAsync(alice);
        await dave.FollowAsync(alice);
        await FilterTests.MakeAsync(dave, "original");
        var original = await bob.PostAsync("The original");
        await fixture.SettledAsync();
        (await carol.DoAsync(original, "favourite")).Ok();
        await using var alices = await Listener.SocketAsync(alice, "stream=user");
        await using var carols = await Listener.SocketAsync(carol, "stream=user");
        await using var daves = await Listener.SocketAsync(dave, "stream=user");
        await using var open = await Listener.SocketAsync(dave, "stream=public");

        var wrapper = (await alice.DoAsync(original, "reblog")).Ok().Id;
        var states = new List<(bool, bool, int)>();
        foreach (var listener in new[] { alices, carols, daves })
        {
            await listener.HearsAsync($"update {wrapper}");
            var shown = Of(listener, $"update {wrapper}").Entity;
            var inner = shown.GetProperty("reblog");
            Assert.Equal(original, Answer.IdOf(inner));
            Assert.Equal(shown.GetProperty("favourited").GetBoolean(), inner.GetProperty("favourited").GetBoolean());
            states.Add((inner.GetProperty("favourited").GetBoolean(), inner.GetProperty("reblogged").GetBoolean(), shown.GetProperty("filtered").GetArrayLength()));
        }
        Assert.Equal([(false, true, 0), (true, false, 0), (false, false, 1)], states);

        // They follow only who reblogged it, and have to be told of that deletion.
        await bob.DeleteStatusAsync(original);
        await carols.HearsAsync($"delete {wrapper}");
        await daves.HearsAsync($"delete {wrapper}");
        await open.HearsAsync($"delete {original}");
        Assert.DoesNotContain(open.Briefs, brief => brief.EndsWith($" {wrapper}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_is_muted_blocked_or_limited_is_not_heard()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var (muted, limited) = (await fixture.People.SignUpAsync("mallory"), await fixture.People.SignUpAsync("lim"));
        foreach (var person in new[] { bob, carol, muted })
        {
            await alice.FollowAsync(person);
        }
        await bob.PostAsync($"{alice.Handle} before");
        await Eventually.HoldsAsync("the notification", async () => (await alice.NotificationsAsync()).Count == 1);
        var notice = new StreamNotice(alice.Id, Answer.IdOf((await alice.NotificationsAsync())[0]));
        (await alice.SendAsync(HttpMethod.Post, $"/api/v1/accounts/{bob.Id}/block")).Ok();
        (await alice.SendAsync(HttpMethod.Post, $"/api/v1/accounts/{muted.Id}/mute")).Ok();
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET limited_at = now() WHERE id = @Id", new { limited.Id });
        await using var user = await Listener.SocketAsync(alice, "stream=user");
        await using var notices = await Listener.SocketAsync(alice, "stream=user:notification");
        await using var open = await Listener.SocketAsync(alice, "stream=public");
        await using var talks = await Listener.SocketAsync(alice, "stream=direct");

        // Made before the block, and told late.
        fixture.Worker.Get<StreamPublisher>().Notified([notice]);
        foreach (var person in new[] { bob, muted, limited })
        {
            await person.PostAsync($"{alice.Handle} unheard");
            await person.PostAsync($"{alice.Handle} unheard", "direct");
        }
        var last = await carol.PostAsync($"{alice.Handle} heard");
        foreach (var listener in new[] { user, open })
        {
            await listener.HearsAsync($"update {last}");
        }
        await Eventually.HoldsAsync("carol's mention", () => Task.FromResult(notices.All.Count > 0));
        Assert.Equal(carol.Id, Answer.IdOf(Assert.Single(notices.All).Entity.GetProperty("account")));
        Assert.Equal([$"update {last}"], open.Briefs);
        Assert.Empty(talks.All);
        Assert.DoesNotContain(user.Raw, frame => frame.Contains("unheard", StringComparison.Ordinal));
    }

    private static Heard Of(Listener listener, string brief) => listener.All.First(heard => heard.Brief == brief);

    private static List<JsonElement> Filtered(Listener listener, long status) => [.. Of(listener, $"update {status}").Entity.GetProperty("filtered").EnumerateArray()];

    private static JsonElement? Notified(Listener listener, long status) => listener.All.Where(heard => heard.Type == "notification").Select(heard => heard.Entity.GetProperty("status"))
        .Where(shown => Answer.IdOf(shown) == status).Cast<JsonElement?>().FirstOrDefault();
}
