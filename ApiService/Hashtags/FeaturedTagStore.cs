using System.Globalization;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Npgsql;

namespace Microblog.ApiService.Hashtags;

/// <summary>Hashtags that accounts show on their profiles.</summary>
public static class FeaturedTagStore
{
    /// <summary>Featured hashtags of an account at most.</summary>
    public const int MaxFeatured = 10;

    /// <summary>Features a hashtag and returns the row's id; one that is featured already stays as it is.</summary>
    /// <exception cref="ApiException">422 when the account features too many.</exception>
    public static async Task<long> AddAsync(Write write, long account, string hashtag, string spelling)
    {
        const string Sql =
            """
            INSERT INTO featured_tags (account_id, hashtag, name)
            SELECT @account, @hashtag, @spelling WHERE (SELECT count(*) FROM featured_tags WHERE account_id = @account) < @max
            RETURNING id
            """;
        await write.ExecuteAsync(TagStore.LockAccount, new { account });
        if (await write.ScalarAsync<long>("SELECT id FROM featured_tags WHERE account_id = @account AND hashtag = @hashtag", new { account, hashtag }) is > 0 and var known)
        {
            return known;
        }
        await TagStore.EnsureAsync(write, hashtag, spelling);
        return await write.ScalarAsync<long>(Sql, new { account, hashtag, spelling, max = MaxFeatured }) is > 0 and var id
            ? id
            : throw ApiException.Unprocessable("Validation failed: You have already featured the maximum number of hashtags");
    }

    /// <summary>What an account features, with how often it was used publicly (counted up to 10,000) and when last.</summary>
    public static async Task<IReadOnlyList<FeaturedTagEntity>> OfAsync(NpgsqlConnection connection, long account, string baseUrl, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT f.id, f.hashtag, f.name, a.username, u.uses, u.last_used_at
            FROM featured_tags f
            JOIN accounts a ON a.id = f.account_id
            CROSS JOIN LATERAL (
                SELECT count(*) AS uses, max(x.created_at) AS last_used_at
                FROM (
                    SELECT s.created_at FROM status_hashtags h JOIN statuses s ON s.id = h.status_id
                    WHERE h.account_id = f.account_id AND h.hashtag = f.hashtag AND s.visibility < 2
                    ORDER BY h.status_id DESC LIMIT 10000) x) u
            WHERE f.account_id = @account
            ORDER BY u.uses DESC, f.id
            """;
        var rows = await connection.ListAsync<FeaturedRow>(Sql, new { account }, cancellationToken);
        return [.. rows.Select(row => new FeaturedTagEntity(
            row.Id.ToApi(), row.Name, $"{baseUrl}/@{row.Username}/tagged/{Uri.EscapeDataString(row.Hashtag)}", row.Uses.ToApi(), row.LastUsedAt?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))];
    }

    private sealed record FeaturedRow(long Id, string Hashtag, string Name, string Username, long Uses, DateTime? LastUsedAt);
}
