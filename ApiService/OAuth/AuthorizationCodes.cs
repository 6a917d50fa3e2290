using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.OAuth;

/// <summary>Authorization codes (RFC 6749 §4.1, RFC 7636): good once, for ten minutes, for one client, address and verifier.</summary>
public sealed class AuthorizationCodes(Db db, AccessTokens tokens, RevokedTokens revoked)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Makes a code for what the account has agreed to.</summary>
    public async Task<string> IssueAsync(AuthorizationRequest request, long accountId, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO oauth_codes (code_hash, application_id, account_id, scopes, redirect_uri, challenge, expires_at)
            VALUES (@codeHash, @applicationId, @accountId, @scopes, @redirectUri, @challenge, now() + @Lifetime)
            """;
        var code = Secrets.New();
        await db.WriteAsync(accountId: null, write => write.ExecuteAsync(Sql, new
        {
            codeHash = Secrets.Hash(code),
            applicationId = request.Application.Id,
            accountId,
            scopes = request.Scopes,
            redirectUri = request.RedirectUri,
            challenge = request.Challenge,
            Lifetime,
        }), cancellationToken);
        return code;
    }

    /// <summary>Trades a code for a token.</summary>
    /// <exception cref="ApiException">400 <c>invalid_grant</c>. If the code was used before, what it gave then is revoked.</exception>
    public async Task<TokenEntity> RedeemAsync(string code, long applicationId, string redirectUri, string? verifier, string issuer, CancellationToken cancellationToken)
    {
        const string Find =
            """
            SELECT application_id, account_id, scopes, redirect_uri, challenge, expires_at < now() AS is_expired, used_at IS NOT NULL AS is_used, token_id
            FROM oauth_codes WHERE code_hash = @codeHash FOR UPDATE
            """;
        var codeHash = Secrets.Hash(code);
        var outcome = await db.WriteAsync(made => made.AccountId, async write =>
        {
            var row = await write.SingleAsync<CodeRow>(Find, new { codeHash });
            if (row is null || row.ApplicationId != applicationId)
            {
                return new Outcome("The authorization code is unknown, or was issued to another client.");
            }
            if (row.IsUsed)
            {
                if (row.TokenId is { } first)
                {
                    await AccessTokens.RevokeAsync(write, first);
                }
                return new Outcome("The authorization code was used before; the token it gave is revoked.", Revoked: row.TokenId);
            }
            if (Fault(row, redirectUri, verifier) is { } fault)
            {
                return new Outcome(fault);
            }
            var issued = await tokens.IssueAsync(write, issuer, applicationId, row.AccountId, row.Scopes, cancellationToken);
            await write.ExecuteAsync("UPDATE oauth_codes SET used_at = now(), token_id = @id WHERE code_hash = @codeHash", new { id = issued.Id, codeHash });
            return new Outcome(Fault: null, issued.Token, row.AccountId);
        }, cancellationToken);
        if (outcome.Revoked is { } token)
        {
            revoked.Add(token);
        }
        return outcome.Token ?? throw new ApiException(StatusCodes.Status400BadRequest, "invalid_grant", outcome.Fault);
    }

    private static string? Fault(CodeRow code, string redirectUri, string? verifier) => code switch
    {
        { IsExpired: true } => "The authorization code has expired.",
        _ when code.RedirectUri != redirectUri => "The redirect_uri is not the one that the authorization code was issued for.",
        // RFC 9700 §4.8.2: without this, a stolen challenge-less code could be brought into a flow that believes itself protected.
        { Challenge: null } when verifier is { Length: > 0 } => "The authorization code was issued without a code_challenge, so there must be no code_verifier.",
        { Challenge: { } challenge } when !Matches(challenge, verifier) => "The code_verifier does not match the code_challenge.",
        _ => null,
    };

    private static bool Matches(string challenge, string? verifier) =>
        verifier is { Length: >= 43 and <= 128 }
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(challenge), Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))));

    private sealed record CodeRow(
        long ApplicationId, long AccountId, string[] Scopes, string RedirectUri, string? Challenge, bool IsExpired, bool IsUsed, long? TokenId);

    private sealed record Outcome(string? Fault, TokenEntity? Token = null, long? AccountId = null, long? Revoked = null);
}
