using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microblog.ApiService.Streaming;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Streaming;

/// <summary>How connections are made, refused, kept alive and ended.</summary>
public sealed class StreamConnectionTests(StreamFixture fixture) : IClassFixture<StreamFixture>
{
    [Fact]
    public async Task A_token_is_taken_from_the_header_the_query_or_the_subprotocol_which_is_echoed()
    {
        var alice = await fixture.People.AliceAsync();
        await using var byHeader = await Listener.SocketAsync(alice.Address, "stream=user", options => options.SetRequestHeader("Authorization", $"Bearer {alice.Token}"));
        await using var byQuery = await Listener.SocketAsync(alice, "stream=user");
        await using var bySubprotocol = await Listener.SocketAsync(alice.Address, "stream=user", options => options.AddSubProtocol(alice.Token!));

        var status = await alice.PostAsync("Hello");
        foreach (var listener in new[] { byHeader, byQuery, bySubprotocol })
        {
            await listener.HearsAsync($"update {status}");
        }
        Assert.Equal(alice.Token, bySubprotocol.SubProtocol);
        Assert.Null(byQuery.SubProtocol);
    }

    [Fact]
    public async Task Without_a_token_of_an_account_there_is_401_before_the_upgrade()
    {
        var application = await fixture.People.RegisterAsync("read");
        foreach (var query in new[] { "stream=user", "stream=user&access_token=wrong", $"stream=user&access_token={application.Client.Token}" })
        {
            var refused = await Assert.ThrowsAsync<WebSocketException>(() => Listener.SocketAsync(fixture.Api.Address, query));
            Assert.Contains("401", refused.Message, StringComparison.Ordinal);
            var answer = await fixture.Nobody.GetAsync($"/api/v1/streaming/user?{query}");
            Assert.Equal((HttpStatusCode.Unauthorized, "The access token is invalid"), (answer.Status, answer.Error));
        }
    }

    [Fact]
    public async Task What_cannot_be_subscribed_to_is_answered_with_an_error_frame_and_the_socket_stays()
    {
        var alice = await fixture.People.AliceAsync();
        await using var listener = await Listener.SocketAsync(alice, "stream=everything");
        await listener.GetsAsync("""{"error":"Unknown stream type","status":400}""");

        await listener.SendAsync(new { type = "subscribe", stream = "hashtag", tag = "" });
        await listener.GetsAsync("""{"error":"Missing tag name parameter","status":400}""");
        await listener.SendAsync(new { type = "subscribe", stream = "list" });
        await listener.GetsAsync("""{"error":"Missing list name parameter","status":400}""");
        await listener.SendAsync(new { type = "subscribe", stream = "user", last_event_id = "!" });
        await listener.GetsAsync("""{"error":"last_event_id is not a cursor of this server","status":400}""");
        foreach (var nonsense in new[] { "{", "[]", "7", """{"type":"sing"}""" })
        {
            var before = listener.Raw.Count;
            await listener.SendTextAsync(nonsense);
            await Eventually.HoldsAsync($"an answer to {nonsense}", () => Task.FromResult(listener.Raw.Count == before + 1 && listener.Raw[^1].Contains("Unexpected message", StringComparison.Ordinal)));
        }
        await listener.SendAsync(new { type = "subscribe", stream = "user" });
        await OpenAsync(alice, 1);
        var status = await alice.PostAsync("Still there");
        await listener.HearsAsync($"update {status}");
    }

    [Fact]
    public async Task A_token_without_the_scope_gets_an_error_and_no_notifications_in_the_home_stream()
    {
        var application = await fixture.People.RegisterAsync("read:accounts read:statuses write");
        var alice = await fixture.People.SignUpAsync("alice", application);
        var bob = await fixture.People.SignUpAsync("bob");
        await using var listener = await Listener.SocketAsync(alice, "stream=user:notification");
        await listener.GetsAsync("""{"error":"This action is outside the authorized scopes","status":403}""");
        Assert.Equal(HttpStatusCode.Forbidden, (await alice.GetAsync("/api/v1/streaming/user/notification")).Status);

        await listener.SendAsync(new { type = "subscribe", stream = "user" });
        await OpenAsync(alice, 1);
        await bob.PostAsync($"{alice.Handle} hello");
        await Eventually.HoldsAsync("the notification to be there", async () => await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM notifications WHERE account_id = @Id", new { alice.Id }) == 1);
        var status = await alice.PostAsync("Afterwards");
        await listener.HearsAsync($"update {status}");
        Assert.Equal([$"update {status}"], listener.Briefs);
    }

    [Fact]
    public async Task A_repeated_subscription_doubles_nothing_and_an_unsubscription_ends_it()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await using var listener = await Listener.SocketAsync(alice, "stream=public");
        for (var i = 0; i < 3; i++)
        {
            await listener.SendAsync(new { type = "subscribe", stream = "public" });
        }
        await listener.SendAsync(new { type = "subscribe", stream = "hashtag", tag = "Twice" });
        await OpenAsync(alice, 2);
        var first = await bob.PostAsync("One #twice");
        await Eventually.HoldsAsync("both streams to tell", () => Task.FromResult(listener.All.Count == 2));

        await listener.SendAsync(new { type = "unsubscribe", stream = "public" });
        await OpenAsync(alice, 1);
        var second = await bob.PostAsync("Two #twice");
        await listener.HearsAsync($"update {second}");
        Assert.Equal([("public", $"update {first}"), ("hashtag Twice", $"update {first}"), ("hashtag Twice", $"update {second}")],
            listener.All.Select(one => (one.Stream, one.Brief)).OrderBy(one => one.Brief).ThenByDescending(one => one.Stream, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_socket_that_answers_no_ping_is_dropped()
    {
        await using var strict = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:Streaming:Ping=00:00:00.100", "--Microblog:Streaming:PongTimeout=00:00:00.200");
        var alice = (await fixture.People.AliceAsync()).At(strict.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(strict.Address.Host, strict.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /api/v1/streaming?stream=user&access_token={alice.Token} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
        await Eventually.HoldsAsync("the dead socket to be dropped", async () => strict.Get<StreamConnections>().IsEmpty && await client.GetStream().ReadAsync(new byte[4096]) >= 0);
        // One that answers stays, as the pings of the client library do.
        await using var listener = await Listener.SocketAsync(alice, "stream=user");
        var status = await alice.PostAsync("Alive");
        await listener.HearsAsync($"update {status}");
    }

    [Theory]
    [InlineData("?stream=user", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    [InlineData("/user", "")]
    public async Task A_client_that_reads_nothing_is_cut_off_and_holds_up_nobody(string stream, string headers)
    {
        await using var narrow = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:Streaming:Queue=3", "--Microblog:Streaming:WriteTimeout=00:01:00");
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(narrow.Address.Host, narrow.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/v1/streaming{stream} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {alice.Token}\r\n{headers}\r\n"));
        await Eventually.HoldsAsync("the stream to be open", () => Task.FromResult(narrow.Get<StreamConnections>().Streams.Any()));
        var blocked = narrow.Get<StreamConnections>().Streams.Single().Connection;
        await using var healthy = await Listener.SocketAsync(alice.At(narrow.Address), "stream=user");
        // More than the kernel keeps at both ends, so that the write does not return.
        blocked.Send(new byte[32 * 1024 * 1024]);

        var statuses = await bob.PostStatusesAsync(6);
        await healthy.HearsAsync([.. statuses.Select(status => $"update {status}")]);
        await Eventually.HoldsAsync("the slow one to be gone", () => Task.FromResult(narrow.Get<StreamConnections>().Streams.All(one => one.Connection != blocked)));
        Assert.Equal(StreamEnd.Slow, blocked.Reason);
        Assert.False(healthy.IsEnded);
    }

    [Fact]
    public async Task A_revoked_token_ends_its_connections_and_no_others()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await using var socket = await Listener.SocketAsync(alice, "stream=user");
        await using var events = await Listener.EventsAsync(alice, "user");
        await using var others = await Listener.SocketAsync(bob, "stream=user");

        await fixture.Sandbox.ExecuteAsync("UPDATE access_tokens SET revoked_at = now() WHERE account_id = @Id", new { alice.Id });
        await socket.EndsAsync();
        await events.EndsAsync();
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, socket.CloseStatus);
        Assert.False(others.IsEnded);
    }

    [Fact]
    public async Task Whose_account_ends_hears_no_more_at_any_process()
    {
        var bob = await fixture.People.SignUpAsync("bob");
        await using var here = await Listener.SocketAsync(bob, "stream=user");
        await using var there = await Listener.EventsAsync(bob.At(fixture.Other.Address), "user");

        // A moderator's suspension ends all tokens by the same statement.
        (await bob.PostAsync("/api/v1/accounts/delete", new { password = People.Password })).Ok();
        await here.EndsAsync();
        await there.EndsAsync();
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, here.CloseStatus);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bob.GetAsync("/api/v1/streaming/user")).Status);
    }

    [Fact]
    public async Task An_account_has_so_many_connections_and_a_frame_so_many_bytes()
    {
        var alice = await fixture.People.AliceAsync();
        var listeners = new List<Listener>();
        for (var i = 0; i < 5; i++)
        {
            listeners.Add(await Listener.SocketAsync(alice, "stream=user"));
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, (await alice.GetAsync("/api/v1/streaming/user")).Status);
        await listeners[0].SendTextAsync(new string(' ', 5000));
        await listeners[0].EndsAsync();
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, listeners[0].CloseStatus);
        await Eventually.HoldsAsync("a place to be free", async () =>
        {
            await using var another = await Listener.EventsAsync(alice, "user");
            return another.Response.StatusCode is HttpStatusCode.OK;
        });
        foreach (var listener in listeners)
        {
            await listener.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_stopping_process_says_goodbye()
    {
        var alice = await fixture.People.AliceAsync();
        var host = await ApiHost.StartAsync(fixture.Sandbox);
        await using var socket = await Listener.SocketAsync(alice.At(host.Address), "stream=user");
        await using var events = await Listener.EventsAsync(alice.At(host.Address), "user");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await host.DisposeAsync();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"stopping took {watch.Elapsed}");
        await socket.EndsAsync();
        await events.EndsAsync();
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, socket.CloseStatus);
    }

    private Task OpenAsync(Person person, int count) => Eventually.HoldsAsync($"{count} streams to be open", () => Task.FromResult(
        fixture.Api.Get<StreamConnections>().Streams.Count(stream => stream.AccountId == person.Id) == count));
}
