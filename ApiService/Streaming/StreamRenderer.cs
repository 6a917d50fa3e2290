using System.Text.Json;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Notifications;
using Microblog.ApiService.Statuses;
using Npgsql;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// Loads what events show, and makes their payloads: the same JSON as over REST, made once for all who get it. The one place
/// where streams render entities.
/// </summary>
public sealed class StreamRenderer
{
    private readonly Dictionary<long, LoadedStatus> _statuses = [];
    private readonly Dictionary<long, LoadedNotification> _notifications = [];
    private readonly Dictionary<(string Type, long Id, StreamMark? Mark, string BaseUrl), StreamEvent> _events = [];

    /// <summary>Time of a status's last edit; null when it was never edited, or is gone.</summary>
    public DateTime? EditedAt(long status) => _statuses.GetValueOrDefault(status)?.Status.EditedAt;

    /// <summary>
    /// Loads statuses for everybody who may see them, which is decided elsewhere. Those that not everybody may see are read as
    /// their authors, who always may.
    /// </summary>
    public async Task LoadAsync(NpgsqlConnection connection, IReadOnlyCollection<(long Id, long Author)> statuses, CancellationToken cancellationToken)
    {
        Keep(await StatusStore.VisibleAsync(connection, viewer: null, [.. statuses.Select(status => status.Id).Except(_statuses.Keys)], cancellationToken));
        foreach (var author in statuses.Where(status => !_statuses.ContainsKey(status.Id)).GroupBy(status => status.Author))
        {
            Keep(await StatusStore.VisibleAsync(connection, author.Key, [.. author.Select(status => status.Id).Distinct()], cancellationToken));
        }
    }

    /// <summary>Loads notifications, each with what its recipient may see of it.</summary>
    public async Task LoadNotificationsAsync(NpgsqlConnection connection, long[] accounts, long[] ids, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT n.account_id, n.id, n.type, n.from_account_id, n.status_id, n.created_at
            FROM unnest(@accounts, @ids) AS i (account, id) JOIN notifications n ON n.account_id = i.account AND n.id = i.id AND NOT n.filtered
            """;
        var rows = await connection.ListAsync<NotificationRow>(Sql, new { accounts, ids }, cancellationToken);
        var senders = await AccountStore.ByIdsAsync(connection, [.. rows.Select(row => row.FromAccountId).Distinct()], cancellationToken);
        foreach (var recipient in rows.GroupBy(row => row.AccountId))
        {
            var statuses = (await StatusStore.VisibleAsync(connection, recipient.Key, [.. recipient.Select(row => row.StatusId).OfType<long>().Distinct()], cancellationToken))
                .ToDictionary(status => status.Status.Id);
            foreach (var row in recipient.Where(row => senders.ContainsKey(row.FromAccountId) && (row.StatusId is null || statuses.ContainsKey(row.StatusId.Value))))
            {
                _notifications[row.Id] = new LoadedNotification(row, senders[row.FromAccountId], row.StatusId is { } id ? statuses[id] : null);
            }
        }
    }

    /// <summary>The event of a status for a stream; null when the status is gone or not for this stream.</summary>
    public StreamEvent? Status(StreamSubscription stream, long id, string type, StreamMark? mark, DateTimeOffset? at)
    {
        if (!_statuses.TryGetValue(id, out var status))
        {
            return null;
        }
        var happened = Once(type, id, mark, stream.Connection.BaseUrl, baseUrl => new StreamEvent(
            type, JsonSerializer.Serialize(status.ToEntity(baseUrl), StreamEvent.Json.StatusEntity), mark, at));
        return stream.Name.OnlyMedia && status.ToEntity(stream.Connection.BaseUrl).MediaAttachments.Count == 0 ? null : happened;
    }

    /// <summary>The event of a notification; null when it is gone.</summary>
    public StreamEvent? Notification(StreamSubscription stream, long id, DateTimeOffset? at) => !_notifications.TryGetValue(id, out var loaded) || loaded.Row.AccountId != stream.AccountId
        ? null
        : Once("notification", id, new StreamMark(id, StreamMarkKind.Notification), stream.Connection.BaseUrl, baseUrl => new StreamEvent(
            "notification", JsonSerializer.Serialize(loaded.ToEntity(baseUrl), StreamEvent.Json.NotificationEntity), new StreamMark(id, StreamMarkKind.Notification), at));

    private StreamEvent Once(string type, long id, StreamMark? mark, string baseUrl, Func<string, StreamEvent> make)
    {
        if (!_events.TryGetValue((type, id, mark, baseUrl), out var happened))
        {
            _events[(type, id, mark, baseUrl)] = happened = make(baseUrl);
        }
        return happened;
    }

    private void Keep(IReadOnlyList<LoadedStatus> statuses)
    {
        foreach (var status in statuses)
        {
            // Read as its author or not, it is sent to many: what the reader did with it is nobody else's.
            _statuses[status.Status.Id] = status.ForNobody();
        }
    }

    private sealed record NotificationRow(long AccountId, long Id, string Type, long FromAccountId, long? StatusId, DateTime CreatedAt);

    private sealed record LoadedNotification(NotificationRow Row, AccountRow From, LoadedStatus? Status)
    {
        public NotificationEntity ToEntity(string baseUrl) => new(
            Row.Id.ToApi(), Row.Type, Row.CreatedAt, GroupKey: $"ungrouped-{Row.Id}", From.ToEntity(baseUrl), Status?.ToEntity(baseUrl), Filtered: false);
    }
}
