using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
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
        _ = await ListStore.FindAsync(db, caller.Account, id, cancellationToken) ?? throw ApiException.NotFound();
        var page = IdPage.Of(context, fields);
        var arguments = new { list = id, viewer = caller.Account, max = page.Max, min = page.Min, take = page.Take };
        var statuses = await db.ReadAsync(caller.Account, async connection =>
        {
            var ids = page.Finish(await connection.ListAsync<long>(Sql(page.Order), arguments, cancellationToken), status => status);
            return await StatusStore.VisibleAsync(connection, caller.Account, [.. ids], cancellationToken);
        }, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<StatusEntity>>([.. statuses.Select(status => status.ToEntity(BaseUrl.Of(context)))]);
    }

    private static string Sql(string order) =>
        $"""
        SELECT o.id
        FROM lists l
        JOIN list_accounts la ON la.account_id = l.account_id AND la.list_id = l.id
        CROSS JOIN LATERAL (
            SELECT s.id FROM statuses s
            WHERE s.account_id = la.target_id AND s.id < @max AND s.id > @min AND {ListRules.Shows("@viewer")}
            ORDER BY s.id {order} LIMIT @take) o
        WHERE l.account_id = @viewer AND l.id = @list
        ORDER BY o.id {order} LIMIT @take
        """;
}
