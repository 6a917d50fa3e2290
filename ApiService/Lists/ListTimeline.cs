using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microblog.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Lists;

/// <summary>
/// The timeline of a list (https://docs.joinmastodon.org/methods/timelines/#list), read from PostgreSQL: the newest few of each
/// member, joined. A list has few members and is read far less often than a home, so nothing is kept for it.
/// </summary>
public static class ListTimeline
{
    /// <summary>Maps <c>/api/v1/timelines/list/:id</c>.</summary>
    public static void MapListTimeline(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/timelines/list/{id:long}", ReadAsync).RequireScope("read:lists")
            .Describe("Timeline of a list", "Statuses of its accounts, newest first; which replies are among them the list's `replies_policy` says.", it => it.Paged(byDefault: 20, max: 40).Returns("A page of statuses."));

    private static async Task<Ok<IReadOnlyList<StatusEntity>>> ReadAsync(HttpContext context, long id, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var list = await ListStore.FindAsync(db, caller.Account, id, cancellationToken) ?? throw ApiException.NotFound();
        var page = IdPage.Of(context, fields);
        var arguments = new { list = id, viewer = caller.Account, policy = list.RepliesPolicy, max = page.Max, min = page.Min, take = page.Take };
        var statuses = await db.ReadAsync(caller.Account, async connection =>
        {
            var ids = page.Finish(await connection.ListAsync<long>(Sql(page.Order), arguments, cancellationToken), status => status);
            return await StatusStore.VisibleAsync(connection, caller.Account, [.. ids], cancellationToken);
        }, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<StatusEntity>>([.. statuses.Select(status => status.ToEntity(BaseUrl.Of(context)))]);
    }

    /// <summary>The options of the follow hold here as at home: reblogs, languages. Of the replies, those that the list's policy names.</summary>
    private static string Sql(string order) =>
        $"""
        SELECT o.id
        FROM list_accounts la
        LEFT JOIN follows f ON f.account_id = @viewer AND f.target_id = la.target_id
        CROSS JOIN LATERAL (
            SELECT s.id FROM statuses s
            WHERE s.account_id = la.target_id AND s.id < @max AND s.id > @min AND {StatusStore.IsShown}
                AND (f.target_id IS NOT NULL OR la.target_id = @viewer)
                AND (f.languages IS NULL OR s.language IS NULL OR s.language = ANY(f.languages))
                AND (s.reblog_of_id IS NULL OR (coalesce(f.show_reblogs, true)
                    AND NOT {ViewerRules.IsUnwanted("@viewer", "s.reblog_of_account_id")}
                    AND NOT {ViewerRules.IsBlockedBy("@viewer", "s.reblog_of_account_id")}
                    AND NOT {ViewerRules.IsSuspended("s.reblog_of_account_id")}))
                AND NOT EXISTS (SELECT FROM mentions um WHERE um.status_id = s.id AND um.account_id <> @viewer AND {ViewerRules.IsUnwanted("@viewer", "um.account_id")})
                AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id IN (s.account_id, @viewer)
                    OR (@policy = {RepliesPolicies.List} AND EXISTS (SELECT FROM list_accounts r WHERE r.list_id = @list AND r.target_id = s.in_reply_to_account_id))
                    OR (@policy = {RepliesPolicies.Followed} AND EXISTS (SELECT FROM follows r WHERE r.account_id = @viewer AND r.target_id = s.in_reply_to_account_id)))
            ORDER BY s.id {order} LIMIT @take) o
        WHERE la.account_id = @viewer AND la.list_id = @list
        ORDER BY o.id {order} LIMIT @take
        """;
}
