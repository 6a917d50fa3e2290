using System.Globalization;
using System.Text;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.TestMode;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// Issues, recognises and revokes access tokens: signed JWTs, so recognising one takes no query. They do not expire, as clients of this
/// API never refresh one; they end by revocation, which every process knows of at once (<see cref="RevokedTokens"/>).
/// </summary>
public sealed class AccessTokens(Db db, SigningKeys keys, RevokedTokens revoked, TestTokens testTokens) : IDisposable
{
    /// <summary>Longest token worth looking at, in characters; one with every scope there is has about 1,200.</summary>
    private const int MaxLength = 4096;

    private const string Type = "at+jwt";
    private const string ApplicationClaim = "app";

    /// <summary>How long the result of a verification is reused; revocation is looked up each time.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly MemoryCache _verified = new(new MemoryCacheOptions { SizeLimit = 20_000 });

    /// <summary>Stores a new token in the caller's transaction and returns it, signed; it cannot be read again later.</summary>
    /// <param name="write">The transaction.</param>
    /// <param name="issuer">Base address of this service.</param>
    /// <param name="applicationId">Who holds the token.</param>
    /// <param name="accountId">On whose behalf; null for the application's own.</param>
    /// <param name="scopes">What it grants.</param>
    /// <param name="cancellationToken">Ends the wait for the key.</param>
    public async Task<IssuedToken> IssueAsync(Write write, string issuer, long applicationId, long? accountId, string[] scopes, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO access_tokens (application_id, account_id, scopes, key_id)
            VALUES (@applicationId, @accountId, @scopes, @key)
            RETURNING id, created_at, (SELECT client_id FROM oauth_applications WHERE id = @applicationId) AS client_id
            """;
        var signer = (await keys.SignerAsync(cancellationToken)).Key;
        var row = (await write.SingleAsync<NewTokenRow>(Sql, new { applicationId, accountId, scopes, key = signer.KeyId }))!;
        var claims = new Dictionary<string, object>
        {
            [JwtRegisteredClaimNames.Jti] = row.Id.ToApi(),
            ["client_id"] = row.ClientId,
            [ApplicationClaim] = applicationId.ToApi(),
            ["scope"] = string.Join(' ', scopes),
        };
        if (accountId is { } account)
        {
            claims[JwtRegisteredClaimNames.Sub] = account.ToApi();
        }
        var token = Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = issuer,
            IssuedAt = row.CreatedAt,
            Claims = claims,
            SigningCredentials = new SigningCredentials(signer, SigningKeys.Algorithm),
        });
        return new IssuedToken(row.Id, new TokenEntity(token, "Bearer", string.Join(' ', scopes), new DateTimeOffset(row.CreatedAt).ToUnixTimeSeconds()));
    }

    /// <summary>The holder of a token, wherever it came from (header, query, WebSocket protocol); null when it is unknown, not genuine or revoked.</summary>
    /// <exception cref="TimeoutException">It cannot be told at the moment.</exception>
    public async Task<Caller?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > MaxLength)
        {
            return null;
        }
        var caller = testTokens.Find(token) ?? await VerifyAsync(token, cancellationToken);
        return caller is null || await revoked.IsRevokedAsync(caller.TokenId!.Value, cancellationToken) ? null : caller;
    }

    /// <summary>The holder of a token, revoked or not; null when it is not genuine.</summary>
    public async Task<Caller?> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length is 0 or > MaxLength)
        {
            return null;
        }
        var cacheKey = Convert.ToHexString(Secrets.Hash(token));
        if (_verified.TryGetValue(cacheKey, out Caller? known))
        {
            return known;
        }
        if (Parse(token) is not { } parsed || await keys.FindAsync(parsed.Kid, cancellationToken) is not { } key)
        {
            return null;
        }
        var result = await Handler.ValidateTokenAsync(parsed, Rules(key));
        if (!result.IsValid || Read(parsed) is not { } caller)
        {
            return null;
        }
        _verified.Set(cacheKey, caller, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Memory });
        return caller;
    }

    /// <summary>Ends one token. Again does no harm.</summary>
    public async Task RevokeAsync(long tokenId, CancellationToken cancellationToken)
    {
        await db.WriteAsync(accountId: null, write => RevokeAsync(write, tokenId), cancellationToken);
        revoked.Add(tokenId);
    }

    /// <summary>Ends one token in the caller's transaction; other processes and this one hear of it with the commit.</summary>
    public static Task<int> RevokeAsync(Write write, long tokenId) =>
        write.ExecuteAsync("UPDATE access_tokens SET revoked_at = now() WHERE id = @tokenId AND revoked_at IS NULL", new { tokenId });

    /// <summary>Ends all tokens and browser sessions of an account in the caller's transaction, as when it is suspended. Deleting it needs no call.</summary>
    public static async Task<int> RevokeAllAsync(Write write, long accountId)
    {
        await write.ExecuteAsync("DELETE FROM browser_sessions WHERE account_id = @accountId", new { accountId });
        await write.ExecuteAsync("DELETE FROM oauth_codes WHERE account_id = @accountId", new { accountId });
        return await write.ExecuteAsync("UPDATE access_tokens SET revoked_at = now() WHERE account_id = @accountId AND revoked_at IS NULL", new { accountId });
    }

    /// <inheritdoc/>
    public void Dispose() => _verified.Dispose();

    /// <summary>Only the right shape gets as far as a look for its key.</summary>
    private static JsonWebToken? Parse(string token)
    {
        try
        {
            var parsed = new JsonWebToken(token);
            return parsed is { Alg: SigningKeys.Algorithm, Kid.Length: > 0 and <= 64 } ? parsed : null;
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException or FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>
    /// The keys belong to this installation and sign nothing else, so neither issuer nor audience adds anything; tokens outlive a change of
    /// the public address.
    /// </summary>
    private static TokenValidationParameters Rules(SecurityKey key) => new()
    {
        IssuerSigningKey = key,
        ValidAlgorithms = [SigningKeys.Algorithm],
        ValidTypes = [Type],
        RequireSignedTokens = true,
        RequireExpirationTime = false,
        ValidateIssuer = false,
        ValidateAudience = false,
    };

    private static Caller? Read(JsonWebToken token)
    {
        if (!TryId(token, JwtRegisteredClaimNames.Jti, out var id) || !TryId(token, ApplicationClaim, out var application) || !token.TryGetPayloadValue("scope", out string scope))
        {
            return null;
        }
        long? account = TryId(token, JwtRegisteredClaimNames.Sub, out var subject) ? subject : null;
        return new Caller(account, application, scope.Split(' ', StringSplitOptions.RemoveEmptyEntries), id);
    }

    private static bool TryId(JsonWebToken token, string claim, out long id)
    {
        id = 0;
        return token.TryGetPayloadValue(claim, out string text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }

    private sealed record NewTokenRow(long Id, DateTime CreatedAt, string ClientId);
}

/// <summary>A token just made.</summary>
/// <param name="Id">Its row, by which it is revoked.</param>
/// <param name="Token">What the client gets.</param>
public sealed record IssuedToken(long Id, TokenEntity Token);

/// <summary>https://docs.joinmastodon.org/entities/Token/</summary>
/// <param name="AccessToken">The token.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="Scope">Granted scopes, separated by spaces.</param>
/// <param name="CreatedAt">Seconds since 1970.</param>
public sealed record TokenEntity(string AccessToken, string TokenType, string Scope, long CreatedAt);
