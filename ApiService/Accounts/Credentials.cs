using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Limits;
using Microblog.ApiService.TestMode;
using Microsoft.AspNetCore.Identity;

namespace Microblog.ApiService.Accounts;

/// <summary>Checks passwords, hashed by ASP.NET Core Identity's hasher (PBKDF2).</summary>
public sealed class Credentials(Db db, RateLimiter limiter, MicroblogOptions options)
{
    private static readonly PasswordHasher<object> Hasher = new();

    /// <summary>Compared with when there is no such account, so that the answer takes as long as for a wrong password.</summary>
    private static readonly Lazy<string> Decoy = new(() => Hash("there is no such account"));

    /// <summary>What is stored of a password.</summary>
    public static string Hash(string password) => Hasher.HashPassword(new object(), password);

    /// <summary>The account whose email address or username and password these are; null when they do not match, or it is suspended.</summary>
    /// <exception cref="ApiException">429 when this client, or anybody for this name, has tried too often.</exception>
    public async Task<long?> VerifyAsync(HttpContext context, string login, string password, CancellationToken cancellationToken)
    {
        await limiter.CountLogInAsync(context, login);
        const string Sql =
            """
            SELECT c.account_id, c.password_hash
            FROM credentials c JOIN accounts a ON a.id = c.account_id
            WHERE (lower(c.email) = lower(@login) OR lower(a.username) = lower(@login)) AND a.suspended_at IS NULL
            ORDER BY lower(c.email) = lower(@login) DESC
            LIMIT 1
            """;
        if (options.TestMode)
        {
            login = TestAccounts.Login(login);
        }
        // On the primary: who has just deleted the account, or been suspended, must not get in for as long as the replica lags.
        var row = await db.ReadPrimaryAsync(connection => connection.SingleAsync<CredentialRow>(Sql, new { login }, cancellationToken), cancellationToken);
        var result = Hasher.VerifyHashedPassword(new object(), row?.PasswordHash ?? Decoy.Value, password);
        return row is not null && result is not PasswordVerificationResult.Failed ? row.AccountId : null;
    }

    private sealed record CredentialRow(long AccountId, string PasswordHash);
}
