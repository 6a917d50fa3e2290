using System.Text;
using Dapper;
using Microblog.ApiService.Statuses;
using Npgsql;

namespace Microblog.ApiService.Search;

/// <summary>
/// Finds statuses by their words, newest first: the viewer's own, those that mention the viewer, and public ones of accounts that
/// let themselves be found. Never those of somebody the viewer blocks or mutes, or who blocks the viewer.
/// </summary>
public static class StatusSearch
{
    /// <summary>Statuses that are looked through one by one before the index of words is asked; takes about as long as the index takes for a word in every hundredth status.</summary>
    private const int Newest = 5000;

    private const string Within = "s.reblog_of_id IS NULL AND s.id < @max AND s.id > @min AND (@author::bigint IS NULL OR s.account_id = @author)";

    private static readonly string MayFind =
        $"""
        (s.account_id = @viewer
            OR EXISTS (SELECT FROM mentions m WHERE m.account_id = @viewer AND m.status_id = s.id)
            OR (s.visibility = 0 AND EXISTS (SELECT FROM accounts a WHERE a.id = s.account_id AND a.indexable)))
        AND {StatusStore.IsShown}
        """;

    /// <summary>Ids of what matches between the bounds, both exclusive.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="viewer">Who asks; null for nobody known.</param>
    /// <param name="query">What is asked.</param>
    /// <param name="host">Name of this server, port included.</param>
    /// <param name="author">Only statuses of this account.</param>
    /// <param name="range">Bounds of the ids, and whether to read from the lower one upwards.</param>
    /// <param name="limit">Most statuses.</param>
    /// <param name="offset">Matches to pass over.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyList<long>> FindAsync(
        NpgsqlConnection connection, long? viewer, StatusQuery query, string host, long? author, (long Max, long Min, bool Upwards) range, int limit, int offset, CancellationToken cancellationToken)
    {
        if (query.IsEmpty)
        {
            return [];
        }
        var arguments = new DynamicParameters(new { viewer, author, max = range.Max, min = range.Min, limit, offset, newest = Newest });
        var order = range.Upwards ? "ASC" : "DESC";
        var (within, rest) = (new StringBuilder(Within), new StringBuilder(Words(query, arguments)));
        foreach (var (condition, i) in query.Operators.Select((condition, i) => (condition, i)))
        {
            // Whose statuses and of which time decides which are the newest of all; the index in their order knows both.
            var isBound = condition.Kind is OperatorKind.From or OperatorKind.Before or OperatorKind.After or OperatorKind.During && !condition.IsExcluded;
            (isBound ? within : rest).Append(Condition(condition, $"o{i}", viewer, host, arguments));
        }
        // Frequent words are found among the newest statuses, where looking up all their matches would take seconds …
        var first = $"SELECT s.id FROM (SELECT * FROM statuses s WHERE {within} ORDER BY s.id {order} LIMIT @newest) s WHERE true {rest} AND {MayFind} ORDER BY s.id {order} LIMIT @limit OFFSET @offset";
        var ids = (await connection.QueryAsync<long>(new CommandDefinition(first, arguments, cancellationToken: cancellationToken))).AsList();
        if (ids.Count < limit)
        {
            // … and rare ones through the index of words or hashtags. The sum keeps the planner from walking all statuses in order instead.
            var isIndexed = query.Terms.Any(term => !term.IsExcluded) || query.Operators.Any(condition => condition is { Kind: OperatorKind.Hashtag, IsExcluded: false });
            var words = isIndexed ? "s.id + 0" : "s.id";
            var second = $"SELECT s.id FROM statuses s WHERE {within} {rest} AND {MayFind} ORDER BY {words} {order} LIMIT @limit OFFSET @offset";
            ids = (await connection.QueryAsync<long>(new CommandDefinition(second, arguments, cancellationToken: cancellationToken))).AsList();
        }
        if (range.Upwards)
        {
            ids.Reverse();
        }
        return ids;
    }

    /// <summary>All words as one text query, so that the index answers it at once. What was typed goes in as parameters only.</summary>
    private static string Words(StatusQuery query, DynamicParameters arguments)
    {
        if (query.Terms.Count == 0)
        {
            return "";
        }
        var phrases = query.Terms.Select((term, i) =>
        {
            arguments.Add($"w{i}", term.Text);
            return $"{(term.IsExcluded ? "!!" : "")}search_phrase(@w{i})";
        });
        return $" AND search_vector(s.spoiler_text, s.text) @@ ({string.Join(" && ", phrases)})";
    }

    private static string Condition(StatusQuery.Condition condition, string name, long? viewer, string host, DynamicParameters arguments)
    {
        var day = IdAt(condition.Date);
        var next = IdAt(condition.Date.AddDays(1));
        arguments.Add(name, condition.Kind switch
        {
            OperatorKind.Before => day,
            OperatorKind.After => next,
            OperatorKind.From => LocalName(condition.Value, host),
            _ => condition.Value,
        });
        var sql = condition.Kind switch
        {
            // An author that is looked up first, so that the index by author can be used.
            OperatorKind.From when condition.Value == "me" && viewer is not null => "s.account_id = @viewer",
            OperatorKind.From => $"s.account_id = (SELECT f.id FROM accounts f WHERE lower(f.username) = @{name})",
            OperatorKind.Media => "EXISTS (SELECT FROM media_attachments f WHERE f.status_id = s.id)",
            OperatorKind.Hashtag => $"EXISTS (SELECT FROM status_hashtags h WHERE h.hashtag = @{name} AND h.status_id = s.id)",
            OperatorKind.Poll => "EXISTS (SELECT FROM polls p WHERE p.status_id = s.id)",
            OperatorKind.Reply => "s.in_reply_to_account_id IS NOT NULL",
            OperatorKind.Sensitive => "s.sensitive",
            OperatorKind.Language => $"lower(s.language) = @{name}",
            OperatorKind.Before => $"s.id < @{name}",
            OperatorKind.After => $"s.id >= @{name}",
            _ => FormattableString.Invariant($"s.id >= {day} AND s.id < {next}"),
        };
        return condition.IsExcluded ? $" AND ({sql}) IS NOT TRUE" : $" AND {sql}";
    }

    /// <summary>The name of an account here; empty for handles of other servers, which nobody here has.</summary>
    private static string LocalName(string handle, string host) =>
        handle.Split('@', 2) is [var name, var domain] ? (string.Equals(domain, host, StringComparison.OrdinalIgnoreCase) ? name : "") : handle;

    /// <summary>The first id that can be made at a time.</summary>
    private static long IdAt(DateTime time) => Math.Max(0, new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)).ToUnixTimeMilliseconds()) << 16;
}
