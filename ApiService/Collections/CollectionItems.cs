using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Collections;

/// <summary>The accounts in a collection: put in and taken out by its owner, and taken out for good by themselves.</summary>
public static class CollectionItems
{
    /// <summary>Most accounts in a collection.</summary>
    public const int MaxItems = 25;

    /// <summary>Maps the routes below <c>/api/v1/collections/:id/items</c>.</summary>
    public static void MapCollectionItems(this IEndpointRouteBuilder routes)
    {
        var items = routes.MapGroup("/api/v1/collections/{id:long}/items");
        items.MapPost("", CreateAsync).RequireScope("write:collections").Describe("Add an account to a collection", "Only accounts that want to be found can be added.", it => it
            .Body("account_id", "Whom.", ParameterKind.Id, required: true, example: "115548829612032000")
            .Error(403, "The collection is somebody else's.").Error(422, "There is no such account, or it cannot be added.").Returns("The account's item."));
        items.MapDelete("/{item:long}", DeleteAsync).RequireScope("write:collections").Describe("Remove an account from a collection", "By the id of its item.", it => it.Error(403, "The collection is somebody else's.").Returns("Nothing."));
        items.MapPost("/{item:long}/revoke", RevokeAsync).RequireScope("write:collections").Describe("Leave a collection", "Takes the caller out of somebody else's collection; nobody can put them in again.", it => it.Error(403, "The item is somebody else's.").Returns("Nothing."));
    }

    /// <summary>Adds an account in the caller's transaction; the collection has to be locked or new. Again changes nothing.</summary>
    /// <exception cref="ApiException">422 when it cannot be added.</exception>
    public static async Task<long> AddAsync(Write write, long account, long collection, long target)
    {
        const string Count = "SELECT count(*) FROM collection_items WHERE account_id = @account AND collection_id = @collection AND target_id <> @target AND NOT revoked";
        const string Sql =
            """
            INSERT INTO collection_items (account_id, collection_id, target_id)
            SELECT @account, @collection, a.id FROM accounts a
            WHERE a.id = @target AND a.suspended_at IS NULL AND (a.discoverable OR a.id = @account)
                AND NOT EXISTS (SELECT FROM blocks b WHERE (b.account_id = @account AND b.target_id = a.id) OR (b.account_id = a.id AND b.target_id = @account))
            ON CONFLICT (account_id, collection_id, target_id) DO UPDATE SET created_at = collection_items.created_at WHERE NOT collection_items.revoked
            RETURNING id
            """;
        if (await write.ScalarAsync<long>(Count, new { account, collection, target }) >= MaxItems)
        {
            throw ApiException.Unprocessable($"A collection has at most {MaxItems} accounts");
        }
        return await write.ScalarAsync<long?>(Sql, new { account, collection, target }) ?? throw ApiException.Unprocessable("This account cannot be added to a collection");
    }

    private static async Task<Ok<WrappedCollectionItemEntity>> CreateAsync(long id, RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        const string Lock = "UPDATE collections SET updated_at = now() WHERE account_id = @account AND id = @id RETURNING id";
        var account = caller.Account;
        await CollectionStore.ThrowIfNotOwnAsync(db, account, id, cancellationToken);
        var target = fields.Id("account_id") ?? throw ApiException.Unprocessable("`account_id` parameter is missing");
        var (item, _) = await idempotency.WriteAsync(db, async write =>
            await write.ScalarAsync<long?>(Lock, new { account, id }) is null ? throw ApiException.NotFound() : await AddAsync(write, account, id, target), cancellationToken);
        var found = await db.ReadAsync(account, connection => connection.SingleAsync<CollectionItemRow>(
            "SELECT collection_id, id, target_id, created_at FROM collection_items WHERE account_id = @account AND collection_id = @id AND id = @item", new { account, id, item }, cancellationToken), cancellationToken);
        return TypedResults.Ok(new WrappedCollectionItemEntity((found ?? throw ApiException.NotFound()).ToEntity()));
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, long item, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            WITH gone AS (DELETE FROM collection_items WHERE account_id = @account AND collection_id = @id AND id = @item AND NOT revoked RETURNING id)
            UPDATE collections SET updated_at = now() WHERE account_id = @account AND id = @id AND EXISTS (SELECT FROM gone)
            """;
        await CollectionStore.ThrowIfNotOwnAsync(db, caller.Account, id, cancellationToken);
        return await db.WriteAsync(caller.Account, write => write.ExecuteAsync(Sql, new { account = caller.Account, id, item }), cancellationToken) == 1
            ? TypedResults.Ok(new EmptyBody())
            : throw ApiException.NotFound();
    }

    private static async Task<Ok<EmptyBody>> RevokeAsync(long id, long item, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        const string Find = "SELECT target_id FROM collection_items WHERE collection_id = @id AND id = @item AND NOT revoked";
        const string Sql = "UPDATE collection_items SET revoked = true WHERE collection_id = @id AND id = @item AND target_id = @account";
        await idempotency.WriteAsync(db, async write =>
        {
            var target = await write.ScalarAsync<long?>(Find, new { id, item }) ?? throw ApiException.NotFound();
            return target == caller.Account
                ? await write.ExecuteAsync(Sql, new { id, item, account = caller.Account })
                : throw new ApiException(StatusCodes.Status403Forbidden, "This action is not allowed");
        }, cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }
}
