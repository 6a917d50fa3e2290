using System.Net.Http.Json;
using System.Text.Json;
using Microblog.FeedWorker;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Streaming;

/// <summary>What is in which stream, and what is not.</summary>
public sealed class StreamContentTests(StreamFixture fixture) : IClassFixture<StreamFixture>
{
    [Fact]
    public async Task The_home_stream_has_statuses_of_the_followed_and_ones_own_as_rest_shows_them_and_no_others()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await using var listener = await Listener.SocketAsync(alice, "stream=user");

        var strangers = await carol.PostAsync("Not for alice");
        var bobs = await bob.PostAsync("Hello #stream");
        var own = await alice.PostAsync("My own");
        await listener.HearsAsync($"update {bobs}", $"update {own}");

        var heard = listener.All.Single(one => one.Brief == $"update {bobs}");
        Assert.Equal("user", heard.Stream);
        Assert.Equal((await alice.GetAsync($"/api/v1/statuses/{bobs}")).Ok().Text, heard.Payload);
        Assert.DoesNotContain($"update {strangers}", listener.Briefs);
        Assert.Equal(2, listener.All.Count);
        Assert.All(listener.All, one => Assert.Null(one.Cursor));
    }

    [Fact]
    public async Task Private_and_direct_statuses_reach_only_those_who_may_see_them_in_any_stream()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await bob.FollowAsync(alice);
        await LetStrangersWriteAsync(carol);
        var list = await ListOfAsync(carol, alice);
        await using var bobs = await AllStreamsAsync(bob, 0);
        await using var carols = await AllStreamsAsync(carol, list);

        var secret = await alice.PostAsync("Followers only #secret", "private");
        var letter = await alice.PostAsync($"Psst {carol.Handle} #secret", "direct");
        var unlisted = await alice.PostAsync("Not announced #secret", "unlisted");
        var open = await alice.PostAsync("For all #secret");
        await bobs.HearsAsync($"update {secret}", $"update {open}", $"update {unlisted}");
        // Home streams come last: they follow the fan-out.
        await Eventually.HoldsAsync("all streams to tell", () => Task.FromResult(Streams(bobs, open).Count == 5 && Streams(carols, open).Count == 4));
        await Eventually.HoldsAsync("carol to be told of the letter", () => Task.FromResult(carols.All.Any(heard => heard.Type == "notification")));

        Assert.Equal(["user"], Streams(bobs, secret));
        Assert.Equal(["user"], Streams(bobs, unlisted));
        Assert.Empty(Streams(bobs, letter));
        Assert.Empty(Streams(carols, secret));
        Assert.Empty(Streams(carols, unlisted));
        Assert.Empty(Streams(carols, letter));
        Assert.Equal(["hashtag Secret", "hashtag:local Secret", "public", "public:local"], Streams(carols, open));
        Assert.Equal(["hashtag Secret", "hashtag:local Secret", "public", "public:local", "user"], Streams(bobs, open));
        Assert.DoesNotContain(bobs.Raw, frame => frame.Contains("Psst", StringComparison.Ordinal));
        Assert.DoesNotContain(carols.Raw, frame => frame.Contains("Followers only", StringComparison.Ordinal));

        foreach (var status in new[] { secret, letter, open })
        {
            await alice.DeleteStatusAsync(status);
        }
        await bobs.HearsAsync($"delete {secret}", $"delete {open}");
        await carols.HearsAsync($"delete {letter}", $"delete {open}");
        Assert.DoesNotContain($"delete {letter}", bobs.Briefs);
        Assert.DoesNotContain($"delete {secret}", carols.Briefs);
    }

    [Fact]
    public async Task Notifications_are_in_the_streams_of_their_recipient_alone()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await LetStrangersWriteAsync(alice);
        await using var user = await Listener.SocketAsync(alice, "stream=user");
        await using var notices = await Listener.SocketAsync(alice, "stream=user:notification");
        await using var others = await Listener.SocketAsync(carol, "stream=user");

        await bob.FollowAsync(alice);
        var mention = await bob.PostAsync($"{alice.Handle} hello", "direct");
        await Eventually.HoldsAsync("both notifications", () => Task.FromResult(user.All.Count(one => one.Type == "notification") == 2 && notices.All.Count == 2));

        Assert.Equal((await alice.NotificationsAsync()).Select(one => JsonSerializer.Serialize(one)).Order(), notices.All.Select(one => JsonSerializer.Serialize(one.Entity)).Order());
        Assert.All(notices.All, one => Assert.Equal(("notification", "user:notification"), (one.Type, one.Stream)));
        Assert.DoesNotContain(notices.All, one => one.Brief == $"update {mention}");
        Assert.Empty(others.All);
    }

    [Fact]
    public async Task Answers_to_others_are_not_public_but_have_hashtags()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var first = await alice.PostAsync("Question");
        await using var listener = await AllStreamsAsync(await fixture.People.SignUpAsync("dave"), 0);

        var answer = await bob.PostAsync("Answer #secret", replyTo: first);
        var last = await bob.PostAsync("Afterwards");
        await Eventually.HoldsAsync("all streams to tell", () => Task.FromResult(Streams(listener, answer).Count == 2 && Streams(listener, last).Count == 2));

        Assert.Equal(["hashtag Secret", "hashtag:local Secret"], Streams(listener, answer));
        Assert.Equal(["public", "public:local"], Streams(listener, last));
    }

    [Fact]
    public async Task A_list_has_its_members_as_far_as_their_owner_follows_them()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        await alice.FollowAsync(carol);
        var list = await ListOfAsync(alice, bob);
        await using var listener = await Listener.SocketAsync(alice, $"stream=list&list={list}");
        await using var strangers = await Listener.SocketAsync(bob, $"stream=list&list={list}");

        var carols = await carol.PostAsync("I am in no list");
        var bobs = await bob.PostAsync("I am", "private");
        await listener.HearsAsync($"update {bobs}");

        Assert.Equal([$"update {bobs}"], listener.Briefs);
        Assert.Equal($"list {list}", listener.All[0].Stream);
        Assert.NotEqual(carols, bobs);
        Assert.Equal("""{"error":"Record not found","status":404}""", Assert.Single(strangers.Raw));
    }

    [Fact]
    public async Task An_edit_is_told_to_those_who_see_the_status_and_hints_to_whom_they_concern()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        var (status, other) = (await bob.PostAsync("Frist", "private"), await bob.PostAsync("Scond", "private"));
        await using var listener = await Listener.SocketAsync(alice, "stream=user");
        await using var strangers = await AllStreamsAsync(carol, 0);

        await fixture.Sandbox.ExecuteAsync("UPDATE statuses SET text = CASE id WHEN @status THEN 'First' ELSE 'Second' END, edited_at = now() WHERE id IN (@status, @other)", new { status, other });
        var streams = fixture.Worker.Get<StreamPublisher>();
        streams.Edited(status, bob.Id);
        streams.Edited(status, bob.Id);
        streams.Edited(other, bob.Id);
        // By another process than the worker's: nothing says which comes first.
        fixture.Api.Get<Contracts.StreamChannel>().Publish(new Contracts.StreamMessage(Contracts.StreamKind.FiltersChanged, DateTimeOffset.UtcNow) { Notices = [new Contracts.StreamNotice(alice.Id, 0)] });
        await listener.GetsAsync("filters_changed");
        await listener.HearsAsync($"status.update {other}");

        Assert.Contains("""{"stream":["user"],"event":"filters_changed"}""", listener.Raw);
        Assert.Contains("First", Assert.Single(listener.All, one => one.Brief == $"status.update {status}").Payload, StringComparison.Ordinal);
        Assert.Empty(strangers.Raw);
    }

    private static List<string> Streams(Listener listener, long status) => [.. listener.All.Where(one => one.Brief == $"update {status}").Select(one => one.Stream).Order(StringComparer.Ordinal)];

    /// <summary>Else what a stranger writes to somebody directly is kept back.</summary>
    private static async Task LetStrangersWriteAsync(Person person) =>
        (await person.SendAsync(HttpMethod.Patch, "/api/v2/notifications/policy", JsonContent.Create(new { for_private_mentions = "accept" }))).Ok();

    private async Task<long> ListOfAsync(Person owner, Person member) => await fixture.Sandbox.ScalarAsync<long>(
        """
        WITH made AS (INSERT INTO lists (account_id, title) VALUES (@owner, 'Friends') RETURNING id)
        INSERT INTO list_accounts (account_id, list_id, target_id) SELECT @owner, id, @member FROM made RETURNING list_id
        """, new { owner = owner.Id, member = member.Id });

    /// <summary>Every stream there is, on one socket.</summary>
    private async Task<Listener> AllStreamsAsync(Person person, long list)
    {
        var listener = await Listener.SocketAsync(person);
        foreach (var name in new[] { "user", "public", "public:local", "public:remote", "public:media", "direct" })
        {
            await listener.SendAsync(new { type = "subscribe", stream = name });
        }
        await listener.SendAsync(new { type = "subscribe", stream = "hashtag", tag = "Secret" });
        await listener.SendAsync(new { type = "subscribe", stream = "hashtag:local", tag = "Secret" });
        if (list > 0)
        {
            await listener.SendAsync(new { type = "subscribe", stream = "list", list = $"{list}" });
        }
        var count = list > 0 ? 9 : 8;
        await Eventually.HoldsAsync("all streams to be open", () => Task.FromResult(
            fixture.Api.Get<ApiService.Streaming.StreamConnections>().Streams.Count(stream => stream.AccountId == person.Id) == count));
        return listener;
    }
}
