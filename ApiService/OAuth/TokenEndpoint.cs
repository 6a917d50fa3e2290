using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// <c>POST /oauth/token</c> (RFC 6749 §4.1.3, §4.3, §4.4; https://docs.joinmastodon.org/methods/oauth/#token). The password grant gives
/// the client the password and is off unless <c>Microblog:PasswordGrant</c> turns it on for development and tests.
/// </summary>
public static class TokenEndpoint
{
    /// <summary>Maps the route.</summary>
    public static void MapTokens(this IEndpointRouteBuilder routes) => routes.MapPost("/oauth/token", IssueAsync);

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
                accountId = await credentials.VerifyAsync(Required(fields, "username"), fields.Text("password") ?? "", cancellationToken)
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
