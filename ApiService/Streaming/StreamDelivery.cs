using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// Brings what was heard of to the streams it belongs in. Many messages are worked on at once, so that the number of queries
/// grows with neither messages nor clients. From the primary: a replica may not have yet what the message tells of.
/// </summary>
public sealed class StreamDelivery(Db db, StreamConnections connections)
{
    /// <summary>Delivers messages in their order.</summary>
    /// <param name="messages">What happened.</param>
    /// <param name="isCatchUp">True when it was found in the database, so that it may be older than a stream.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    public async Task DeliverAsync(IReadOnlyList<StreamMessage> messages, bool isCatchUp, CancellationToken cancellationToken)
    {
        var streams = connections.Streams.ToLookup(stream => stream.Name.Content);
        if (streams.Count > 0 && messages.Any(message => message.Kind is not (StreamKind.Beat or StreamKind.Gap)))
        {
            await db.ReadPrimaryAsync(async connection =>
            {
                await DeliverAsync(connection, messages, streams, isCatchUp, cancellationToken);
                return true;
            }, cancellationToken);
        }
    }

    private static async Task DeliverAsync(
        NpgsqlConnection connection, IReadOnlyList<StreamMessage> messages, ILookup<StreamContent, StreamSubscription> streams, bool isCatchUp, CancellationToken cancellationToken)
    {
        var renderer = new StreamRenderer();
        var shown = messages.Where(message => message.Kind is StreamKind.Posted or StreamKind.InHomes or StreamKind.Edited or StreamKind.Refreshed).ToList();
        var audience = (await StreamAudience.OfStatusesAsync(connection, [.. shown.Select(message => message.StatusId).Distinct()], streams, cancellationToken)).ToLookup(pair => pair.Status, pair => pair.Stream);
        await renderer.LoadAsync(connection, audience.Select(pairs => pairs.Key), cancellationToken);

        var gone = messages.Where(message => message.Kind is StreamKind.Deleted).Select(message => message.StatusId).Distinct().ToArray();
        var mourners = (await StreamAudience.OfDeletedAsync(connection, gone, streams, cancellationToken)).ToLookup(pair => pair.Status, pair => pair.Stream);
        var deletions = mourners.Count == 0 ? [] : (await connection.ListAsync<Deletion>(
            "SELECT status_id, event_id, reblog_of_id FROM deleted_statuses WHERE status_id = ANY(@them)", new { them = mourners.Select(pairs => pairs.Key).ToArray() }, cancellationToken))
            .ToLookup(row => row.StatusId).Select(rows => rows.First()).ToList();
        var deleted = deletions.SelectMany(row => new[] { (Cause: row.StatusId, Row: row), (Cause: row.ReblogOfId ?? row.StatusId, Row: row) }).Distinct().ToLookup(pair => pair.Cause, pair => pair.Row);

        var personal = streams[StreamContent.Home].Concat(streams[StreamContent.Notifications]).ToLookup(stream => stream.AccountId);
        var notices = messages.Where(message => message.Kind is StreamKind.Notified).SelectMany(message => message.Notices).Where(notice => personal.Contains(notice.AccountId)).Distinct().ToList();
        await renderer.LoadNotificationsAsync(connection, notices, cancellationToken);
        var talking = streams[StreamContent.Direct].ToLookup(stream => stream.AccountId);
        var talks = messages.Where(message => message.Kind is StreamKind.Talked).SelectMany(message => message.Notices).Where(notice => talking.Contains(notice.AccountId)).Distinct().ToList();
        await renderer.LoadConversationsAsync(connection, talks, cancellationToken);
        var viewers = audience.SelectMany(pairs => pairs).Select(stream => stream.AccountId).Concat(notices.Concat(talks).Select(notice => notice.AccountId));
        await renderer.PersonaliseAsync(connection, viewers, cancellationToken);

        foreach (var message in messages)
        {
            switch (message.Kind)
            {
                case StreamKind.Posted:
                    Update(message, audience[message.StatusId].Where(stream => stream.Name.Content is StreamContent.Public or StreamContent.Hashtag));
                    break;
                case StreamKind.InHomes:
                    Update(message, audience[message.StatusId].Where(stream => stream.Name.Content is StreamContent.Home or StreamContent.List
                        && stream.AccountId > message.After && stream.AccountId <= message.Through));
                    break;
                case StreamKind.Edited when renderer.EditedAt(message.StatusId) is { } editedAt:
                    Show(message, audience[message.StatusId], "status.update", Edit(message.StatusId, editedAt));
                    break;
                case StreamKind.Refreshed:
                    Show(message, audience[message.StatusId], "status.update", mark: null);
                    break;
                case StreamKind.Deleted:
                    foreach (var row in deleted[message.StatusId])
                    {
                        var departed = new StreamEvent("delete", row.StatusId.ToApi(), new StreamMark(row.EventId, StreamMarkKind.Delete), message.At);
                        Offer(mourners[row.StatusId], _ => departed);
                    }
                    break;
                case StreamKind.Notified:
                    foreach (var notice in message.Notices)
                    {
                        Offer(personal[notice.AccountId].Where(stream => stream.HasNotifications), stream => renderer.Notification(stream, notice.Id, message.At));
                    }
                    break;
                case StreamKind.Talked:
                    foreach (var notice in message.Notices)
                    {
                        Offer(talking[notice.AccountId], stream => renderer.Conversation(stream, notice.Id, message.At));
                    }
                    break;
                case StreamKind.FiltersChanged or StreamKind.NotificationsMerged:
                    var merged = message.Kind is StreamKind.NotificationsMerged;
                    // The payload that Mastodon has for it, and the one it has not.
                    var hint = merged ? new StreamEvent("notifications_merged", "1", null, message.At) : new StreamEvent("filters_changed", null, null, message.At);
                    foreach (var notice in message.Notices)
                    {
                        Offer(personal[notice.AccountId].Where(stream => merged ? stream.HasNotifications : stream.Name.Content is StreamContent.Home), _ => hint);
                    }
                    break;
                default:
                    break;
            }
        }

        void Update(StreamMessage message, IEnumerable<StreamSubscription> to) => Show(message, to, "update", new StreamMark(message.StatusId, StreamMarkKind.Update));

        void Show(StreamMessage message, IEnumerable<StreamSubscription> to, string type, StreamMark? mark) =>
            Offer(to, stream => renderer.Status(stream, message.StatusId, type, mark, message.At));

        void Offer(IEnumerable<StreamSubscription> to, Func<StreamSubscription, StreamEvent?> make)
        {
            foreach (var stream in to)
            {
                if (make(stream) is { } happened)
                {
                    stream.Offer(happened, isCatchUp);
                }
            }
        }
    }

    /// <summary>How an edit is remembered: its time, told apart by the status where two fall into one millisecond.</summary>
    public static StreamMark Edit(long status, DateTime editedAt) =>
        new(StreamMark.At(new DateTimeOffset(editedAt.ToUniversalTime())) | (status & 0xFFFF), StreamMarkKind.Edit);

    private sealed record Deletion(long StatusId, long EventId, long? ReblogOfId);
}
