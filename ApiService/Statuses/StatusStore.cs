using Dapper;
using Microblog.ApiService.Accounts;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Statuses;

/// <summary>Reads statuses: always many at once, each page in a fixed number of round trips.</summary>
public static class StatusStore
{
    private const string Columns =
        """
        s.id, s.account_id, s.text, s.spoiler_text, s.sensitive, s.visibility, s.language, s.in_reply_to_id, s.in_reply_to_account_id,
        s.created_at, s.edited_at, o.name AS application_name, o.website AS application_website,
        coalesce(c.replies_count, 0) AS replies_count, coalesce(c.reblogs_count, 0) AS reblogs_count, coalesce(c.favourites_count, 0) AS favourites_count
        """;

    private const string From =
        """
        FROM statuses s
        LEFT JOIN status_stats c ON c.status_id = s.id
        LEFT JOIN oauth_applications o ON o.id = s.application_id
        """;

    /// <summary>SQL: may the viewer <c>@viewer</c> (NULL: anybody) see status <c>s</c>? The same rule as <see cref="StatusRules.MaySee"/>.</summary>
    public const string IsVisible =
        """
        (s.visibility < 2 OR s.account_id = @viewer
            OR EXISTS (SELECT FROM mentions v WHERE v.account_id = @viewer AND v.status_id = s.id)
            OR (s.visibility = 2 AND EXISTS (SELECT FROM follows v WHERE v.account_id = @viewer AND v.target_id = s.account_id)))
        """;

    /// <summary>Those of the statuses that exist and that the viewer may see, newest first.</summary>
    public static Task<IReadOnlyList<LoadedStatus>> VisibleAsync(NpgsqlConnection connection, long? viewer, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        LoadAsync(connection, IsVisible, viewer, ids, cancellationToken);

    /// <summary>Those of the statuses that exist and belong in the viewer's home, newest first.</summary>
    public static Task<IReadOnlyList<LoadedStatus>> InHomeAsync(NpgsqlConnection connection, long viewer, IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        LoadAsync(connection, HomeRules.IsInHome("@viewer"), viewer, ids, cancellationToken);

    private static async Task<IReadOnlyList<LoadedStatus>> LoadAsync(NpgsqlConnection connection, string rule, long? viewer, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
        {
            return [];
        }
        var sql =
            $"""
            SELECT {Columns} {From} WHERE s.id = ANY(@ids) AND {rule} ORDER BY s.id DESC;
            SELECT {AccountRow.Columns} FROM accounts a JOIN account_stats t ON t.account_id = a.id
            WHERE a.id IN (SELECT s.account_id FROM statuses s WHERE s.id = ANY(@ids));
            SELECT m.status_id, a.id, a.username FROM mentions m JOIN accounts a ON a.id = m.account_id WHERE m.status_id = ANY(@ids) ORDER BY m.status_id, a.id;
            """;
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(sql, new { ids = ids as long[] ?? [.. ids], viewer }, cancellationToken: cancellationToken));
        var statuses = await results.ReadAsync<StatusRow>();
        var authors = (await results.ReadAsync<AccountRow>()).ToDictionary(account => account.Id);
        var mentions = (await results.ReadAsync<MentionRow>()).ToLookup(mention => mention.StatusId);
        // A status can vanish between the statements; without its author it is gone too.
        return [.. statuses.Where(status => authors.ContainsKey(status.AccountId)).Select(status => new LoadedStatus(status, authors[status.AccountId], [.. mentions[status.Id]]))];
    }
}
