using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Collections;

/// <summary>The collections of an account, and those that it is in. Others than the owner see those meant to be found; who is in one always sees it.</summary>
public static class AccountCollections
{
    private const int DefaultLimit = 40;
    private const int MaxLimit = 80;

    private const string Of =
        $"""
        SELECT {CollectionRow.Columns} FROM collections c
        WHERE c.account_id = @id AND (c.discoverable OR c.account_id = @viewer) AND {CollectionStore.IsVisible}
        ORDER BY c.id DESC LIMIT @Take OFFSET @Offset
        """;

    private const string With =
        $"""
        SELECT {CollectionRow.Columns} FROM collection_items i JOIN collections c ON c.account_id = i.account_id AND c.id = i.collection_id
        WHERE i.target_id = @id AND NOT i.revoked AND (c.discoverable OR @viewer IN (c.account_id, i.target_id)) AND {CollectionStore.IsVisible}
        ORDER BY c.id DESC LIMIT @Take OFFSET @Offset
        """;

    /// <summary>Maps the routes below <c>/api/v1/accounts/:id</c>.</summary>
    public static void MapAccountCollections(this IEndpointRouteBuilder routes)
    {
        var account = routes.MapGroup("/api/v1/accounts/{id:long}");
        account.MapGet("/collections", OfAsync).AllowAnonymousOrScope("read:collections").Describe("Collections of an account", "Newest first. Others see those that are meant to be found.", Listed);
        account.MapGet("/in_collections", WithAsync).AllowAnonymousOrScope("read:collections").Describe("Collections with an account", "In which others recommend it, newest first.", Listed);
    }

    private static void Listed(OperationDescription it) => it.Open()
        .Query("limit", "Most collections to return.", ParameterKind.Number, min: 1, max: MaxLimit, byDefault: DefaultLimit, example: DefaultLimit)
        .Query("offset", "Collections to pass over.", ParameterKind.Number, min: 0, max: OffsetPage.MaxOffset, byDefault: 0, example: 0)
        .Returns("The collections.");

    private static Task<Ok<CollectionsEntity>> OfAsync(long id, HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken) =>
        ListAsync(Of, id, context, fields, caller, accounts, db, cancellationToken);

    private static Task<Ok<CollectionsEntity>> WithAsync(long id, HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken) =>
        ListAsync(With, id, context, fields, caller, accounts, db, cancellationToken);

    private static async Task<Ok<CollectionsEntity>> ListAsync(string sql, long id, HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        var (page, viewer) = (OffsetPage.Of(context, fields, DefaultLimit, MaxLimit), caller.AccountId);
        _ = await accounts.ByIdAsync(viewer, id, cancellationToken) ?? throw ApiException.NotFound();
        return TypedResults.Ok(new CollectionsEntity(await db.ReadAsync(viewer, async connection =>
        {
            var rows = page.Finish(await connection.ListAsync<CollectionRow>(sql, new { id, viewer, page.Take, page.Offset }, cancellationToken));
            return await CollectionStore.WithItemsAsync(connection, viewer, BaseUrl.Of(context), rows, cancellationToken);
        }, cancellationToken)));
    }
}
