using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Search;

/// <summary>Search for accounts (https://docs.joinmastodon.org/methods/accounts/#search) and several by their ids (#index).</summary>
public static class AccountSearchEndpoints
{
    private const int MaxIds = 40;
    private const int DefaultLimit = 40;
    private const int MaxLimit = 80;

    /// <summary>As deep as anybody pages through a search.</summary>
    private const int MaxOffset = 1000;

    /// <summary>Maps <c>/api/v1/accounts/search</c> and <c>/api/v1/accounts?id[]=</c>.</summary>
    public static void MapAccountSearch(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/search", SearchAsync).RequireScope("read:accounts");
        routes.MapGet("/api/v1/accounts", ManyAsync);
    }

    private static async Task<Ok<IReadOnlyList<AccountEntity>>> SearchAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var query = fields.Text("q") ?? "";
        var limit = Math.Clamp(fields.Number("limit") ?? DefaultLimit, 1, MaxLimit);
        var offset = Math.Clamp(fields.Number("offset") ?? 0, 0, MaxOffset);
        var baseUrl = BaseUrl.Of(context);
        var found = await db.ReadAsync(caller.AccountId, connection => AccountSearch.FindAsync(
            connection, caller.AccountId, query, new Uri(baseUrl).Authority, limit, offset, fields.Flag("following") ?? false, cancellationToken), cancellationToken);
        return TypedResults.Ok<IReadOnlyList<AccountEntity>>([.. found.Select(account => account.ToEntity(baseUrl))]);
    }

    private static async Task<Ok<IReadOnlyList<AccountEntity>>> ManyAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        if (fields.List("id").Count > MaxIds)
        {
            throw ApiException.Unprocessable($"Too many ids (maximum is {MaxIds})");
        }
        var found = await db.ReadAsync(caller.AccountId, connection => AccountStore.InOrderAsync(connection, fields.Ids("id", MaxIds), cancellationToken), cancellationToken);
        return TypedResults.Ok<IReadOnlyList<AccountEntity>>([.. found.Select(account => account.ToEntity(BaseUrl.Of(context)))]);
    }
}
