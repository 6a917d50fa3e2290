using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Push;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.OAuth;

/// <summary>Registration of client applications (https://docs.joinmastodon.org/methods/apps/).</summary>
public static class ApplicationEndpoints
{
    /// <summary>Longest name of an application, in characters.</summary>
    public const int MaxName = 60;

    private const int MaxAddress = 2000;
    private const int MaxRedirects = 20;

    /// <summary>The address that stands for "show the code instead of redirecting" (out of band).</summary>
    public const string OutOfBand = "urn:ietf:wg:oauth:2.0:oob";

    /// <summary>Maps <c>/api/v1/apps</c>.</summary>
    public static void MapApplications(this IEndpointRouteBuilder routes)
    {
        var apps = routes.MapGroup("/api/v1/apps");
        apps.MapPost("", RegisterAsync).Describe("Register an application", "Every client begins with this; it gets the id and secret that it asks for tokens with. The secret is shown only now.", it => it
            .Open()
            .Body("client_name", "Name that people see when they allow it.", required: true, max: MaxName, example: "My client")
            .Body("redirect_uris", $"Where codes may be sent, separated by spaces or as a list; `{OutOfBand}` shows the code instead.", required: true, example: OutOfBand)
            .Body("scopes", "What it may ever ask for, separated by spaces.", byDefault: Scopes.Default, example: "read write follow")
            .Body("website", "Its home page.", max: MaxAddress, example: "https://example.org")
            .Returns("The application with its secret."));
        apps.MapGet("/verify_credentials", VerifyAsync).Describe("Show the application", "The application whose token makes the call.", it => it
            .Open()
            .Error(401, "There is no token, or it is not valid any more.")
            .Returns("The application without its secret."));
    }

    private static async Task<Ok<CredentialApplicationEntity>> RegisterAsync(RequestFields fields, Db db, VapidKeys vapid, CancellationToken cancellationToken)
    {
        var name = fields.Text("client_name")?.Trim() ?? "";
        var website = fields.Text("website") is { Length: > 0 } site ? site : null;
        var redirects = fields.List("redirect_uris").SelectMany(uri => uri.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Distinct().ToArray();
        var scopes = Scopes.Parse(string.Join(' ', fields.List("scopes")));

        var errors = new FieldErrors();
        _ = errors.Add(name.Length == 0, "client_name", "ERR_BLANK", "can't be blank")
            || errors.Add(name.Length > MaxName, "client_name", "ERR_TOO_LONG", $"is too long (maximum is {MaxName} characters)");
        _ = errors.Add(redirects.Length == 0, "redirect_uris", "ERR_BLANK", "can't be blank")
            || errors.Add(redirects.Length > MaxRedirects || redirects.Any(uri => !IsRedirect(uri)), "redirect_uris", "ERR_INVALID", "must be absolute URIs");
        errors.Add(website?.Length > MaxAddress, "website", "ERR_TOO_LONG", $"is too long (maximum is {MaxAddress} characters)");
        errors.Add(scopes is null, "scopes", "ERR_INVALID", "doesn't match configured on the server");
        errors.ThrowIfAny();

        return TypedResults.Ok(await InsertAsync(db, vapid, name, website, redirects, scopes!, isOperator: false, cancellationToken));
    }

    /// <summary>Stores an application and answers its secret, this once.</summary>
    public static async Task<CredentialApplicationEntity> InsertAsync(
        Db db, VapidKeys vapid, string name, string? website, string[] redirects, string[] scopes, bool isOperator, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO oauth_applications (client_id, secret_hash, name, website, redirect_uris, scopes, is_operator)
            VALUES (@clientId, @secretHash, @name, @website, @redirects, @scopes, @isOperator)
            RETURNING id
            """;
        var key = await vapid.PublicKeyAsync(cancellationToken);
        var clientId = Secrets.New();
        var secret = Secrets.New();
        var id = await db.WriteAsync(accountId: null, write => write.ScalarAsync<long>(
            Sql, new { clientId, secretHash = Secrets.Hash(secret), name, website, redirects, scopes, isOperator }), cancellationToken);
        return new CredentialApplicationEntity(
            id.ToApi(), name, website, scopes, redirects, string.Join('\n', redirects), clientId, secret, ClientSecretExpiresAt: 0, key);
    }

    private static async Task<Ok<ApplicationEntity>> VerifyAsync(Caller caller, Db db, VapidKeys vapid, CancellationToken cancellationToken)
    {
        if (caller.ApplicationId is not { } id)
        {
            throw new ApiException(StatusCodes.Status401Unauthorized, "The access token is invalid");
        }
        var application = await db.FindAsync(caller.AccountId, connection => connection.SingleAsync<ApplicationRow>(
            "SELECT name, website, redirect_uris, scopes FROM oauth_applications WHERE id = @id", new { id }, cancellationToken), cancellationToken)
            ?? throw ApiException.NotFound();
        return TypedResults.Ok(new ApplicationEntity(
            id.ToApi(), application.Name, application.Website, application.Scopes, application.RedirectUris, string.Join('\n', application.RedirectUris), await vapid.PublicKeyAsync(cancellationToken)));
    }

    private static bool IsRedirect(string uri) =>
        uri == OutOfBand
        || (uri.Length <= MaxAddress && Uri.TryCreate(uri, UriKind.Absolute, out var parsed) && parsed.Fragment.Length == 0 && parsed.Scheme is not ("javascript" or "data" or "vbscript" or "file"));

    private sealed record ApplicationRow(string Name, string? Website, string[] RedirectUris, string[] Scopes);
}

/// <summary>https://docs.joinmastodon.org/entities/Application/</summary>
public sealed record ApplicationEntity(string Id, string Name, string? Website, string[] Scopes, string[] RedirectUris, string RedirectUri, string VapidKey);

/// <summary>https://docs.joinmastodon.org/entities/Application/#CredentialApplication; the only time that the secret is shown.</summary>
public sealed record CredentialApplicationEntity(
    string Id, string Name, string? Website, string[] Scopes, string[] RedirectUris, string RedirectUri, string ClientId, string ClientSecret, long ClientSecretExpiresAt, string VapidKey);
