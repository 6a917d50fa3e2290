using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Endorsements;

/// <summary>Accounts that an account features on its profile (https://docs.joinmastodon.org/methods/endorsements/). <c>pin</c> is the older name of <c>endorse</c>.</summary>
public static class EndorsementEndpoints
{
    private static readonly AccountPage Endorsements = new("endorsements", "account_id", "target_id");

    /// <summary>Maps <c>/api/v1/endorsements</c> and the actions on an account.</summary>
    public static void MapEndorsements(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/endorsements", (HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
            Endorsements.ReadAsync(context, fields, db, caller.Account, caller.Account, cancellationToken)).RequireScope("read:accounts");
        var accounts = routes.MapGroup("/api/v1/accounts/{id:long}");
        accounts.MapGet("/endorsements", OfAccountAsync);
        accounts.MapPost("/endorse", EndorseAsync).RequireScope("write:accounts");
        accounts.MapPost("/pin", EndorseAsync).RequireScope("write:accounts");
        accounts.MapPost("/unendorse", UnendorseAsync).RequireScope("write:accounts");
        accounts.MapPost("/unpin", UnendorseAsync).RequireScope("write:accounts");
    }

    private static async Task<Ok<IReadOnlyList<AccountEntity>>> OfAccountAsync(
        HttpContext context, long id, RequestFields fields, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        _ = await accounts.ByIdAsync(caller.AccountId, id, cancellationToken) ?? throw ApiException.NotFound();
        return await Endorsements.ReadAsync(context, fields, db, caller.AccountId, id, cancellationToken);
    }

    private static Task<Ok<RelationshipEntity>> EndorseAsync(long id, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken) =>
        relations.ChangeAsync(caller, id, idempotency, async write =>
        {
            const string Sql = "INSERT INTO endorsements (account_id, target_id) VALUES (@account, @id) ON CONFLICT DO NOTHING";
            const string Follows = "SELECT EXISTS (SELECT FROM follows WHERE account_id = @account AND target_id = @id)";
            await PairLock.TakeAsync(write, caller.Account, id);
            if (!await write.ScalarAsync<bool>(Follows, new { account = caller.Account, id }))
            {
                throw ApiException.Unprocessable("Validation failed: You must be already following the person you want to endorse");
            }
            await write.ExecuteAsync(Sql, new { account = caller.Account, id });
        }, cancellationToken);

    private static Task<Ok<RelationshipEntity>> UnendorseAsync(long id, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken) =>
        relations.ChangeAsync(caller, id, idempotency, write => write.ExecuteAsync("DELETE FROM endorsements WHERE account_id = @account AND target_id = @id", new { account = caller.Account, id }), cancellationToken);
}
