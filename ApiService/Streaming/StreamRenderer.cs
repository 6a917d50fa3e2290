using System.Text.Json;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Conversations;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Notifications;
using Microblog.ApiService.Statuses;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// Loads what events show, and makes their payloads: the same JSON as over REST, made once for all to whom it is the same. The one
/// place where streams render entities. First everything is loaded, then <see cref="PersonaliseAsync"/>.
/// </summary>
public sealed class StreamRenderer
{
    private readonly Dictionary<long, LoadedStatus> _statuses = [];
    private readonly Dictionary<long, NotificationRow> _notifications = [];
    private readonly Dictionary<long, ConversationRow> _conversations = [];
    private readonly Dictionary<(string Type, long Id, StreamMark? Mark, long Viewer, string BaseUrl), StreamEvent> _events = [];
    private readonly StreamViews _views = new();
    private Dictionary<long, AccountRow> _accounts = [];

    /// <summary>Time of a status's last edit; null when it was never edited, or is gone.</summary>
    public DateTime? EditedAt(long status) => _statuses.GetValueOrDefault(status)?.Status.EditedAt;

    /// <summary>Loads statuses for everybody who may see them, which is decided elsewhere.</summary>
    public async Task LoadAsync(NpgsqlConnection connection, IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        long[] unknown = [.. ids.Distinct().Except(_statuses.Keys)];
        Keep(await StatusStore.AnyAsync(connection, viewer: null, unknown, cancellationToken));
        // The original of a reblog is checked for its reader; of one that not everybody may see the reblogger, who is its author, may.
        long[] hidden = [.. unknown.Where(id => !_statuses.ContainsKey(id))];
        if (hidden.Length > 0)
        {
            var authors = await connection.ListAsync<(long Id, long Author)>("SELECT id, account_id FROM statuses WHERE id = ANY(@hidden)", new { hidden }, cancellationToken);
            foreach (var author in authors.GroupBy(row => row.Author))
            {
                Keep(await StatusStore.VisibleAsync(connection, author.Key, [.. author.Select(row => row.Id)], cancellationToken));
            }
        }
    }

    /// <summary>Loads notifications as far as their recipients may see them now.</summary>
    public async Task LoadNotificationsAsync(NpgsqlConnection connection, IReadOnlyCollection<StreamNotice> notices, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT n.account_id, n.id, n.type, n.from_account_id, n.status_id, n.created_at, n.group_key
            FROM unnest(@accounts, @ids) AS i (account, id) JOIN notifications n ON n.account_id = i.account AND n.id = i.id
            WHERE NOT n.filtered AND {NotificationQueries.Lists("i.account")}
            """;
        var rows = await ListAsync<NotificationRow>(connection, sql, notices, cancellationToken);
        await LoadAsync(connection, rows.Select(row => row.StatusId).OfType<long>(), cancellationToken);
        await LoadAccountsAsync(connection, rows.Select(row => row.FromAccountId), cancellationToken);
        foreach (var row in rows.Where(row => row.StatusId is null || _statuses.ContainsKey(row.StatusId.Value)))
        {
            _notifications[row.Id] = row;
        }
    }

    /// <summary>Loads conversations as far as their owners want to see them.</summary>
    public async Task LoadConversationsAsync(NpgsqlConnection connection, IReadOnlyCollection<StreamNotice> notices, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT c.account_id, c.id, c.last_status_id, c.unread
            FROM unnest(@accounts, @ids) AS i (account, id) JOIN conversations c ON c.account_id = i.account AND c.id = i.id JOIN statuses s ON s.id = c.last_status_id
            WHERE {ViewerRules.IsShown("i.account")}
            """;
        var rows = await ListAsync<ConversationRow>(connection, sql, notices, cancellationToken);
        await LoadAsync(connection, rows.Select(row => row.LastStatusId), cancellationToken);
        rows = [.. rows.Where(row => _statuses.ContainsKey(row.LastStatusId))];
        await LoadAccountsAsync(connection, rows.SelectMany(row => ConversationEndpoints.Others(_statuses[row.LastStatusId], row.AccountId)), cancellationToken);
        foreach (var row in rows)
        {
            _conversations[row.Id] = row;
        }
    }

    /// <summary>Reads what is different for some of those who get what was loaded.</summary>
    public Task PersonaliseAsync(NpgsqlConnection connection, IEnumerable<long> viewers, CancellationToken cancellationToken) =>
        _views.LoadAsync(connection, _statuses.Values, [.. viewers.Distinct()], cancellationToken);

    /// <summary>The event of a status for a stream; null when the status is gone or not for this stream.</summary>
    public StreamEvent? Status(StreamSubscription stream, long id, string type, StreamMark? mark, DateTimeOffset? at) =>
        !_statuses.TryGetValue(id, out var status) || (stream.Name.OnlyMedia && status.Media.Count == 0)
            ? null
            : Once(type, id, mark, stream, Own(status, stream), at, (shown, baseUrl) => JsonSerializer.Serialize(shown!.ToEntity(baseUrl), StreamEvent.Json.StatusEntity), status);

    /// <summary>The event of a notification; null when it is gone or not for this stream's account.</summary>
    public StreamEvent? Notification(StreamSubscription stream, long id, DateTimeOffset? at)
    {
        if (!_notifications.TryGetValue(id, out var row) || row.AccountId != stream.AccountId || !_accounts.TryGetValue(row.FromAccountId, out var sender))
        {
            return null;
        }
        var about = row.StatusId is { } status ? _statuses[status] : null;
        return Once("notification", id, new StreamMark(id, StreamMarkKind.Notification), stream, about is null ? null : Own(about, stream), at, (shown, baseUrl) =>
            JsonSerializer.Serialize(new NotificationEntity(
                row.Id.ToApi(), row.Type, row.CreatedAt, row.GroupKey ?? $"ungrouped-{row.Id}", sender.ToEntity(baseUrl), shown?.ToEntity(baseUrl), Filtered: false), StreamEvent.Json.NotificationEntity), about);
    }

    /// <summary>The event of a conversation; null when it is gone or not for this stream's account.</summary>
    public StreamEvent? Conversation(StreamSubscription stream, long id, DateTimeOffset? at)
    {
        if (!_conversations.TryGetValue(id, out var row) || row.AccountId != stream.AccountId)
        {
            return null;
        }
        var last = _statuses[row.LastStatusId];
        return Once("conversation", id, new StreamMark(row.LastStatusId, StreamMarkKind.Conversation), stream, Own(last, stream), at, (shown, baseUrl) =>
            JsonSerializer.Serialize(new ConversationEntity(
                row.Id.ToApi(), row.Unread, [.. ConversationEndpoints.Others(last, row.AccountId).Where(_accounts.ContainsKey).Select(other => _accounts[other].ToEntity(baseUrl))],
                shown!.ToEntity(baseUrl)), StreamEvent.Json.ConversationEntity), last);
    }

    private LoadedStatus? Own(LoadedStatus status, StreamSubscription stream) => _views.Of(status, stream.AccountId);

    /// <summary>One event for all to whom it is the same: everybody for whom there is no <paramref name="own"/> status.</summary>
    private StreamEvent Once(string type, long id, StreamMark? mark, StreamSubscription stream, LoadedStatus? own, DateTimeOffset? at, Func<LoadedStatus?, string, string> write, LoadedStatus? shared)
    {
        var key = (type, id, mark, own is null ? 0 : stream.AccountId, stream.Connection.BaseUrl);
        if (!_events.TryGetValue(key, out var happened))
        {
            _events[key] = happened = new StreamEvent(type, write(own ?? shared, stream.Connection.BaseUrl), mark, at);
        }
        return happened;
    }

    private static Task<IReadOnlyList<T>> ListAsync<T>(NpgsqlConnection connection, string sql, IReadOnlyCollection<StreamNotice> notices, CancellationToken cancellationToken) => notices.Count == 0
        ? Task.FromResult<IReadOnlyList<T>>([])
        : connection.ListAsync<T>(sql, new { accounts = notices.Select(notice => notice.AccountId).ToArray(), ids = notices.Select(notice => notice.Id).ToArray() }, cancellationToken);

    private async Task LoadAccountsAsync(NpgsqlConnection connection, IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        long[] unknown = [.. ids.Distinct().Except(_accounts.Keys)];
        if (unknown.Length > 0)
        {
            _accounts = _accounts.Concat(await AccountStore.ByIdsAsync(connection, unknown, cancellationToken)).ToDictionary();
        }
    }

    private void Keep(IReadOnlyList<LoadedStatus> statuses)
    {
        foreach (var status in statuses)
        {
            // Read as its author or not, it is sent to many: what the reader did with it is nobody else's.
            _statuses[status.Status.Id] = status.ForNobody();
        }
    }

    private sealed record NotificationRow(long AccountId, long Id, string Type, long FromAccountId, long? StatusId, DateTime CreatedAt, string? GroupKey);

    private sealed record ConversationRow(long AccountId, long Id, long LastStatusId, bool Unread);
}
