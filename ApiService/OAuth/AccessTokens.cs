using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microblog.ApiService.Database;
using Microsoft.Extensions.Caching.Memory;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// Issues and recognises access tokens: 256 random bits, stored as their SHA-256 only. They do not expire, as clients of this
/// API never refresh one; they end by revocation.
/// </summary>
public sealed class AccessTokens(Db db) : IDisposable
{
    /// <summary>How long a process trusts a token without asking again; the longest that a revocation takes to be noticed.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(10);

    /// <summary>Longest token worth hashing, in characters.</summary>
    private const int MaxLength = 2048;

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 50_000 });

    /// <summary>A random secret in the form used for tokens, client ids and client secrets.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored of a secret.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Stores a new token in the caller's transaction and returns it; it cannot be read again later.</summary>
    public static async Task<TokenEntity> IssueAsync(Write write, long applicationId, long? accountId, string[] scopes)
    {
        const string Sql =
            """
            INSERT INTO access_tokens (token_hash, application_id, account_id, scopes)
            VALUES (@hash, @applicationId, @accountId, @scopes)
            RETURNING created_at
            """;
        var token = NewSecret();
        var createdAt = await write.ScalarAsync<DateTime>(Sql, new { hash = Hash(token), applicationId, accountId, scopes });
        return new TokenEntity(token, "Bearer", string.Join(' ', scopes), new DateTimeOffset(createdAt).ToUnixTimeSeconds());
    }

    /// <summary>The holder of a token; null when it is unknown or revoked.</summary>
    public async Task<Caller?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > MaxLength)
        {
            return null;
        }
        var hash = Hash(token);
        var key = Convert.ToHexString(hash);
        if (_known.TryGetValue(key, out Caller? known))
        {
            return known;
        }
        const string Sql = "SELECT account_id, application_id, scopes FROM access_tokens WHERE token_hash = @hash AND revoked_at IS NULL";
        var row = await db.FindAsync(accountId: null, connection => connection.SingleAsync<TokenRow>(Sql, new { hash }, cancellationToken), cancellationToken);
        if (row is null)
        {
            return null;
        }
        var caller = new Caller(row.AccountId, row.ApplicationId, row.Scopes);
        _known.Set(key, caller, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Memory });
        return caller;
    }

    /// <inheritdoc/>
    public void Dispose() => _known.Dispose();

    private sealed record TokenRow(long? AccountId, long ApplicationId, string[] Scopes);
}

/// <summary>https://docs.joinmastodon.org/entities/Token/</summary>
/// <param name="AccessToken">The token.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="Scope">Granted scopes, separated by spaces.</param>
/// <param name="CreatedAt">Seconds since 1970.</param>
public sealed record TokenEntity(string AccessToken, string TokenType, string Scope, long CreatedAt);
