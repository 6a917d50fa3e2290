using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;

namespace Microblog.ApiService.Blocks;

/// <summary>Block and unblock, and whom the caller blocks (https://docs.joinmastodon.org/methods/accounts/#block, /methods/blocks/).</summary>
public static class BlockEndpoints
{
    private static readonly AccountPage Blocks = new("blocks", "account_id", "target_id");

    /// <summary>Maps <c>/api/v1/blocks</c> and the actions on an account.</summary>
    public static void MapBlocks(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/blocks", (HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
            Blocks.ReadAsync(context, fields, db, caller.Account, caller.Account, cancellationToken)).RequireScope("read:blocks")
            .Describe("Blocked accounts", "The latest first. The cursors are those of `Link`, not account ids.", it => it.Paged(byDefault: 40, max: 80).Returns("A page of accounts."));
        routes.MapPost("/api/v1/accounts/{id:long}/block", (long id, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken) =>
            relations.ChangeAsync(caller, id, idempotency, write => BlockWriter.BlockAsync(write, caller.Account, id), cancellationToken)).RequireScope("write:blocks")
            .Describe("Block an account", "Neither sees the other any more; follows between the two end.", it => it.Returns("How the caller stands to the account now."));
        routes.MapPost("/api/v1/accounts/{id:long}/unblock", (long id, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken) =>
            relations.ChangeAsync(caller, id, idempotency, write => BlockWriter.UnblockAsync(write, caller.Account, id), cancellationToken)).RequireScope("write:blocks")
            .Describe("Unblock an account", "Follows do not come back by themselves.", it => it.Returns("How the caller stands to the account now."));
    }
}
