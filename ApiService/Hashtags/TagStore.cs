using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses.Text;
using Npgsql;

namespace Microblog.ApiService.Hashtags;

/// <summary>Reads hashtags with their last week.</summary>
public static class TagStore
{
    /// <summary>Longest name, normalised; no status has room for a longer one.</summary>
    public const int MaxName = 256;

    /// <summary>SQL for a change: an account's row, locked so that two requests at once cannot both stay below a limit.</summary>
    public const string LockAccount = "SELECT id FROM accounts WHERE id = @account FOR NO KEY UPDATE";

    /// <summary>The hashtags as the viewer sees them, in the order of their normalised names. Unused ones are there too.</summary>
    public static async Task<IReadOnlyList<TagEntity>> InOrderAsync(NpgsqlConnection connection, long? viewer, string baseUrl, string[] names, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT n.hashtag, k.id, coalesce(k.display_name, n.hashtag) AS display_name, d.uses, d.accounts,
                EXISTS (SELECT FROM tag_follows f WHERE f.account_id = @viewer AND f.hashtag = n.hashtag) AS following,
                EXISTS (SELECT FROM featured_tags f WHERE f.account_id = @viewer AND f.hashtag = n.hashtag) AS featuring
            FROM unnest(@names) WITH ORDINALITY AS n (hashtag, position)
            LEFT JOIN hashtags k ON k.hashtag = n.hashtag
            CROSS JOIN LATERAL (
                SELECT array_agg(coalesce(x.uses, 0) ORDER BY i) AS uses, array_agg(coalesce(x.accounts, 0) ORDER BY i) AS accounts
                FROM generate_series(0, 6) AS i LEFT JOIN hashtag_days x ON x.hashtag = n.hashtag AND x.day = @today::date - i) d
            ORDER BY n.position
            """;
        if (names.Length == 0)
        {
            return [];
        }
        var today = DateTime.UtcNow.Date;
        // Without a kind: the days are UTC's, whatever the time zone of the session.
        var rows = await connection.ListAsync<TagRow>(Sql, new { viewer, names, today = DateTime.SpecifyKind(today, DateTimeKind.Unspecified) }, cancellationToken);
        return [.. rows.Select(row => row.ToEntity(baseUrl, today, viewer is not null))];
    }

    /// <summary>The identity of a hashtag that a client named in a path, with or without <c>#</c>.</summary>
    /// <exception cref="ApiException">404 when it is no hashtag.</exception>
    public static string Named(string name) => Normalized(name) ?? throw ApiException.NotFound();

    /// <summary>The identity of a hashtag; null when the text is none.</summary>
    public static string? Normalized(string name)
    {
        var spelling = Spelling(name);
        return spelling.Length <= MaxName && HashtagName.IsValid(spelling) && HashtagName.Normalize(spelling) is { Length: > 0 and <= MaxName } normalized && HashtagName.IsValid(normalized)
            ? normalized
            : null;
    }

    /// <summary>A hashtag's name without white space around it and without <c>#</c>.</summary>
    public static string Spelling(string name)
    {
        var text = StatusText.Clean(name);
        return text is ['#' or '＃', .. var rest] ? rest : text;
    }

    /// <summary>Makes a hashtag known, so that it has an id.</summary>
    public static Task EnsureAsync(Write write, string hashtag, string spelling) => write.ExecuteAsync(
        "INSERT INTO hashtags (hashtag, display_name) VALUES (@hashtag, @spelling) ON CONFLICT DO NOTHING", new { hashtag, spelling });
}
