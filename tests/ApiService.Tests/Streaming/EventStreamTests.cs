using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Streaming;

/// <summary>Streams as server-sent events.</summary>
public sealed class EventStreamTests(StreamFixture fixture) : IClassFixture<StreamFixture>
{
    [Fact]
    public async Task Event_streams_begin_with_a_greeting_thump_and_are_not_kept_by_anybody()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await using var listener = await Listener.EventsAsync(alice, "hashtag/local?tag=sse");
        await listener.GetsAsync(":thump");
        var status = await bob.PostAsync("Hello #SSE");
        await listener.HearsAsync($"update {status}");

        Assert.Equal(":)", listener.Raw[0]);
        Assert.Equal("text/event-stream", listener.Response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-store, private", listener.Response.Headers.CacheControl?.ToString());
        Assert.Equal("no", listener.Response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.NotNull(listener.All[0].Cursor);
        Assert.Equal("OK", (await fixture.Nobody.GetAsync("/api/v1/streaming/health")).Text);
        Assert.Equal((HttpStatusCode.BadRequest, "Unknown stream type"), await ErrorAsync(alice, "everything"));
        Assert.Equal((HttpStatusCode.BadRequest, "Missing tag name parameter"), await ErrorAsync(alice, "hashtag"));
    }

    /// <summary>The npm packages mastodon and mastodon-api drop an event that has any other number of lines.</summary>
    [Fact]
    public async Task Who_does_not_resume_gets_events_of_exactly_the_two_lines_that_Mastodon_sends()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await using var listener = await Listener.EventsAsync(alice, "hashtag/local?tag=plain", accept: "*/*");
        await using var resuming = await Listener.EventsAsync(alice, "hashtag/local?tag=plain&last_event_id=", accept: "*/*");
        await listener.GetsAsync(":thump");
        await resuming.GetsAsync(":thump");
        var status = await bob.PostAsync("Hello #plain");
        await listener.HearsAsync($"update {status}");
        await resuming.HearsAsync($"update {status}");

        var lines = listener.Raw.Where(line => line is not (":)" or ":thump")).Select(line => line.Split(':')[0]);
        Assert.Equal(["event", "data", ""], lines);
        Assert.NotNull(resuming.All[0].Cursor);
    }

    private static async Task<(HttpStatusCode, string?)> ErrorAsync(Person person, string path)
    {
        var answer = await person.GetAsync($"/api/v1/streaming/{path}");
        return (answer.Status, answer.Error);
    }
}
