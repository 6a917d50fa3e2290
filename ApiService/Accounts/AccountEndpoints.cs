using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Accounts;

/// <summary>Sign up and look up (https://docs.joinmastodon.org/methods/accounts/).</summary>
public static class AccountEndpoints
{
    /// <summary>Maps <c>/api/v1/accounts</c>, follows apart.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/accounts");
        accounts.MapPost("", async (RequestFields fields, Caller caller, SignUp signUp, CancellationToken cancellationToken) =>
            TypedResults.Ok(await signUp.CreateAsync(fields, caller, cancellationToken))).RequireApplicationScope("write:accounts");
        accounts.MapGet("/verify_credentials", VerifyCredentialsAsync).RequireScope("read:me");
        accounts.MapGet("/lookup", LookUpAsync);
        accounts.MapGet("/{id:long}", ShowAsync);
    }

    private static async Task<Ok<CredentialAccountEntity>> VerifyCredentialsAsync(HttpContext context, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var account = await accounts.ByIdAsync(caller.Account, caller.Account, cancellationToken) ?? throw ApiException.NotFound();
        return TypedResults.Ok(account.ToCredentialEntity(BaseUrl.Of(context)));
    }

    private static async Task<Ok<AccountEntity>> LookUpAsync(HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var handle = (fields.Text("acct") ?? "").TrimStart('@').Split('@', 2);
        var isLocal = handle.Length == 1 || string.Equals(handle[1], new Uri(BaseUrl.Of(context)).Authority, StringComparison.OrdinalIgnoreCase);
        var account = isLocal ? await accounts.ByUsernameAsync(caller.AccountId, handle[0], cancellationToken) : null;
        return TypedResults.Ok((account ?? throw ApiException.NotFound()).ToEntity(BaseUrl.Of(context)));
    }

    private static async Task<Ok<AccountEntity>> ShowAsync(HttpContext context, long id, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var account = await accounts.ByIdAsync(caller.AccountId, id, cancellationToken) ?? throw ApiException.NotFound();
        return TypedResults.Ok(account.ToEntity(BaseUrl.Of(context)));
    }
}
