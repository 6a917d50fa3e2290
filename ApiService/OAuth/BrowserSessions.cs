using System.Security.Cryptography;
using System.Text;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// Who is signed in on the pages. The cookie is a random secret, made with the first form and again at each log-in (so that nobody can
/// plant one); a row for its hash makes it a session, known to every process and ended by removing the row.
/// The secret also makes the token that each form carries, which another site can neither read nor guess.
/// </summary>
public sealed class BrowserSessions(Db db)
{
    /// <summary>Field of the token in each form.</summary>
    public const string FormField = "form_token";

    /// <summary>Browsers take the prefix only over https, and then from this host alone.</summary>
    private const string SecureCookie = "__Host-microblog_session";

    private const string PlainCookie = "microblog_session";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>The account that is signed in; null when there is none.</summary>
    public async Task<SignedIn?> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (Cookie(context) is not { } secret)
        {
            return null;
        }
        const string Sql =
            """
            SELECT a.id AS account_id, a.username FROM browser_sessions s JOIN accounts a ON a.id = s.account_id
            WHERE s.secret_hash = @secretHash AND s.expires_at > now()
            """;
        // On the primary: a session that was ended must not live on for as long as the replica lags.
        return await db.ReadPrimaryAsync(connection => connection.SingleAsync<SignedIn>(Sql, new { secretHash = Secrets.Hash(secret) }, cancellationToken), cancellationToken);
    }

    /// <summary>Signs the account in on this browser, in place of whoever was.</summary>
    public async Task StartAsync(HttpContext context, long accountId, CancellationToken cancellationToken)
    {
        const string Sql = "INSERT INTO browser_sessions (secret_hash, account_id, expires_at) VALUES (@secretHash, @accountId, now() + @Lifetime)";
        var before = Cookie(context);
        var secret = Secrets.New();
        await db.WriteAsync(accountId: null, async write =>
        {
            if (before is not null)
            {
                await RemoveAsync(write, before);
            }
            return await write.ExecuteAsync(Sql, new { secretHash = Secrets.Hash(secret), accountId, Lifetime });
        }, cancellationToken);
        SetCookie(context, secret);
    }

    /// <summary>Signs out on this browser.</summary>
    public async Task EndAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (Cookie(context) is { } secret)
        {
            await db.WriteAsync(accountId: null, write => RemoveAsync(write, secret), cancellationToken);
        }
        SetCookie(context, Secrets.New());
    }

    /// <summary>The token for a form on the page that is being written; gives the browser a cookie when it has none.</summary>
    public static string FormToken(HttpContext context)
    {
        if (Cookie(context) is not { } secret)
        {
            SetCookie(context, secret = Secrets.New());
        }
        return FormToken(secret);
    }

    /// <summary>Whether the form was one of ours, sent by the browser that got it.</summary>
    public static bool IsOwnForm(HttpContext context, RequestFields fields) =>
        Cookie(context) is { } secret
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(FormToken(secret)), Encoding.UTF8.GetBytes(fields.Text(FormField) ?? ""));

    private static string FormToken(string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "form"u8));

    private static Task<int> RemoveAsync(Write write, string secret) =>
        write.ExecuteAsync("DELETE FROM browser_sessions WHERE secret_hash = @secretHash", new { secretHash = Secrets.Hash(secret) });

    private static string? Cookie(HttpContext context) =>
        context.Request.Cookies[IsSecure(context) ? SecureCookie : PlainCookie] is { Length: > 0 and <= 128 } secret ? secret : null;

    private static void SetCookie(HttpContext context, string secret)
    {
        var isSecure = IsSecure(context);
        context.Response.Cookies.Append(isSecure ? SecureCookie : PlainCookie, secret, new CookieOptions
        {
            HttpOnly = true,
            Secure = isSecure,
            SameSite = SameSiteMode.Lax,
            IsEssential = true,
            Path = "/",
            MaxAge = Lifetime,
        });
    }

    /// <summary>By the public address, since a proxy may speak http to this process.</summary>
    private static bool IsSecure(HttpContext context) => BaseUrl.Of(context).StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Who is signed in.</summary>
public sealed record SignedIn(long AccountId, string Username);
