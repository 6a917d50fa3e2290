using Microblog.ApiService.Database;
using Microblog.ApiService.Statuses.Text;
using Npgsql;

namespace Microblog.ApiService.Search;

/// <summary>Finds hashtags by how they begin: the exact one, then those that more people used during the last week, then the others by name.</summary>
public static class TagSearch
{
    /// <summary>
    /// Only hashtags that were used publicly: others would tell what people write in private. The most used and the first ones by
    /// name are each found through an index and cut before they are joined, so a prefix of one letter costs no more than a long one.
    /// </summary>
    private const string Sql =
        """
        SELECT c.hashtag FROM (
            (SELECT d.hashtag FROM hashtag_days d WHERE d.hashtag LIKE @prefix AND d.day > @today::date - 7
                GROUP BY d.hashtag ORDER BY sum(d.accounts) DESC, d.hashtag LIMIT @most)
            UNION (SELECT k.hashtag FROM hashtags k WHERE k.hashtag LIKE @prefix AND EXISTS (
                    SELECT FROM status_hashtags h JOIN statuses s ON s.id = h.status_id WHERE h.hashtag = k.hashtag AND s.visibility = 0)
                ORDER BY k.hashtag USING ~<~ LIMIT @most)) c
        LEFT JOIN LATERAL (SELECT sum(d.accounts) AS accounts FROM hashtag_days d WHERE d.hashtag = c.hashtag AND d.day > @today::date - 7) u ON true
        ORDER BY c.hashtag = @name DESC, u.accounts DESC NULLS LAST, c.hashtag COLLATE "C"
        LIMIT @limit OFFSET @offset
        """;

    /// <summary>Normalised names of the hashtags that match, best first.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(NpgsqlConnection connection, string query, int limit, int offset, CancellationToken cancellationToken)
    {
        var name = HashtagName.Normalize(StatusText.Clean(query));
        if (name.Length == 0)
        {
            return [];
        }
        var prefix = name.Replace("_", "\\_", StringComparison.Ordinal) + "%";
        var today = DateTime.SpecifyKind(DateTime.UtcNow.Date, DateTimeKind.Unspecified);
        return await connection.ListAsync<string>(Sql, new { name, prefix, today, limit, offset, most = limit + offset }, cancellationToken);
    }
}
