using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// <c>POST /oauth/token</c> (RFC 6749 §4.1.3, §4.3, §4.4; https://docs.joinmastodon.org/methods/oauth/#token). The password grant gives
/// the client the password and is off unless <c>Microblog:PasswordGrant</c> turns it on for development and tests.
/// </summary>
public static class TokenEndpoint
{
    /// <summary>Maps the route.</summary>
    public static void MapTokens(this IEndpointRouteBuilder routes) => routes.MapPost("/oauth/token", IssueAsync)
        .Describe("Get a token", "Exchanges what the grant asks for into an access token (RFC 6749). The client may also authenticate by HTTP Basic.", it => it
            .Open()
            .Body("grant_type", "What is exchanged. `password` is for development and tests alone.", required: true, example: "client_credentials", oneOf: ["authorization_code", "client_credentials", "password"])
            .Body("client_id", "Id of the application.", required: true, example: "q2fE3Zy0")
            .Body("client_secret", "Its secret.", required: true, example: "vA9x0dKb")
            .Body("code", "With `authorization_code`: the code.", example: "b2Xh0c")
            .Body("redirect_uri", "With `authorization_code`: the address the code was sent to.", example: "urn:ietf:wg:oauth:2.0:oob")
            .Body("code_verifier", "With `authorization_code`: what the challenge was made of (RFC 7636).", example: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
            .Body("scope", "With the other grants: scopes wanted, separated by spaces; at most those registered.", byDefault: Scopes.Default, example: "read write")
            .Body("username", "With `password`: user name or e-mail address.", example: "alice")
            .Body("password", "With `password`: the password.", example: "correct-horse")
            .Error(400, "The grant, the scope or the password is wrong: `error` has the code of RFC 6749 §5.2, `error_description` the words.")
            .Error(401, "The client is unknown or its secret is wrong.")
            .Returns("The token. It does not expire."));

    private static async Task<Ok<TokenEntity>> IssueAsync(
        HttpContext context, RequestFields fields, Db db, Credentials credentials, AccessTokens tokens, AuthorizationCodes codes, MicroblogOptions options, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        var client = await AuthenticatedClient.RequireAsync(context, fields, db, cancellationToken);
        var issuer = BaseUrl.Of(context);
        long? accountId = null;
        switch (fields.Text("grant_type"))
        {
            case null or "":
                throw Bad("invalid_request", "The parameter grant_type is missing.");
            case "authorization_code":
                // A scope parameter is ignored: what counts is what the account has agreed to.
                return TypedResults.Ok(await codes.RedeemAsync(
                    Required(fields, "code"), client.Id, Required(fields, "redirect_uri"), fields.Text("code_verifier"), issuer, cancellationToken));
            case "client_credentials":
                break;
            case "password" when options.PasswordGrant:
                accountId = await credentials.VerifyAsync(context, Required(fields, "username"), fields.Text("password") ?? "", cancellationToken)
                    ?? throw Bad("invalid_grant", "The user name or password is wrong");
                break;
            default:
                throw Bad("unsupported_grant_type", "The authorization grant type is not supported by the authorization server");
        }
        var scopes = fields.Text("scope") is { Length: > 0 } wanted ? Scopes.Parse(wanted) : [Scopes.Default];
        var isRefused = accountId is null && !client.IsOperator && scopes?.Any(Scopes.IsAdministrative) is true;
        if (scopes is null || isRefused || !Scopes.Cover(client.Scopes, scopes))
        {
            throw Bad("invalid_scope", "The requested scope is invalid, unknown, or malformed");
        }
        var issued = await db.WriteAsync(accountId, write => tokens.IssueAsync(write, issuer, client.Id, accountId, scopes, cancellationToken), cancellationToken);
        return TypedResults.Ok(issued.Token);
    }

    private static string Required(RequestFields fields, string name) =>
        fields.Text(name) is { Length: > 0 } value ? value : throw Bad("invalid_request", $"The parameter {name} is missing.");

    private static ApiException Bad(string error, string description) => new(StatusCodes.Status400BadRequest, error, description);
}
