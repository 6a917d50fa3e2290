using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// Sends a stream what it missed, read from PostgreSQL: statuses, edits, deletions, notifications and conversations above the floor of its
/// cursor that were not sent. What happened to a status meanwhile shows: one that was deleted again is not sent first.
/// </summary>
public sealed class StreamReplay(Db db)
{
    /// <summary>Edits and deletions of everybody that are looked through at most; after a longer pause the client reads the timeline.</summary>
    private const int MaxScanned = 5_000;

    private static readonly long ClockMemory = (long)TimeSpan.FromMinutes(1).TotalMilliseconds;

    private TimeSpan _clockOffset;
    private long _clockReadAt = -ClockMemory;

    /// <summary>Position of now by the clock of the database, which makes all ids; how far it is from ours is asked once a minute.</summary>
    public async ValueTask<long> NowAsync(CancellationToken cancellationToken)
    {
        if (Environment.TickCount64 - Volatile.Read(ref _clockReadAt) > ClockMemory)
        {
            var theirs = await db.ReadPrimaryAsync(connection => connection.ScalarAsync<DateTime>("SELECT clock_timestamp()", new { }, cancellationToken), cancellationToken);
            _clockOffset = theirs - DateTime.UtcNow;
            Volatile.Write(ref _clockReadAt, Environment.TickCount64);
        }
        return StreamMark.At(DateTimeOffset.UtcNow + _clockOffset);
    }

    /// <summary>Sends what was missed, or <see cref="StreamEvent.Resync"/> when that is more than <see cref="StreamOptions.MaxReplay"/> events.</summary>
    public async Task RunAsync(StreamSubscription stream, CancellationToken cancellationToken)
    {
        var (floor, isKnown) = stream.BeginReplay();
        try
        {
            if (await db.ReadPrimaryAsync(connection => ReadAsync(connection, stream, floor, isKnown, cancellationToken), cancellationToken) is { } missed)
            {
                foreach (var happened in missed)
                {
                    await stream.ReplayAsync(happened, cancellationToken);
                }
            }
            else
            {
                stream.Restart(await NowAsync(cancellationToken));
                await stream.ReplayAsync(StreamEvent.Resync, cancellationToken);
            }
        }
        catch
        {
            // Going on from here would leave a hole; the client comes back with its cursor.
            stream.End();
            stream.Connection.End(StreamEnd.Failed);
            throw;
        }
        finally
        {
            stream.EndReplay();
        }
    }

    private static async Task<List<StreamEvent>?> ReadAsync(NpgsqlConnection connection, StreamSubscription stream, long floor, Func<StreamMark, bool> isKnown, CancellationToken cancellationToken)
    {
        var name = stream.Name;
        // What is known fills at most what lies above the floor of a cursor; read that much more.
        const int Take = StreamOptions.MaxReplay * 2;
        var arguments = new
        {
            viewer = stream.AccountId,
            tag = name.Tag,
            list = name.ListId,
            min = floor,
            max = long.MaxValue,
            take = Take,
            scanned = MaxScanned + 1,
            since = StreamMark.Time(floor).UtcDateTime,
        };
        var found = new List<Missed>();
        if (name.Content is not (StreamContent.Notifications or StreamContent.Direct) && !name.IsRemote)
        {
            foreach (var id in await connection.ListAsync<long>(Updates(name.Content), arguments, cancellationToken))
            {
                found.Add(new Missed(new StreamMark(id, StreamMarkKind.Update), id));
            }
            var edits = await connection.ListAsync<(long Id, DateTime EditedAt, bool IsIn)>(
                $"""
                SELECT s.id, s.edited_at, {StreamRules.Includes(name.Content, "@viewer", "@tag", "@list")}
                FROM (SELECT * FROM statuses WHERE edited_at > @since ORDER BY edited_at LIMIT @scanned) s
                """, arguments, cancellationToken);
            found.AddRange(edits.Where(row => row.IsIn).Select(row => new Missed(StreamDelivery.Edit(row.Id, row.EditedAt), row.Id)));
            var deletions = await connection.ListAsync<(long Event, long Status, bool IsIn)>(
                $"""
                SELECT d.event_id, d.status_id, {StreamRules.IncludesDeleted(name.Content, "@viewer", "@tag", "@list")}
                FROM (SELECT * FROM deleted_statuses WHERE event_id > @min ORDER BY event_id LIMIT @scanned) d
                """, arguments, cancellationToken);
            found.AddRange(deletions.Where(row => row.IsIn).Select(row => new Missed(new StreamMark(row.Event, StreamMarkKind.Delete), row.Status)));
            if (edits.Count > MaxScanned || deletions.Count > MaxScanned)
            {
                return null;
            }
        }
        if (stream.HasNotifications)
        {
            var ids = await connection.ListAsync<long>("SELECT id FROM notifications WHERE account_id = @viewer AND id > @min ORDER BY id LIMIT @take", arguments, cancellationToken);
            found.AddRange(ids.Select(id => new Missed(new StreamMark(id, StreamMarkKind.Notification), id)));
        }
        if (name.Content is StreamContent.Direct)
        {
            var rows = await connection.ListAsync<(long Id, long LastStatus)>(
                "SELECT id, last_status_id FROM conversations WHERE account_id = @viewer AND last_status_id > @min ORDER BY last_status_id LIMIT @take", arguments, cancellationToken);
            found.AddRange(rows.Select(row => new Missed(new StreamMark(row.LastStatus, StreamMarkKind.Conversation), row.Id)));
        }
        found.RemoveAll(missed => isKnown(missed.Mark));
        return found.Count > StreamOptions.MaxReplay ? null : await RenderAsync(connection, stream, [.. found.OrderBy(missed => missed.Mark)], cancellationToken);
    }

    private static string Updates(StreamContent content)
    {
        var rule = StreamRules.Includes(content, "@viewer", "@tag", "@list");
        return content switch
        {
            StreamContent.Home => $"SELECT s.id FROM ({HomeRules.Ids(upwards: true)}) i JOIN statuses s ON s.id = i.id WHERE {rule}",
            StreamContent.Hashtag =>
                $"""
                SELECT s.id FROM (SELECT status_id FROM status_hashtags WHERE hashtag = @tag AND status_id > @min ORDER BY status_id LIMIT @take) i
                JOIN statuses s ON s.id = i.status_id WHERE {rule}
                """,
            StreamContent.List =>
                $"""
                SELECT s.id FROM list_accounts m
                CROSS JOIN LATERAL (SELECT * FROM statuses n WHERE n.account_id = m.target_id AND n.id > @min ORDER BY n.id LIMIT @take) s
                WHERE m.list_id = @list AND {rule} ORDER BY s.id LIMIT @take
                """,
            _ => $"SELECT s.id FROM statuses s WHERE s.id > @min AND {rule} ORDER BY s.id LIMIT @take",
        };
    }

    private static async Task<List<StreamEvent>> RenderAsync(NpgsqlConnection connection, StreamSubscription stream, List<Missed> missed, CancellationToken cancellationToken)
    {
        var renderer = new StreamRenderer();
        await renderer.LoadAsync(connection, missed.Where(one => one.Mark.Kind is StreamMarkKind.Update or StreamMarkKind.Edit).Select(one => one.Id), cancellationToken);
        await renderer.LoadNotificationsAsync(connection, Notices(StreamMarkKind.Notification), cancellationToken);
        await renderer.LoadConversationsAsync(connection, Notices(StreamMarkKind.Conversation), cancellationToken);
        await renderer.PersonaliseAsync(connection, [stream.AccountId], cancellationToken);
        return [.. missed.Select(one => one.Mark.Kind switch
        {
            StreamMarkKind.Update => renderer.Status(stream, one.Id, "update", one.Mark, at: null),
            StreamMarkKind.Edit => renderer.Status(stream, one.Id, "status.update", one.Mark, at: null),
            StreamMarkKind.Notification => renderer.Notification(stream, one.Id, at: null),
            StreamMarkKind.Conversation => renderer.Conversation(stream, one.Id, at: null),
            _ => new StreamEvent("delete", one.Id.ToApi(), one.Mark, null),
        }).OfType<StreamEvent>()];

        List<StreamNotice> Notices(StreamMarkKind kind) => [.. missed.Where(one => one.Mark.Kind == kind).Select(one => new StreamNotice(stream.AccountId, one.Id))];
    }

    private sealed record Missed(StreamMark Mark, long Id);
}
