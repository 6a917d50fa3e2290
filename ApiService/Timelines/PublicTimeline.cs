using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Statuses.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Timelines;

/// <summary>Timelines of everybody: the public one and those of hashtags (https://docs.joinmastodon.org/methods/timelines/#public, #tag). Everything is local here.</summary>
public static class PublicTimeline
{
    /// <summary>Most hashtags beside the first, of each kind.</summary>
    private const int MaxTags = 4;

    /// <summary>Whether status <c>s</c> is for timelines of everybody: public, no reblog, shown to the viewer.</summary>
    private static readonly string IsListed =
        $"""
        s.visibility = 0 AND s.reblog_of_id IS NULL AND {StatusStore.IsShown}
            AND (NOT @onlyMedia OR {StatusMedia.HasMedia})
        """;

    /// <summary><c>GET /api/v1/timelines/public</c>: also without replies to others.</summary>
    public static Task<Ok<IReadOnlyList<StatusEntity>>> PublicAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields);
        var sql =
            $"""
            SELECT s.id FROM statuses s
            WHERE {IsListed} AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id) AND s.id < @max AND s.id > @min
            ORDER BY s.id {page.Order} LIMIT @take
            """;
        return ReadAsync(context, fields, caller, db, page, sql, [], cancellationToken);
    }

    /// <summary><c>GET /api/v1/timelines/tag/:hashtag</c>: with that hashtag or any of <c>any[]</c>, all of <c>all[]</c>, none of <c>none[]</c>.</summary>
    public static Task<Ok<IReadOnlyList<StatusEntity>>> TagAsync(HttpContext context, RequestFields fields, string hashtag, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields);
        // The newest few of each hashtag, joined: the cost does not grow with what is older.
        var sql =
            $"""
            SELECT DISTINCT o.id FROM unnest(@any) AS t (tag)
            CROSS JOIN LATERAL (
                SELECT s.id FROM status_hashtags h JOIN statuses s ON s.id = h.status_id
                WHERE h.hashtag = t.tag AND h.status_id < @max AND h.status_id > @min AND {IsListed}
                    AND (SELECT count(*) FROM status_hashtags x WHERE x.status_id = s.id AND x.hashtag = ANY(@all)) = cardinality(@all)
                    AND NOT EXISTS (SELECT FROM status_hashtags x WHERE x.status_id = s.id AND x.hashtag = ANY(@none))
                ORDER BY h.status_id {page.Order} LIMIT @take) o
            ORDER BY o.id {page.Order} LIMIT @take
            """;
        return ReadAsync(context, fields, caller, db, page, sql, [HashtagName.Normalize(hashtag.TrimStart('#')), .. Tags(fields, "any")], cancellationToken);
    }

    private static async Task<Ok<IReadOnlyList<StatusEntity>>> ReadAsync(
        HttpContext context, RequestFields fields, Caller caller, Db db, IdPage page, string sql, string[] any, CancellationToken cancellationToken)
    {
        if (fields.Flag("remote") ?? false)
        {
            return StatusAnswers.Of(context, []);
        }
        var (viewer, onlyMedia) = (caller.AccountId, fields.Flag("only_media") ?? false);
        var arguments = new { max = page.Max, min = page.Min, take = page.Take, viewer, onlyMedia, any, all = Tags(fields, "all"), none = Tags(fields, "none") };
        return StatusAnswers.Of(context, await db.ReadAsync(viewer, async connection =>
        {
            var ids = await connection.ListAsync<long>(sql, arguments, cancellationToken);
            return await StatusStore.VisibleAsync(connection, viewer, [.. page.Finish(ids, id => id)], cancellationToken);
        }, cancellationToken));
    }

    private static string[] Tags(RequestFields fields, string name) =>
        [.. fields.List(name).Select(tag => HashtagName.Normalize(tag.TrimStart('#'))).Where(tag => tag.Length > 0).Distinct().Take(MaxTags)];
}
