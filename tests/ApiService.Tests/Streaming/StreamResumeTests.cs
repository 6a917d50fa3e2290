using Microblog.TestSupport;
using Npgsql;

namespace Microblog.ApiService.Tests.Streaming;

/// <summary>Nothing missed, nothing twice, whatever breaks in between.</summary>
public sealed class StreamResumeTests(StreamFixture fixture) : IClassFixture<StreamFixture>
{
    [Fact]
    public async Task An_event_stream_goes_on_at_another_process_where_it_was_left()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        var before = await bob.PostAsync("Before");
        string? cursor;
        long first, doomed;
        await using (var listener = await Listener.EventsAsync(alice, "user"))
        {
            (first, doomed) = (await bob.PostAsync("First"), await bob.PostAsync("Doomed"));
            await listener.HearsAsync($"update {first}", $"update {doomed}");
            cursor = listener.Cursor;
        }
        var missed = await bob.PostStatusesAsync(3, "Missed");
        var mention = await bob.PostAsync($"{alice.Handle} missed", "direct");
        await bob.DeleteStatusAsync(doomed);
        await fixture.Sandbox.ExecuteAsync("UPDATE statuses SET edited_at = now() WHERE id = @first", new { first });
        await Eventually.HoldsAsync("the notification", async () => (await alice.NotificationsAsync()).Count == 1);
        var notification = Answer.IdOf((await alice.NotificationsAsync())[0]);

        await using var resumed = await Listener.EventsAsync(alice.At(fixture.Other.Address), "user", cursor);
        var after = await bob.PostAsync("After");
        await resumed.HearsAsync($"update {after}");
        Assert.Equal(
            new[] { after, mention, missed[0], missed[1], missed[2] }.Select(id => $"update {id}").Append($"delete {doomed}").Append($"notification {notification}").Append($"status.update {first}").Order(),
            resumed.Briefs.Order());

        await using var again = await Listener.SocketAsync(alice, $"stream=user&last_event_id={resumed.Cursor}");
        var last = await bob.PostAsync("Last");
        await again.HearsAsync($"update {last}");
        Assert.Equal([$"update {last}"], again.Briefs);
        Assert.NotNull(again.Cursor);
        Assert.DoesNotContain($"update {before}", resumed.Briefs);
    }

    [Fact]
    public async Task Each_stream_of_a_socket_has_its_own_cursor_and_a_plain_id_is_one()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var first = await bob.PostAsync("One #resumed");
        var second = await bob.PostAsync("Two #resumed");
        var third = await bob.PostAsync("Three");
        await using var listener = await Listener.SocketAsync(alice);
        await listener.SendAsync(new { type = "subscribe", stream = "hashtag", tag = "resumed", since_id = $"{first}" });
        await listener.SendAsync(new { type = "subscribe", stream = "public", last_event_id = $"{second}" });
        await listener.HearsAsync($"update {second}", $"update {third}");
        Assert.Equal([("hashtag resumed", $"update {second}"), ("public", $"update {third}")], listener.All.Select(one => (one.Stream, one.Brief)).OrderBy(one => one.Stream));
        Assert.All(listener.All, one => Assert.NotNull(one.Cursor));
    }

    [Fact]
    public async Task A_status_that_is_committed_after_a_later_one_was_delivered_is_not_lost()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        string? cursor;
        long late, early;
        await using (var connection = await fixture.Sandbox.Primary.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var listener = await Listener.EventsAsync(alice, "user"))
            {
                await using var insert = new NpgsqlCommand("INSERT INTO statuses (account_id, text, visibility) VALUES ($1, 'Late', 0) RETURNING id", connection, transaction) { Parameters = { new() { Value = bob.Id } } };
                late = (long)(await insert.ExecuteScalarAsync())!;
                early = await bob.PostAsync("Early");
                await listener.HearsAsync($"update {early}");
                cursor = listener.Cursor;
            }
            await transaction.CommitAsync();
        }
        Assert.True(late < early);
        await using var resumed = await Listener.EventsAsync(alice, "user", cursor);
        await resumed.HearsAsync($"update {late}");
        var last = await bob.PostAsync("Last");
        await resumed.HearsAsync($"update {last}");
        Assert.Equal([$"update {late}", $"update {last}"], resumed.Briefs);
    }

    [Fact]
    public async Task Who_missed_more_than_is_sent_again_is_told_to_read_and_goes_on_from_now()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var first = await bob.PostAsync("First");
        await fixture.Sandbox.ExecuteAsync("INSERT INTO statuses (account_id, text, visibility) SELECT @Id, 'Many', 0 FROM generate_series(1, 401)", new { bob.Id });
        await using var listener = await Listener.SocketAsync(alice, $"stream=public&last_event_id={first}");
        await listener.GetsAsync("resync");
        var after = await bob.PostAsync("After");
        await listener.HearsAsync($"update {after}");
        Assert.Equal(["resync ", $"update {after}"], listener.Briefs);
        Assert.Equal(0, listener.All.Count(one => one.Cursor is null));
    }

    [Fact]
    public async Task While_redis_is_away_streams_go_on_and_over_its_return_everything_comes_exactly_once()
    {
        var (gate, connection) = Gate.ToRedis(fixture.Sandbox.RedisConnection);
        await using var _ = gate;
        var redis = $"--ConnectionStrings:redis={connection},connectTimeout=500";
        await using var one = await ApiHost.StartAsync(fixture.Sandbox, redis);
        await using var two = await ApiHost.StartAsync(fixture.Sandbox, redis);
        await StreamFixture.LiveAsync(one);
        await StreamFixture.LiveAsync(two);
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        await using var socket = await Listener.SocketAsync(alice.At(one.Address), "stream=user");
        await using var events = await Listener.EventsAsync(alice.At(two.Address), "user");
        await using var talks = await Listener.SocketAsync(alice.At(one.Address), "stream=direct");
        var statuses = await bob.PostStatusesAsync(2, "Before");
        foreach (var listener in new[] { socket, events })
        {
            await listener.HearsAsync([.. statuses.Select(id => $"update {id}")]);
        }

        gate.Close();
        statuses.AddRange(await bob.PostStatusesAsync(3, "Without"));
        var gone = statuses[0];
        await bob.DeleteStatusAsync(gone);
        var letter = await bob.PostAsync($"{alice.Handle} without", "direct");
        await socket.HearsAsync($"update {letter}");
        gate.Open();
        statuses.AddRange(await bob.PostStatusesAsync(3, "Returning"));
        await StreamFixture.LiveAsync(one);
        await StreamFixture.LiveAsync(two);
        statuses.AddRange(await bob.PostStatusesAsync(3, "After"));

        Assert.Equal(["conversation"], talks.All.Select(heard => heard.Type));
        foreach (var listener in new[] { socket, events })
        {
            await listener.HearsAsync([.. statuses.Append(letter).Select(id => $"update {id}"), $"delete {gone}"]);
            await Eventually.HoldsAsync("the notifications", () => Task.FromResult(listener.All.Any(heard => heard.Type == "notification")));
            Assert.Equal(listener.Briefs.Distinct(), listener.Briefs);
            Assert.Equal(statuses.Count + 3, listener.All.Count);
        }
    }
}
