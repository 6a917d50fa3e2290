using System.Globalization;
using Microblog.ApiService.Database;
using Microblog.ApiService.OAuth;

namespace Microblog.ApiService.TestMode;

/// <summary>
/// The people whom suites written by others expect to find: ids, passwords and tokens are those of Pinafore's tests
/// (https://github.com/nolanlawson/pinafore, tests/users.js), whose <c>admin</c> is also that of a fresh Mastodon.
/// Made at the start in test mode, again without harm.
/// </summary>
public sealed class TestAccounts(Db db, MicroblogOptions options) : IHostedService
{
    /// <summary>The application that the fixed tokens belong to.</summary>
    internal const long ApplicationId = 1;

    /// <summary>What the fixed tokens grant.</summary>
    internal const string TokenScopes = "read write follow push";

    private const short Administrator = 2;

    internal static readonly TestAccount[] All =
    [
        new(1, "admin", "mastodonadmin", "f954c8de1fcc0080ff706fa2516d05b60de0d8f5b536255a85ef85a6c32e4afb"),
        new(2, "foobar", "foobarfoobar", "b48d72074a467e77a18eafc0d52e373dcf2492bcb3fefadc302a81300ec69002"),
        new(3, "quux", "quuxquuxquux", "894d3583dbf7d0f4f4784a06db86bdadb6ef0d99453d15afbc03e0c103bd78af"),
        new(4, "ExternalLinks", "ExternalLinksExternalLink", "e9a463ba1729ae0049a97a312af702cb3d08d84de1cc8d6da3fad90af068117b"),
        new(5, "baz", "bazbazbaz", "0639238783efdfde849304bc89ec0c4b60b5ef5f261f60859fcd597de081cfdc"),
        new(6, "LockedAccount", "LockedAccountLockedAccount", "39ed9aeffa4b25eda4940f22f29fea66e625c6282c2a8bf0430203c9779e9e98", IsLocked: true),
    ];

    /// <summary>The suites log in as <c>name@localhost</c> with or without the port they happen to run on; here the name alone decides.</summary>
    public static string Login(string login)
    {
        var at = login.LastIndexOf("@localhost", StringComparison.OrdinalIgnoreCase);
        if (at <= 0)
        {
            return login;
        }
        var port = login[(at + "@localhost".Length)..];
        return port.Length == 0 || (port[0] == ':' && int.TryParse(port[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _)) ? login[..at] : login;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => options.TestMode ? SeedAsync(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task SeedAsync(CancellationToken cancellationToken)
    {
        const string Application =
            """
            INSERT INTO oauth_applications (id, client_id, secret_hash, name, redirect_uris, scopes)
            VALUES (@ApplicationId, @clientId, @secretHash, 'Test suites', ARRAY['urn:ietf:wg:oauth:2.0:oob'], string_to_array(@TokenScopes, ' '))
            ON CONFLICT DO NOTHING
            """;
        const string Account =
            """
            WITH account AS (
                INSERT INTO accounts (id, username, locked, role, language) VALUES (@Id, @Username, @IsLocked, @role, 'en') ON CONFLICT DO NOTHING RETURNING id),
            stats AS (
                INSERT INTO account_stats (account_id) SELECT id FROM account)
            INSERT INTO credentials (account_id, email, password_hash)
            SELECT id, @Email, @passwordHash FROM account
            """;
        const string Token =
            """
            INSERT INTO access_tokens (id, application_id, account_id, scopes)
            SELECT @Id, @ApplicationId, @Id, string_to_array(@TokenScopes, ' ') WHERE EXISTS (SELECT FROM accounts WHERE id = @Id AND username = @Username)
            ON CONFLICT DO NOTHING
            """;
        var hashes = All.ToDictionary(account => account.Id, account => Accounts.Credentials.Hash(account.Password));
        await db.WriteAsync(accountId: null, async write =>
        {
            var made = await write.ExecuteAsync(Application, new { ApplicationId, TokenScopes, clientId = Secrets.New(), secretHash = Secrets.Hash(Secrets.New()) });
            foreach (var account in All)
            {
                made += await write.ExecuteAsync(Account, new { account.Id, account.Username, account.Email, account.IsLocked, role = account.Id == 1 ? Administrator : (short)0, passwordHash = hashes[account.Id] });
                made += await write.ExecuteAsync(Token, new { account.Id, account.Username, ApplicationId, TokenScopes });
            }
            return made;
        }, cancellationToken);
        var found = await db.ReadPrimaryAsync(connection => connection.ScalarAsync<long>(
            "SELECT count(*) FROM accounts WHERE id = ANY(@ids) AND username = ANY(@names)", new { ids = All.Select(account => account.Id).ToArray(), names = All.Select(account => account.Username).ToArray() }, cancellationToken), cancellationToken);
        if (found != All.Length)
        {
            throw new InvalidOperationException("Test mode needs the user names of its accounts, and somebody else has one of them. Start it on another database.");
        }
    }
}

/// <summary>A person of the suites.</summary>
/// <param name="Id">Id of the account, and of the row of its token.</param>
/// <param name="Username">Name of the account.</param>
/// <param name="Password">Password.</param>
/// <param name="Token">Fixed access token.</param>
/// <param name="IsLocked">Whether followers need approval.</param>
internal sealed record TestAccount(long Id, string Username, string Password, string Token, bool IsLocked = false)
{
    /// <summary>Address to log in with.</summary>
    public string Email => $"{Username}@localhost";
}
