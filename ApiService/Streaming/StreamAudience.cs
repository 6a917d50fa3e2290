using Microblog.ApiService.Database;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// Finds which of the streams of this process an event belongs in: one query for each kind of stream, for all statuses and all
/// viewers at once. There is no copy of who follows whom in memory that could be out of date: the index of followers is asked,
/// with the connected accounts as its argument.
/// </summary>
public static class StreamAudience
{
    /// <summary>Deletions with those of the reblogs; of a status that was reblogged more often than anybody follows along, the first.</summary>
    private const string Deleted =
        """
        (SELECT * FROM deleted_statuses WHERE status_id = ANY(@statuses)
            UNION (SELECT * FROM deleted_statuses WHERE reblog_of_id = ANY(@statuses) LIMIT 5000)) d
        """;

    /// <summary>Streams that the statuses belong in now.</summary>
    public static async Task<IReadOnlyList<(long Status, StreamSubscription Stream)>> OfStatusesAsync(
        NpgsqlConnection connection, IReadOnlyCollection<long> statuses, ILookup<StreamContent, StreamSubscription> streams, CancellationToken cancellationToken)
    {
        var found = new List<(long, StreamSubscription)>();
        var home = streams[StreamContent.Home].ToLookup(stream => stream.AccountId);
        var sql =
            $"""
            SELECT s.id, v.id FROM statuses s CROSS JOIN LATERAL (
                SELECT s.account_id AS id
                UNION SELECT f.account_id FROM follows f WHERE f.target_id = s.account_id AND f.account_id = ANY(@viewers)
                UNION SELECT t.account_id FROM status_hashtags h JOIN tag_follows t ON t.hashtag = h.hashtag WHERE h.status_id = s.id AND t.account_id = ANY(@viewers)) v
            WHERE s.id = ANY(@statuses) AND v.id = ANY(@viewers) AND {HomeRules.IsInHome("v.id")}
            """;
        found.AddRange(await InHomesAsync(connection, sql, statuses, home, cancellationToken));
        foreach (var content in new[] { StreamContent.Public, StreamContent.Hashtag, StreamContent.List })
        {
            found.AddRange(await PairsAsync(connection, "(SELECT * FROM statuses WHERE id = ANY(@statuses)) s", "s.id", StreamRules.Includes, content, statuses, streams[content], cancellationToken));
        }
        return found;
    }

    /// <summary>Streams that may have had statuses which are deleted now, or the reblogs that went with them.</summary>
    public static async Task<IReadOnlyList<(long Status, StreamSubscription Stream)>> OfDeletedAsync(
        NpgsqlConnection connection, IReadOnlyCollection<long> statuses, ILookup<StreamContent, StreamSubscription> streams, CancellationToken cancellationToken)
    {
        var found = new List<(long, StreamSubscription)>();
        var home = streams[StreamContent.Home].ToLookup(stream => stream.AccountId);
        var sql =
            $"""
            SELECT d.status_id, v.id FROM {Deleted} CROSS JOIN LATERAL (
                SELECT d.account_id AS id UNION SELECT unnest(d.mentioned)
                UNION SELECT f.account_id FROM follows f WHERE f.target_id = d.account_id AND f.account_id = ANY(@viewers)
                UNION SELECT t.account_id FROM tag_follows t WHERE d.visibility = 0 AND t.hashtag = ANY(d.hashtags) AND t.account_id = ANY(@viewers)) v
            WHERE v.id = ANY(@viewers) AND {StreamRules.IncludesDeleted(StreamContent.Home, "v.id", "", "")}
            """;
        found.AddRange(await InHomesAsync(connection, sql, statuses, home, cancellationToken));
        foreach (var content in new[] { StreamContent.Public, StreamContent.Hashtag, StreamContent.List })
        {
            found.AddRange(await PairsAsync(connection, Deleted, "d.status_id", StreamRules.IncludesDeleted, content, statuses, streams[content], cancellationToken));
        }
        return found;
    }

    private static async Task<IEnumerable<(long, StreamSubscription)>> InHomesAsync(
        NpgsqlConnection connection, string sql, IReadOnlyCollection<long> statuses, ILookup<long, StreamSubscription> home, CancellationToken cancellationToken)
    {
        if (home.Count == 0 || statuses.Count == 0)
        {
            return [];
        }
        var viewers = home.Select(streams => streams.Key).Order().ToArray();
        var rows = await connection.ListAsync<(long Status, long Viewer)>(sql, new { statuses = statuses.ToArray(), viewers }, cancellationToken);
        return rows.SelectMany(row => home[row.Viewer].Select(stream => (row.Status, stream)));
    }

    private static async Task<IEnumerable<(long, StreamSubscription)>> PairsAsync(
        NpgsqlConnection connection, string table, string id, Func<StreamContent, string, string, string, string> rule, StreamContent content,
        IReadOnlyCollection<long> statuses, IEnumerable<StreamSubscription> streams, CancellationToken cancellationToken)
    {
        // Streams that show the same to the same account are asked for once.
        var groups = streams.Where(stream => !stream.Name.IsRemote).GroupBy(stream => (stream.AccountId, stream.Name.Tag, stream.Name.ListId)).ToArray();
        if (groups.Length == 0 || statuses.Count == 0)
        {
            return [];
        }
        var sql =
            $"""
            SELECT {id}, i.number FROM {table} CROSS JOIN unnest(@viewers, @tags, @lists) WITH ORDINALITY AS i (viewer, tag, list, number)
            WHERE {rule(content, "i.viewer", "i.tag", "i.list")}
            """;
        var rows = await connection.ListAsync<(long Status, long Number)>(sql, new
        {
            statuses = statuses.ToArray(),
            viewers = groups.Select(group => group.Key.AccountId).ToArray(),
            tags = groups.Select(group => group.Key.Tag).ToArray(),
            lists = groups.Select(group => group.Key.ListId).ToArray(),
        }, cancellationToken);
        return rows.SelectMany(row => groups[row.Number - 1].Select(stream => (row.Status, stream)));
    }
}
