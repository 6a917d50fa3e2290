using Microblog.ApiService.Database;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// Finds in PostgreSQL what happened since a time and has it delivered as if it had been heard of, to all streams of the process
/// at once: its cost is that of what happened, not of how many listen. After a pause too long for that each stream reads for itself.
/// </summary>
public sealed class StreamCatchUp(Db db, StreamConnections connections, StreamDelivery delivery, StreamReplay replay, StreamMetrics metrics)
{
    private const int MaxEvents = 5_000;

    private const int BatchSize = 200;

    /// <summary>Streams that read for themselves at a time.</summary>
    private const int Readers = 4;

    /// <summary>What earlier rounds of the same pause have delivered.</summary>
    private readonly HashSet<(StreamMark Mark, long Account)> _done = [];

    /// <summary>Delivers what happened since a time, and somewhat before: what was committed late lies there.</summary>
    public async Task RunAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (connections.IsEmpty)
        {
            return;
        }
        metrics.CaughtUp();
        var from = StreamMark.At(since - StreamOptions.Window);
        var accounts = connections.Streams.Where(stream => stream.HasNotifications).Select(stream => stream.AccountId).Distinct().ToArray();
        var talking = connections.Streams.Where(stream => stream.Name.Content is StreamContent.Direct).Select(stream => stream.AccountId).Distinct().ToArray();
        if (await db.ReadPrimaryAsync(connection => ReadAsync(connection, from, accounts, talking, cancellationToken), cancellationToken) is not { } found)
        {
            await Parallel.ForEachAsync(connections.Streams, new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancellationToken }, async (stream, token) =>
            {
                try
                {
                    await replay.RunAsync(stream, token);
                }
                catch (TimeoutException)
                {
                    // This client takes nothing, and its connection has been ended for it.
                }
            });
            return;
        }
        found.RemoveAll(one => _done.Contains((one.Mark, one.Account)));
        foreach (var part in found.OrderBy(one => one.Mark).Chunk(BatchSize))
        {
            await delivery.DeliverAsync([.. part.SelectMany(one => one.Messages)], isCatchUp: true, cancellationToken);
        }
        _done.UnionWith(found.Select(one => (one.Mark, one.Account)));
    }

    /// <summary>The pause is over.</summary>
    public void Forget() => _done.Clear();

    private static async Task<List<Found>?> ReadAsync(NpgsqlConnection connection, long from, long[] accounts, long[] talking, CancellationToken cancellationToken)
    {
        const string Posted = "SELECT id, account_id FROM statuses WHERE id > @from ORDER BY id LIMIT @take";
        const string Edited = "SELECT id, account_id, edited_at FROM statuses WHERE edited_at > @time ORDER BY edited_at LIMIT @take";
        const string Deleted = "SELECT event_id, status_id, account_id FROM deleted_statuses WHERE event_id > @from ORDER BY event_id LIMIT @take";
        const string Notified = "SELECT id, account_id FROM notifications WHERE account_id = ANY(@accounts) AND id > @from ORDER BY id LIMIT @take";
        const string Talked = "SELECT id, account_id, last_status_id FROM conversations WHERE account_id = ANY(@talking) AND last_status_id > @from ORDER BY last_status_id LIMIT @take";
        var arguments = new { from, accounts, talking, take = MaxEvents + 1, time = StreamMark.Time(from).UtcDateTime };
        var found = new List<Found>();
        foreach (var row in await connection.ListAsync<(long Id, long Author)>(Posted, arguments, cancellationToken))
        {
            var posted = new StreamMessage(StreamKind.Posted, StreamMark.Time(row.Id)) { StatusId = row.Id, AuthorId = row.Author };
            found.Add(new Found(new StreamMark(row.Id, StreamMarkKind.Update), posted, posted with { Kind = StreamKind.InHomes, Through = long.MaxValue }));
        }
        foreach (var row in await connection.ListAsync<(long Id, long Author, DateTime EditedAt)>(Edited, arguments, cancellationToken))
        {
            found.Add(new Found(StreamDelivery.Edit(row.Id, row.EditedAt), new StreamMessage(StreamKind.Edited, row.EditedAt) { StatusId = row.Id, AuthorId = row.Author }));
        }
        foreach (var row in await connection.ListAsync<(long Event, long Status, long Author)>(Deleted, arguments, cancellationToken))
        {
            found.Add(new Found(new StreamMark(row.Event, StreamMarkKind.Delete), new StreamMessage(StreamKind.Deleted, StreamMark.Time(row.Event)) { StatusId = row.Status, AuthorId = row.Author }));
        }
        foreach (var row in await connection.ListAsync<(long Id, long Account)>(Notified, arguments, cancellationToken))
        {
            found.Add(new Found(new StreamMark(row.Id, StreamMarkKind.Notification), new StreamMessage(StreamKind.Notified, StreamMark.Time(row.Id)) { Notices = [new StreamNotice(row.Account, row.Id)] }));
        }
        foreach (var row in await connection.ListAsync<(long Id, long Account, long LastStatus)>(Talked, arguments, cancellationToken))
        {
            found.Add(new Found(new StreamMark(row.LastStatus, StreamMarkKind.Conversation), row.Account, new StreamMessage(StreamKind.Talked, StreamMark.Time(row.LastStatus)) { Notices = [new StreamNotice(row.Account, row.Id)] }));
        }
        return found.Count > MaxEvents ? null : found;
    }

    /// <summary>An event; a conversation moves up for several accounts with one status.</summary>
    private sealed record Found(StreamMark Mark, long Account, params StreamMessage[] Messages)
    {
        public Found(StreamMark mark, params StreamMessage[] messages)
            : this(mark, 0, messages)
        {
        }
    }
}
