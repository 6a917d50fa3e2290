using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
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
        routes.MapGet("/api/v1/accounts/search", SearchAsync).RequireScope("read:accounts").Describe("Search for accounts", "By name or handle; the best match first.", it => it
            .Query("q", "What to look for.", required: true, max: AccountSearch.MaxQuery, example: "alice")
            .Query("limit", "Most accounts to return.", ParameterKind.Number, min: 1, max: MaxLimit, byDefault: DefaultLimit)
            .Query("offset", "How many to pass over.", ParameterKind.Number, min: 0, max: MaxOffset, byDefault: 0)
            .Query("following", "Only whom the caller follows.", ParameterKind.Flag, byDefault: false)
            .Query("resolve", "Accepted for clients: there are no other servers to ask.", ParameterKind.Flag, byDefault: false)
            .Returns("The accounts."));
        routes.MapGet("/api/v1/accounts", ManyAsync).AllowAnonymousOrScope("read:accounts").Describe("Show accounts", "In the order of the ids; unknown ones are left out.", it => it
            .Open()
            .Query("id", "Ids of the accounts.", ParameterKind.Ids, required: true, max: MaxIds, example: "115548829612032000")
            .Returns("The accounts."));
    }

    private static async Task<Ok<IReadOnlyList<AccountEntity>>> SearchAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var query = fields.Text("q") ?? "";
        var limit = Math.Clamp(fields.Number("limit") ?? DefaultLimit, 1, MaxLimit);
        var offset = Math.Clamp(fields.Number("offset") ?? 0, 0, MaxOffset);
        var baseUrl = BaseUrl.Of(context);
        // Who signed up just now is looked for by name, and the replica may not know them for a moment.
        var found = await db.FindAsync(caller.AccountId, async connection => await AccountSearch.FindAsync(
            connection, caller.AccountId, query, new Uri(baseUrl).Authority, limit, offset, fields.Flag("following") ?? false, cancellationToken) is { Count: > 0 } some ? some : null, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<AccountEntity>>([.. (found ?? []).Select(account => account.ToEntity(baseUrl))]);
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
