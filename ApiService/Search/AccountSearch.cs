using System.Buffers;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Search;

/// <summary>
/// Finds accounts by what somebody types: a name, <c>@name</c>, <c>name@this.host</c>, or a part of a name. The exact name
/// comes first; then those the viewer follows, names that begin so, and those with more followers.
/// </summary>
public static class AccountSearch
{
    /// <summary>Longest text worth looking for.</summary>
    public const int MaxQuery = 100;

    /// <summary>Parts of names are looked for from this length on; shorter ones match nearly everything, and no trigram index helps.</summary>
    private const int MinPart = 3;

    /// <summary>Matches ranked at most. A part that more names have is no search anybody could finish by paging.</summary>
    private const int MaxMatches = 1000;

    private static readonly SearchValues<char> Wildcards = SearchValues.Create(@"\%_");

    /// <summary>
    /// Matches are cut before they are ranked, so that a frequent part costs no more than a rare one; the exact name and names that begin so are
    /// looked up by themselves and cannot be cut. Who blocks the viewer or is blocked is found by the exact name only: the block must be possible to lift.
    /// </summary>
    private static readonly string Sql =
        $"""
        SELECT {AccountRow.Columns}
        FROM (
            SELECT id FROM accounts WHERE lower(username) = @name
            UNION (SELECT id FROM accounts WHERE NOT @exactOnly AND lower(username) LIKE @prefix LIMIT @matches)
            UNION (SELECT id FROM accounts WHERE NOT @exactOnly AND @part IS NOT NULL AND (lower(username) LIKE @part OR lower(display_name) LIKE @part) LIMIT @matches)) m
        JOIN accounts a ON a.id = m.id
        JOIN account_stats t ON t.account_id = a.id
        LEFT JOIN follows f ON f.account_id = @viewer AND f.target_id = a.id
        WHERE a.suspended_at IS NULL AND (NOT @following OR f.target_id IS NOT NULL)
            AND (lower(a.username) = @name OR NOT (
                {ViewerRules.IsBlockedBy("@viewer", "a.id")}
                OR EXISTS (SELECT FROM blocks b WHERE b.account_id = @viewer AND b.target_id = a.id)
                OR {ViewerRules.IsLimited("@viewer", "a.id")}))
        ORDER BY lower(a.username) = @name DESC, f.target_id IS NULL, lower(a.username) LIKE @prefix DESC, t.followers_count DESC, a.id
        LIMIT @limit OFFSET @offset
        """;

    /// <summary>The accounts that match, best first.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="viewer">Who asks; null for nobody known.</param>
    /// <param name="query">What was typed.</param>
    /// <param name="host">Name of this server, port included; handles with another one match nobody.</param>
    /// <param name="limit">Most accounts.</param>
    /// <param name="offset">Matches to pass over.</param>
    /// <param name="following">True for only those whom the viewer follows.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyList<AccountRow>> FindAsync(
        NpgsqlConnection connection, long? viewer, string query, string host, int limit, int offset, bool following, CancellationToken cancellationToken)
    {
        var text = query.Trim().TrimStart('@');
        var isHandle = text.Contains('@', StringComparison.Ordinal);
        if (isHandle && text.Split('@', 2) is [var local, var domain])
        {
            if (!string.Equals(domain, host, StringComparison.OrdinalIgnoreCase))
            {
                return [];
            }
            text = local;
        }
        if (text.Length is 0 or > MaxQuery)
        {
            return [];
        }
        var name = text.ToLowerInvariant();
        var pattern = Escape(name);
        var arguments = new
        {
            viewer,
            name,
            prefix = pattern + "%",
            part = name.Length >= MinPart ? $"%{pattern}%" : null,
            exactOnly = isHandle,
            following,
            limit,
            offset,
            matches = MaxMatches,
        };
        return await connection.ListAsync<AccountRow>(Sql, arguments, cancellationToken);
    }

    private static string Escape(string text) =>
        text.AsSpan().ContainsAny(Wildcards) ? string.Concat(text.Select(c => Wildcards.Contains(c) ? $"\\{c}" : c.ToString())) : text;
}
