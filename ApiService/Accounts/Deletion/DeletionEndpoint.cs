using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Accounts.Deletion;

/// <summary>
/// <c>POST /api/v1/accounts/delete</c> with <c>password</c>: the caller's account is gone for everybody at once, and for ever. Not
/// part of Mastodon's API; the path and the parameter are those that GoToSocial's clients know, and no id can collide with it.
/// </summary>
public static class DeletionEndpoint
{
    /// <summary>Maps the route.</summary>
    public static void MapAccountDeletion(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/accounts/delete", DeleteAsync).RequireScope("write:accounts")
            .Describe("Delete one's account", "It is gone for everybody at once, and for ever; all its tokens end. An addition of this server.", it => it
                .Body("password", "The account's password.", required: true, example: "correct-horse")
                .Error(403, "The password is wrong, or the token lacks the scope.")
                .Returns("Nothing to say."));

    private static async Task<Ok<EmptyBody>> DeleteAsync(HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, Credentials credentials, Db db, CancellationToken cancellationToken)
    {
        // The credentials go at once, so that nobody logs in any more and the email address is free; the rest is hidden now and erased later.
        const string Sql =
            """
            UPDATE accounts SET suspended_at = coalesce(suspended_at, now()), deleted_at = now() WHERE id = @account;
            DELETE FROM credentials WHERE account_id = @account;
            """;
        var account = await accounts.ByIdAsync(caller.Account, caller.Account, cancellationToken) ?? throw ApiException.NotFound();
        if (await credentials.VerifyAsync(context, account.Username, fields.Text("password") ?? "", cancellationToken) != caller.Account)
        {
            throw new ApiException(StatusCodes.Status403Forbidden, "The password is wrong");
        }
        await db.WriteAsync(caller.Account, async write =>
        {
            await write.ExecuteAsync(Sql, new { account = caller.Account });
            return await AccessTokens.RevokeAllAsync(write, caller.Account);
        }, cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }
}
