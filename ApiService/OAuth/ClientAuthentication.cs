using System.Net.Http.Headers;
using System.Text;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.OAuth;

/// <summary>An application that proved who it is.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Scopes">What it registered for.</param>
/// <param name="IsOperator">Whether an operator registered it.</param>
public sealed record AuthenticatedClient(long Id, string[] Scopes, bool IsOperator)
{
    /// <summary>The application by its id and secret, in the body or as HTTP Basic (RFC 6749 §2.3.1); null when they do not match.</summary>
    public static Task<AuthenticatedClient?> FindAsync(HttpContext context, RequestFields fields, Db db, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT id, scopes, is_operator FROM oauth_applications WHERE client_id = @clientId AND secret_hash = @secretHash";
        var (clientId, secret) = Basic(context) ?? (fields.Text("client_id") ?? "", fields.Text("client_secret") ?? "");
        var arguments = new { clientId, secretHash = Secrets.Hash(secret) };
        return db.FindAsync(accountId: null, connection => connection.SingleAsync<AuthenticatedClient>(Sql, arguments, cancellationToken), cancellationToken);
    }

    /// <summary>As <see cref="FindAsync"/>, where nothing goes on without.</summary>
    /// <exception cref="ApiException">401 <c>invalid_client</c>.</exception>
    public static async Task<AuthenticatedClient> RequireAsync(HttpContext context, RequestFields fields, Db db, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, fields, db, cancellationToken) is { } client)
        {
            return client;
        }
        if (context.Request.Headers.Authorization.Count > 0)
        {
            // RFC 6749 §5.2: a client that tried this scheme is told of it.
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Microblog\"";
        }
        throw new ApiException(StatusCodes.Status401Unauthorized, "invalid_client",
            "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.");
    }

    private static (string, string)? Basic(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header)
            || !string.Equals(header.Scheme, "Basic", StringComparison.OrdinalIgnoreCase) || header.Parameter is not { } parameter)
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
}
