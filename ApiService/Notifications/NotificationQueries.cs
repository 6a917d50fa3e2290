using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Notifications;

/// <summary>Which notifications are shown, and how rows become entities.</summary>
public static class NotificationQueries
{
    /// <summary>Most filter values of a request; there are fewer types than that.</summary>
    public const int MaxTypes = 50;

    /// <summary>SQL: notification <c>n</c> of <c>@viewer</c> can be shown.</summary>
    public static readonly string IsListed = Lists("@viewer");

    /// <summary>
    /// SQL: notification <c>n</c> of a viewer can be shown. Blocks and mutes are asked at read, so that they work at once and can
    /// be taken back; a status that can no longer be seen takes its notification along.
    /// </summary>
    /// <param name="viewer">SQL expression of the account's id.</param>
    public static string Lists(string viewer) =>
        $"""
        n.account_id = {viewer}
            AND NOT EXISTS (SELECT FROM blocks b WHERE b.account_id = {viewer} AND b.target_id = n.from_account_id)
            AND NOT EXISTS (SELECT FROM mutes m WHERE m.account_id = {viewer} AND m.target_id = n.from_account_id AND m.notifications AND (m.expires_at IS NULL OR m.expires_at > now()))
            AND EXISTS (SELECT FROM accounts a WHERE a.id = n.from_account_id AND a.suspended_at IS NULL)
            AND (n.status_id IS NULL OR EXISTS (SELECT FROM statuses s JOIN accounts w ON w.id = s.account_id WHERE s.id = n.status_id AND w.suspended_at IS NULL AND {ViewerRules.MaySee(viewer)}))
        """;

    /// <summary>SQL: and the request's own filters, from <see cref="Arguments"/>.</summary>
    public const string IsAsked =
        """
        (cardinality(@types) = 0 OR n.type = ANY(@types)) AND n.type <> ALL(@excluded)
            AND (@from IS NULL OR n.from_account_id = @from) AND (@includeFiltered OR NOT n.filtered)
        """;

    /// <summary>Columns of <see cref="NotificationRow"/>.</summary>
    public const string Columns = "n.id, n.type, n.from_account_id, n.status_id, n.created_at, n.group_key, n.filtered";

    /// <summary>Parameters of <see cref="IsAsked"/> from the request.</summary>
    public static NotificationFilter Arguments(RequestFields fields) => new(
        [.. fields.List("types").Take(MaxTypes)], [.. fields.List("exclude_types").Take(MaxTypes)], fields.Id("account_id"),
        // Who asks for one sender's wants all of them.
        fields.Flag("include_filtered") ?? fields.Id("account_id") is not null);

    /// <summary>The rows as entities, in their order.</summary>
    public static async Task<IReadOnlyList<NotificationEntity>> ToEntitiesAsync(
        NpgsqlConnection connection, long viewer, IReadOnlyList<NotificationRow> rows, string baseUrl, CancellationToken cancellationToken)
    {
        var (accounts, statuses) = await LoadAsync(connection, viewer, rows, cancellationToken);
        return [.. rows
            .Where(row => accounts.ContainsKey(row.FromAccountId) && (row.StatusId is null || statuses.ContainsKey(row.StatusId.Value)))
            .Select(row => new NotificationEntity(
                row.Id.ToApi(), row.Type, row.CreatedAt, row.GroupKey ?? $"ungrouped-{row.Id}", accounts[row.FromAccountId].ToEntity(baseUrl),
                row.StatusId is { } id ? statuses[id].ToEntity(baseUrl) : null, row.Filtered))];
    }

    /// <summary>Senders and statuses of rows, each once.</summary>
    public static async Task<(Dictionary<long, AccountRow> Accounts, Dictionary<long, LoadedStatus> Statuses)> LoadAsync(
        NpgsqlConnection connection, long viewer, IEnumerable<NotificationRow> rows, CancellationToken cancellationToken)
    {
        var known = rows.ToList();
        var accounts = await AccountStore.ByIdsAsync(connection, [.. known.Select(row => row.FromAccountId).Distinct()], cancellationToken);
        var statuses = await StatusStore.VisibleAsync(connection, viewer, [.. known.Select(row => row.StatusId).OfType<long>().Distinct()], cancellationToken);
        return (accounts, statuses.ToDictionary(status => status.Status.Id));
    }

    /// <summary>One notification as the API shows it to its recipient; null when there is none such, or no longer.</summary>
    public static Task<NotificationEntity?> FindAsync(Db db, long viewer, long id, string baseUrl, CancellationToken cancellationToken) => db.FindAsync(viewer, async connection =>
    {
        var rows = await connection.ListAsync<NotificationRow>($"SELECT {Columns} FROM notifications n WHERE n.id = @id AND {IsListed}", new { viewer, id }, cancellationToken);
        return (await ToEntitiesAsync(connection, viewer, rows, baseUrl, cancellationToken)).SingleOrDefault();
    }, cancellationToken);
}

/// <summary>What a request wants to see.</summary>
/// <param name="Types">Only these; all when empty.</param>
/// <param name="Excluded">Not these.</param>
/// <param name="From">Only from this account.</param>
/// <param name="IncludeFiltered">Also what the policy keeps back.</param>
public sealed record NotificationFilter(string[] Types, string[] Excluded, long? From, bool IncludeFiltered);

/// <summary>A notification as read from the database.</summary>
public sealed record NotificationRow(long Id, string Type, long FromAccountId, long? StatusId, DateTime CreatedAt, string? GroupKey, bool Filtered);
