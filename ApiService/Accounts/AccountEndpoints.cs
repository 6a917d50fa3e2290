using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Accounts;

/// <summary>Sign up and look up (https://docs.joinmastodon.org/methods/accounts/).</summary>
public static class AccountEndpoints
{
    /// <summary>Maps <c>/api/v1/accounts</c>, follows apart.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/accounts");
        accounts.MapPost("", async (HttpContext context, RequestFields fields, Caller caller, Idempotency idempotency, SignUp signUp, CancellationToken cancellationToken) =>
            TypedResults.Ok(await signUp.CreateAsync(context, fields, caller, idempotency, cancellationToken))).RequireApplicationScope("write:accounts")
            .Describe("Sign up", "Makes an account. The token of the application decides what the new account's token may do. Repeated with its `Idempotency-Key` and its password, it answers one more token of the account it made.", it => it
                .Body("username", "Letters, digits and underscores.", required: true, max: 30, example: "alice")
                .Body("email", "E-mail address, never shown.", required: true, max: 320, example: "alice@example.org")
                .Body("password", "Password.", required: true, min: 8, max: 128, example: "correct-horse")
                .Body("agreement", "That the rules are accepted.", ParameterKind.Flag, required: true, example: true)
                .Body("locale", "Language of the account.", byDefault: "en", example: "en")
                .Returns("A token of the new account."));
        accounts.MapGet("/verify_credentials", ProfileEndpoints.ShowAsync).RequireScope("read:me")
            .Describe("Show one's own account", "The account whose token makes the call, with what only its owner sees.", it => it.Returns("The account."));
        accounts.MapGet("/lookup", LookUpAsync).AllowAnonymousOrScope("read:accounts").Describe("Find an account by its name", "Only the exact name, in any case of letters.", it => it
            .Open()
            .Query("acct", "User name, with or without this server's domain.", required: true, example: "alice")
            .Error(404, "Nobody here has this name.")
            .Returns("The account."));
        accounts.MapGet("/{id:long}", ShowAsync).AllowAnonymousOrScope("read:accounts").Describe("Show an account", "The account as everybody sees it.", it => it.Open().Returns("The account."));
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
