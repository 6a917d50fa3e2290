using System.Text.Json.Serialization;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.OAuth;

/// <summary>What can be done with a token besides using it: end it, ask about it, ask whose it is.</summary>
public static class TokenInspection
{
    /// <summary>Maps <c>/oauth/revoke</c>, <c>/oauth/introspect</c> and <c>/oauth/userinfo</c>.</summary>
    public static void MapTokenInspection(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/oauth/revoke", RevokeAsync).Describe("Revoke a token", "It stops working everywhere within seconds (RFC 7009). One that is unknown is fine. The client may also authenticate by HTTP Basic.", it => it
            .Open()
            .Body("token", "The token.", required: true, example: "eyJhbGciOiJFUzI1NiJ9.e30.c2ln")
            .Body("client_id", "Id of the application that it was issued to.", required: true, example: "q2fE3Zy0")
            .Body("client_secret", "Its secret.", required: true, example: "vA9x0dKb")
            .Error(403, "The token was issued to another application.")
            .Returns("Nothing to say."));
        routes.MapPost("/oauth/introspect", IntrospectAsync).Describe("Introspect a token", "Whether it works and what it may do (RFC 7662). For applications that an operator registered with `admin:read`.", it => it
            .Open()
            .Body("token", "The token.", required: true, example: "eyJhbGciOiJFUzI1NiJ9.e30.c2ln")
            .Body("client_id", "Id of the application that asks.", required: true, example: "q2fE3Zy0")
            .Body("client_secret", "Its secret.", required: true, example: "vA9x0dKb")
            .Error(401, "The client is unknown or its secret is wrong.")
            .Error(403, "The client is not one of an operator.")
            .Returns("Of a token that does not work only that."));
        routes.MapMethods("/oauth/userinfo", [HttpMethods.Get, HttpMethods.Post], UserInfoAsync).RequireScope("read:me")
            .Describe("Who is signed in", "The account of the token, as OpenID Connect words it.", it => it.Returns("The account."));
    }

    /// <summary>RFC 7009. A token that is unknown or has ended already is success; somebody else's is not.</summary>
    private static async Task<Ok<EmptyBody>> RevokeAsync(HttpContext context, RequestFields fields, Db db, AccessTokens tokens, CancellationToken cancellationToken)
    {
        var unauthorized = new ApiException(StatusCodes.Status403Forbidden, "unauthorized_client", "You are not authorized to revoke this token");
        if (fields.Text("token") is not { Length: > 0 } token)
        {
            throw unauthorized;
        }
        if (await tokens.VerifyAsync(token, cancellationToken) is { TokenId: { } id } holder)
        {
            var client = await AuthenticatedClient.FindAsync(context, fields, db, cancellationToken);
            if (client is null || client.Id != holder.ApplicationId)
            {
                throw unauthorized;
            }
            await tokens.RevokeAsync(id, cancellationToken);
        }
        return TypedResults.Ok(new EmptyBody());
    }

    /// <summary>RFC 7662, for applications that an operator registered with <c>admin:read</c>. Asks the database, not what this process remembers.</summary>
    private static async Task<Ok<IntrospectionEntity>> IntrospectAsync(HttpContext context, RequestFields fields, Db db, AccessTokens tokens, CancellationToken cancellationToken)
    {
        context.Response.Headers.CacheControl = "no-store";
        var client = await AuthenticatedClient.RequireAsync(context, fields, db, cancellationToken);
        if (!client.IsOperator || !Scopes.Grant(client.Scopes, "admin:read"))
        {
            throw new ApiException(StatusCodes.Status403Forbidden, "unauthorized_client", "Introspection is for applications that an operator has registered with the scope admin:read");
        }
        if (fields.Text("token") is not { Length: > 0 } token)
        {
            throw new ApiException(StatusCodes.Status400BadRequest, "invalid_request", "The parameter token is missing.");
        }
        const string Sql =
            """
            SELECT t.account_id, t.scopes, t.created_at, p.client_id, a.username
            FROM access_tokens t JOIN oauth_applications p ON p.id = t.application_id LEFT JOIN accounts a ON a.id = t.account_id
            WHERE t.id = @id AND t.revoked_at IS NULL
            """;
        if (await tokens.FindAsync(token, cancellationToken) is not { TokenId: { } id }
            || await db.ReadPrimaryAsync(connection => connection.SingleAsync<IntrospectedRow>(Sql, new { id }, cancellationToken), cancellationToken) is not { } row)
        {
            return TypedResults.Ok(new IntrospectionEntity(Active: false));
        }
        return TypedResults.Ok(new IntrospectionEntity(
            Active: true, string.Join(' ', row.Scopes), row.ClientId, row.Username, "Bearer", new DateTimeOffset(row.CreatedAt).ToUnixTimeSeconds(),
            row.AccountId?.ToApi(), BaseUrl.Of(context), id.ToApi()));
    }

    private static async Task<Ok<UserInfoEntity>> UserInfoAsync(HttpContext context, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var account = await accounts.ByIdAsync(caller.Account, caller.Account, cancellationToken) ?? throw ApiException.NotFound();
        var entity = account.ToEntity(BaseUrl.Of(context));
        return TypedResults.Ok(new UserInfoEntity(BaseUrl.Of(context), entity.Id, entity.DisplayName, entity.Username, entity.Url, entity.Avatar));
    }

    private sealed record IntrospectedRow(long? AccountId, string[] Scopes, DateTime CreatedAt, string ClientId, string? Username);
}

/// <summary>RFC 7662 §2.2; of an inactive token nothing else is told.</summary>
public sealed record IntrospectionEntity(
    bool Active,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Scope = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Username = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TokenType = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Iat = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Sub = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Iss = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Jti = null);

/// <summary>Who is signed in (https://docs.joinmastodon.org/methods/oauth/#userinfo); the subject is that of the token.</summary>
public sealed record UserInfoEntity(string Iss, string Sub, string Name, string PreferredUsername, string Profile, string Picture);
