using System.Net.Http.Headers;
using System.Text;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Limits;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// <c>POST /oauth/token</c> (RFC 6749 §4.3, §4.4; https://docs.joinmastodon.org/methods/oauth/#token). The password grant gives
/// the client the password and is off unless <c>Microblog:PasswordGrant</c> turns it on for development and tests.
/// </summary>
public static class TokenEndpoint
{
    /// <summary>Maps the route.</summary>
    public static void MapTokens(this IEndpointRouteBuilder routes) => routes.MapPost("/oauth/token", IssueAsync)
        .Describe("Get a token", "Exchanges what the grant asks for into an access token (RFC 6749). The client may also authenticate by HTTP Basic.", it => it
            .Open()
            .Body("grant_type", "What is exchanged. `password` is for development and tests alone.", required: true, example: "client_credentials", oneOf: ["client_credentials", "password"])
            .Body("client_id", "Id of the application.", required: true, example: "q2fE3Zy0")
            .Body("client_secret", "Its secret.", required: true, example: "vA9x0dKb")
            .Body("scope", "Scopes wanted, separated by spaces; at most those registered.", byDefault: Scopes.Default, example: "read write")
            .Body("username", "With `password`: user name or e-mail address.", example: "alice")
            .Body("password", "With `password`: the password.", example: "correct-horse")
            .Error(400, "The grant, the scope or the password is wrong: `error` has the code of RFC 6749 §5.2, `error_description` the words.")
            .Error(401, "The client is unknown or its secret is wrong.")
            .Returns("The token. It does not expire."));

    private static async Task<Ok<TokenEntity>> IssueAsync(
        HttpContext context, RequestFields fields, Db db, Credentials credentials, RateLimiter limiter, IConfiguration configuration, CancellationToken cancellationToken)
    {
        var application = await AuthenticateClientAsync(context, fields, db, cancellationToken);
        var grant = fields.Text("grant_type");
        var accountId = grant switch
        {
            "client_credentials" => (long?)null,
            "password" when configuration.GetValue<bool>("Microblog:PasswordGrant") =>
                await LogInAsync(context, fields, credentials, limiter, cancellationToken)
                ?? throw new ApiException(StatusCodes.Status400BadRequest, "invalid_grant", "The user name or password is wrong"),
            _ => throw new ApiException(StatusCodes.Status400BadRequest, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server"),
        };
        var scopes = fields.Text("scope") is { Length: > 0 } wanted ? Scopes.Parse(wanted) : [Scopes.Default];
        if (scopes is null || !Scopes.Cover(application.Scopes, scopes))
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "invalid_scope", "The requested scope is invalid, unknown, or malformed");
        }
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await db.WriteAsync(accountId, write => AccessTokens.IssueAsync(write, application.Id, accountId, scopes), cancellationToken));
    }

    private static async Task<long?> LogInAsync(HttpContext context, RequestFields fields, Credentials credentials, RateLimiter limiter, CancellationToken cancellationToken)
    {
        var name = fields.Text("username") ?? "";
        await limiter.CountLogInAsync(context, name);
        return await credentials.VerifyAsync(name, fields.Text("password") ?? "", cancellationToken);
    }

    /// <summary>The client by its id and secret, in the body or as HTTP Basic (RFC 6749 §2.3.1).</summary>
    private static async Task<ClientRow> AuthenticateClientAsync(HttpContext context, RequestFields fields, Db db, CancellationToken cancellationToken)
    {
        var (clientId, secret) = Basic(context) ?? (fields.Text("client_id") ?? "", fields.Text("client_secret") ?? "");
        var client = await db.FindAsync(accountId: null, connection => connection.SingleAsync<ClientRow>(
            "SELECT id, scopes FROM oauth_applications WHERE client_id = @clientId AND secret_hash = @secretHash",
            new { clientId, secretHash = AccessTokens.Hash(secret) }, cancellationToken), cancellationToken);
        return client ?? throw new ApiException(StatusCodes.Status401Unauthorized, "invalid_client",
            "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.");
    }

    private static (string, string)? Basic(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) || header is not { Scheme: "Basic", Parameter: { } parameter })
        {
            return null;
        }
        var buffer = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, buffer, out var length) || Encoding.UTF8.GetString(buffer, 0, length).Split(':', 2) is not [var id, var secret])
        {
            return null;
        }
        // PostgreSQL has no text with NUL in it, and no client such an id.
        return (Uri.UnescapeDataString(id).Replace("\0", "", StringComparison.Ordinal), Uri.UnescapeDataString(secret));
    }

    private sealed record ClientRow(long Id, string[] Scopes);
}
