using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Discovery;

/// <summary>The accounts that let themselves be found (https://docs.joinmastodon.org/methods/directory/). All are of this server, so <c>local</c> changes nothing.</summary>
public static class DirectoryEndpoints
{
    // Both walk an index in its order and stop at the end of the page.
    private static readonly string Active =
        $"""
        SELECT a.id FROM account_stats t {DiscoveryRules.AccountsOf("t.account_id")}
        WHERE t.last_status_at IS NOT NULL AND {DiscoveryRules.MayShow}
        ORDER BY t.last_status_at DESC, t.account_id DESC LIMIT @take OFFSET @offset
        """;

    private static readonly string New = $"SELECT a.id FROM accounts a WHERE {DiscoveryRules.MayShow} ORDER BY a.id DESC LIMIT @take OFFSET @offset";

    /// <summary>Maps <c>/api/v1/directory</c>.</summary>
    public static void MapDirectory(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/directory", async Task<Ok<IReadOnlyList<AccountEntity>>> (
        HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
    {
        var order = fields.Text("order") is { Length: > 0 } word ? word : "active";
        if (order is not ("active" or "new"))
        {
            throw ValidationException.Of("order", "ERR_INCLUSION", "is not included in the list");
        }
        var page = OffsetPage.Of(context, fields, defaultLimit: 40, maxLimit: 80);
        var accounts = await db.ReadAsync(caller.AccountId, async connection =>
        {
            var ids = await connection.ListAsync<long>(order == "new" ? New : Active, new { viewer = caller.AccountId, take = page.Take, offset = page.Offset }, cancellationToken);
            return await AccountStore.InOrderAsync(connection, [.. page.Finish(ids)], cancellationToken);
        }, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<AccountEntity>>([.. accounts.Select(account => account.ToEntity(BaseUrl.Of(context)))]);
    }).AllowAnonymousOrScope("read:accounts").Describe("Directory", "Accounts that let themselves be found.", it => it
        .Open()
        .Query("order", "Who posted last, or who is new.", byDefault: "active", oneOf: ["active", "new"])
        .Query("local", "Accepted for clients: all are of this server.", ParameterKind.Flag, byDefault: false)
        .Ranked(byDefault: 40, max: 80)
        .Returns("A page of accounts."));
}
