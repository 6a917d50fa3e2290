using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
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
            Endorsements.ReadAsync(context, fields, db, caller.Account, caller.Account, cancellationToken)).RequireScope("read:accounts")
            .Describe("Endorsed accounts", "Whom the caller features on their profile, the latest first. The cursors are those of `Link`.", it => it.Paged(byDefault: 40, max: 80).Returns("A page of accounts."));
        var accounts = routes.MapGroup("/api/v1/accounts/{id:long}");
        accounts.MapGet("/endorsements", OfAccountAsync).AllowAnonymousOrScope("read:accounts")
            .Describe("Accounts that an account endorses", "Featured on its profile, the latest first. The cursors are those of `Link`.", it => it.Open().Paged(byDefault: 40, max: 80).Returns("A page of accounts."));
        accounts.MapPost("/endorse", EndorseAsync).RequireScope("write:accounts").Describe("Endorse an account", "Features it on the caller's profile.", it => it.Error(422, "The caller does not follow it.").Returns("How the caller stands to the account now."));
        accounts.MapPost("/pin", EndorseAsync).RequireScope("write:accounts").Describe("Endorse an account (older name)", "The same as `endorse`.", it => it.Error(422, "The caller does not follow it.").Returns("How the caller stands to the account now."));
        accounts.MapPost("/unendorse", UnendorseAsync).RequireScope("write:accounts").Describe("Stop endorsing an account", "Nothing happens when it is not featured.", it => it.Returns("How the caller stands to the account now."));
        accounts.MapPost("/unpin", UnendorseAsync).RequireScope("write:accounts").Describe("Stop endorsing an account (older name)", "The same as `unendorse`.", it => it.Returns("How the caller stands to the account now."));
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
