using Azure.Core;
using Azure.Identity;
using Microblog.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Microblog.ApiService.Tests.Database;

public sealed class TokenTests(Backends backends)
{
    private const string Identity = "00000000-0000-0000-0000-000000000001";

    [Fact]
    public async Task A_token_takes_the_place_of_the_password()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends, migrate: false);
        var (source, password) = WithoutPassword(sandbox);
        var credential = new Tokens(() => password);
        source.UseTokens(credential);
        await using var database = source.Build();

        await using var command = database.CreateCommand("SELECT current_user");

        Assert.Equal(source.ConnectionStringBuilder.Username, await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        Assert.Equal("https://ossrdbms-aad.database.windows.net/.default", Assert.Single(credential.Scopes.Distinct()));
    }

    [Fact]
    public async Task Without_a_token_the_server_counts_as_away_until_there_is_one()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends, migrate: false);
        var (source, password) = WithoutPassword(sandbox);
        var isAway = true;
        source.UseTokens(new Tokens(() => isAway ? throw new CredentialUnavailableException("no identity here") : password));
        await using var database = source.Build();

        var failure = await Assert.ThrowsAsync<NpgsqlException>(async () => await database.OpenConnectionAsync(TestContext.Current.CancellationToken));
        Assert.True(ApiService.Database.Db.IsUnreachable(failure));
        Assert.Equal("No access token for PostgreSQL: no identity here", failure.InnerException?.Message);

        isAway = false;
        await Eventually.HoldsAsync("a later try to bring a token", async () =>
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
                return true;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task A_managed_identity_is_asked_only_where_there_is_no_password()
    {
        await using var sandbox = await Sandbox.CreateAsync(backends, migrate: false);
        var source = new NpgsqlDataSourceBuilder(sandbox.PrimaryConnection);
        source.ForTransactions(Settings(("AZURE_CLIENT_ID", Identity)), 1);
        await using var database = source.Build();

        await using var connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("Host=db.example.com;Username=api", Identity, SslMode.VerifyFull)]
    [InlineData("Host=db.example.com;Username=api;SSL Mode=Require", Identity, SslMode.Require)]
    [InlineData("Host=db.example.com;Username=api;Password=secret", Identity, SslMode.Prefer)]
    [InlineData("Host=db.example.com;Username=api", null, SslMode.Prefer)]
    [InlineData("Host=127.0.0.1;Username=api", Identity, SslMode.Prefer)]
    public void Tokens_go_only_to_servers_that_prove_their_name(string connection, string? identity, SslMode expected)
    {
        var source = new NpgsqlDataSourceBuilder(connection);

        source.ForSessions(Settings(("AZURE_CLIENT_ID", identity)), 7);

        Assert.Equal((expected, 7), (source.ConnectionStringBuilder.SslMode, source.ConnectionStringBuilder.MaxPoolSize));
    }

    [Fact]
    public void Only_what_needs_no_session_goes_through_the_pooler()
    {
        var settings = Settings((DatabaseConnections.PoolerPort, "6432"));
        var (pooled, direct) = (new NpgsqlDataSourceBuilder("Host=db.example.com"), new NpgsqlDataSourceBuilder("Host=db.example.com"));

        pooled.ForTransactions(settings, 1);
        direct.ForSessions(settings, 1);

        Assert.Equal((6432, true), (pooled.ConnectionStringBuilder.Port, pooled.ConnectionStringBuilder.NoResetOnClose));
        Assert.Equal((5432, false), (direct.ConnectionStringBuilder.Port, direct.ConnectionStringBuilder.NoResetOnClose));
    }

    [Theory]
    [InlineData("pgbouncer")]
    [InlineData("0")]
    [InlineData("70000")]
    public void A_pooler_port_that_is_none_is_refused(string port)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => new NpgsqlDataSourceBuilder("Host=db.example.com").ForTransactions(Settings((DatabaseConnections.PoolerPort, port)), 1));

        Assert.Equal($"Microblog:Database:PoolerPort is '{port}'; it must be a port such as 6432, or empty without a pooler.", refusal.Message);
    }

    private static (NpgsqlDataSourceBuilder Source, string Password) WithoutPassword(Sandbox sandbox)
    {
        var source = new NpgsqlDataSourceBuilder(sandbox.PrimaryConnection);
        var password = source.ConnectionStringBuilder.Password!;
        source.ConnectionStringBuilder.Password = null;
        return (source, password);
    }

    private static IConfiguration Settings(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value))).Build();

    /// <summary>Azure's credentials are reached over networks that are not here; this one hands out what the server accepts.</summary>
    private sealed class Tokens(Func<string> token) : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return ValueTask.FromResult(new AccessToken(token(), DateTimeOffset.UtcNow.AddHours(1)));
        }
    }
}
