using System.Text.RegularExpressions;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Npgsql;

namespace Microblog.ApiService.Accounts;

/// <summary>Makes an account, for an application with its first token (https://docs.joinmastodon.org/methods/accounts/#create).</summary>
public sealed partial class SignUp(Db db, AccessTokens tokens, Credentials credentials, MicroblogOptions options)
{
    /// <summary>Longest email address, in characters.</summary>
    public const int MaxEmail = 320;

    private const int MaxUsername = 30;
    private const int MinPassword = 8;
    private const int MaxPassword = 128;

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "admin", "administrator", "root", "webmaster", "support", "help", "moderator", "mod", "microblog", "instance", "api", "oauth",
    };

    /// <summary>
    /// Creates the account for the calling application and answers a token with the application's scopes. When the same request was made
    /// before, with its key and its password, the answer is one more token of the account of then.
    /// </summary>
    /// <exception cref="ValidationException">A field is missing, wrong or taken.</exception>
    /// <exception cref="ApiException">422 when the key was used for a different request.</exception>
    public async Task<TokenEntity> CreateAsync(HttpContext context, RequestFields fields, Caller application, Idempotency idempotency, CancellationToken cancellationToken)
    {
        TokenEntity? token = null;
        var (account, isNew) = await CreateAsync(fields, insert => idempotency.WriteAsync(db, made => made, async write =>
        {
            var account = await insert(write);
            token = await IssueAsync(write, account);
            return account;
        }, cancellationToken));
        if (isNew)
        {
            return token!;
        }
        // A token cannot be read again, and the key's fingerprint knows nothing of the password.
        if (await credentials.VerifyAsync(context, fields.Text("username")!.Trim(), fields.Text("password")!, cancellationToken) != account)
        {
            throw Disowned();
        }
        return await db.WriteAsync(account, async write =>
        {
            // Locked, so that who suspends the account finds the token, too.
            const string CanLogIn = "SELECT true FROM accounts WHERE id = @account AND suspended_at IS NULL FOR SHARE";
            return await write.ScalarAsync<bool>(CanLogIn, new { account }) ? await IssueAsync(write, account) : throw Disowned();
        }, cancellationToken);

        async Task<TokenEntity> IssueAsync(Write write, long account) =>
            (await tokens.IssueAsync(write, BaseUrl.Of(context), application.ApplicationId!.Value, account, application.Scopes, cancellationToken)).Token;
    }

    /// <summary>Creates the account and answers its id.</summary>
    /// <exception cref="ValidationException">A field is missing, wrong or taken.</exception>
    public Task<long> CreateAsync(RequestFields fields, CancellationToken cancellationToken) =>
        CreateAsync(fields, insert => db.WriteAsync(made => made, insert, cancellationToken));

    /// <summary>Ends the request when this server takes no new accounts.</summary>
    /// <exception cref="ApiException">It does not.</exception>
    public void ThrowIfClosed()
    {
        if (!options.RegistrationsOpen)
        {
            throw new ApiException(StatusCodes.Status403Forbidden, "This server does not take new accounts at the moment");
        }
    }

    private async Task<T> CreateAsync<T>(RequestFields fields, Func<Func<Write, Task<long>>, Task<T>> inTransaction)
    {
        ThrowIfClosed();
        var username = fields.Text("username")?.Trim() ?? "";
        var email = fields.Text("email")?.Trim() ?? "";
        var password = fields.Text("password") ?? "";
        Validate(username, email, password, fields.Flag("agreement") ?? false);

        // Hashing takes tens of milliseconds on purpose; not while a connection is held.
        var passwordHash = Credentials.Hash(password);
        const string Sql =
            """
            WITH account AS (
                INSERT INTO accounts (username, language) VALUES (@username, @language) RETURNING id),
            stats AS (
                INSERT INTO account_stats (account_id) SELECT id FROM account)
            INSERT INTO credentials (account_id, email, password_hash)
            SELECT id, @email, @passwordHash FROM account
            RETURNING account_id
            """;
        try
        {
            return await inTransaction(write => write.ScalarAsync<long>(Sql, new { username, language = Language(fields.Text("locale")), email, passwordHash }));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            var field = exception.ConstraintName == "credentials_email" ? "email" : "username";
            throw ValidationException.Of(field, "ERR_TAKEN", "has already been taken");
        }
    }

    private static ApiException Disowned() => ApiException.Unprocessable("This Idempotency-Key was used for a different request, or the account that it made cannot log in any more");

    /// <summary>True for what can be an email address.</summary>
    public static bool IsEmail(string text) => text.Length <= MaxEmail && EmailPattern().IsMatch(text);

    private static void Validate(string username, string email, string password, bool agreement)
    {
        var errors = new FieldErrors();
        _ = errors.Add(username.Length == 0, "username", "ERR_BLANK", "can't be blank")
            || errors.Add(username.Length > MaxUsername, "username", "ERR_TOO_LONG", $"is too long (maximum is {MaxUsername} characters)")
            || errors.Add(!UsernamePattern().IsMatch(username), "username", "ERR_INVALID", "must contain only letters, numbers and underscores")
            || errors.Add(Reserved.Contains(username), "username", "ERR_RESERVED", "is reserved");
        // Without an address there are two faults, and in these words: as clients know them from Mastodon.
        errors.Add(email.Length == 0, "email", "ERR_BLANK", "can't be blank");
        errors.Add(!IsEmail(email), "email", "ERR_INVALID", "is invalid");
        _ = errors.Add(password.Length == 0, "password", "ERR_BLANK", "can't be blank")
            || errors.Add(password.Length < MinPassword, "password", "ERR_TOO_SHORT", $"is too short (minimum is {MinPassword} characters)")
            || errors.Add(password.Length > MaxPassword, "password", "ERR_TOO_LONG", $"is too long (maximum is {MaxPassword} characters)");
        errors.Add(!agreement, "agreement", "ERR_ACCEPTED", "must be accepted");
        errors.ThrowIfAny();
    }

    private static string? Language(string? locale) => locale is { Length: >= 2 } && char.IsAsciiLetter(locale[0]) && char.IsAsciiLetter(locale[1]) ? locale[..2].ToLowerInvariant() : null;

    [GeneratedRegex("^[A-Za-z0-9_]+$", RegexOptions.NonBacktracking)]
    private static partial Regex UsernamePattern();

    [GeneratedRegex(@"^[^@\s\p{C}]+@[^@\s\p{C}]+$", RegexOptions.NonBacktracking)]
    private static partial Regex EmailPattern();
}
