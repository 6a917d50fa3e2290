using System.Text.Json;
using Dapper;
using Microblog.ApiService.Database.Verification;
using Microblog.Contracts;
using Microblog.TestSupport;
using Npgsql;

namespace Microblog.ApiService.Tests.Database;

public sealed class VerifyTests(VerifyTests.Fixture fixture) : IClassFixture<VerifyTests.Fixture>
{
    private const string Whole = "--Microblog:KeyEncryptionKey=" + KeyCipher.DevelopmentSecret;

    [Fact]
    public async Task A_database_that_people_have_used_is_whole()
    {
        var (exitCode, report) = await VerifyAsync(fixture.Sandbox, Whole, "--max-age=1");

        Assert.True(exitCode == 0, report.ToString());
        Assert.Equal((true, 0), (report.GetProperty("ok").GetBoolean(), report.GetProperty("skipped").GetArrayLength()));
        Assert.Equal(await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM statuses"), report.GetProperty("rows").GetProperty("statuses").GetInt64());
        Assert.Equal(await fixture.Sandbox.ScalarAsync<int>("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"), report.GetProperty("rows").EnumerateObject().Count());
        Assert.InRange(report.GetProperty("ageHours").GetDouble(), 0, 1);
    }

    [Theory]
    [InlineData("migrations", "UPDATE schema_migrations SET checksum = sha256('other') WHERE name = '0001_initial.sql'", "0001_initial.sql was applied in another form")]
    [InlineData("migrations", "DELETE FROM schema_migrations WHERE name = '0002_public_api.sql'", "0002_public_api.sql is not applied")]
    [InlineData("migrations", "INSERT INTO schema_migrations (name, checksum) VALUES ('9999_later.sql', '')", "9999_later.sql is of a newer version")]
    [InlineData("constraints-validated", "ALTER TABLE bookmarks ADD CONSTRAINT later CHECK (true) NOT VALID", "bookmarks.later")]
    [InlineData("indexes-valid", "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'statuses_id'::regclass", "statuses_id")]
    [InlineData("collation-unchanged", "UPDATE pg_database SET datcollversion = '1.0' WHERE datname = current_database()", "verify_copy: made with 1.0")]
    [InlineData("statuses-have-authors", "DELETE FROM accounts WHERE username LIKE 'bob%'", "status ")]
    [InlineData("reblogs-have-originals", "DELETE FROM statuses WHERE text = 'Reblogged'", "status ")]
    [InlineData("follows-have-both-sides", "DELETE FROM accounts WHERE username LIKE 'bob%'", "follow of ")]
    [InlineData("accounts-counted", "UPDATE account_stats SET followers_count = followers_count + 1", "account ")]
    [InlineData("statuses-counted", "DELETE FROM favourites", "status ")]
    [InlineData("outbox-tells-of-what-is", """INSERT INTO outbox (routing_key, payload, not_before) VALUES ('status.posted', '{"statusId": 7, "authorId": 8}', 'infinity')""", "message ")]
    [InlineData("ids-not-ahead-of-the-clock", "UPDATE accounts SET id = id + (3600000::bigint << 16) WHERE username LIKE 'alice%'", "account ")]
    [InlineData("ids-agree-with-times", "UPDATE statuses SET created_at = created_at - interval '1 day'", "status ")]
    [InlineData("signing-keys-decryptable", "UPDATE signing_keys SET private_key = sha256('other') || sha256('other')", "key ")]
    [InlineData("newest-status-recent", "UPDATE statuses SET created_at = created_at - interval '30 minutes'", "the newest status is 0.5 h old, the bound is 0.2 h")]
    public async Task What_is_broken_is_named(string invariant, string breakage, string example)
    {
        var copy = await fixture.CopyAsync();
        await using (var connection = new NpgsqlConnection(copy))
        {
            // As a broken restore does it: past every key and trigger.
            await connection.ExecuteAsync($"SET session_replication_role = replica; SET allow_system_table_mods = on; {breakage}");
        }

        var (exitCode, report) = await VerifyAsync(fixture.Sandbox, Whole, "--max-age=0.2", $"--ConnectionStrings:microblog={copy}");

        Assert.Equal((VerifyCommand.Broken, false), (exitCode, report.GetProperty("ok").GetBoolean()));
        var failure = Assert.Single(report.GetProperty("failures").EnumerateArray(), failure => failure.GetProperty("invariant").GetString() == invariant);
        Assert.StartsWith(example, failure.GetProperty("found")[0].GetString());
    }

    [Fact]
    public async Task An_empty_database_is_none_of_ours()
    {
        await using var sandbox = await Sandbox.CreateAsync(fixture.Backends, migrate: false);

        var (exitCode, report) = await VerifyAsync(sandbox);

        Assert.Equal(VerifyCommand.Broken, exitCode);
        Assert.Equal("the database holds no schema of ours", report.GetProperty("failures")[0].GetProperty("found")[0].GetString());
    }

    [Fact]
    public async Task Without_the_secret_the_keys_are_left_out_and_the_report_says_so()
    {
        var (exitCode, report) = await VerifyAsync(fixture.Sandbox);

        Assert.Equal(0, exitCode);
        Assert.StartsWith("signing-keys-decryptable", Assert.Single(report.GetProperty("skipped").EnumerateArray()).GetString());
    }

    [Theory]
    [InlineData("--ConnectionStrings:microblog=Host=127.0.0.1;Port=1;Username=nobody")]
    [InlineData("--ConnectionStrings:microblog=")]
    [InlineData("--max-age=soon")]
    [InlineData("--max-age=-1")]
    public async Task What_cannot_be_verified_is_neither_good_nor_bad(string argument)
    {
        using var output = new StringWriter();

        Assert.Equal(VerifyCommand.Unknown, await VerifyCommand.RunAsync(fixture.Sandbox.Arguments(argument), output));
        Assert.Equal("", output.ToString());
    }

    private static async Task<(int ExitCode, JsonElement Report)> VerifyAsync(Sandbox sandbox, params string[] arguments)
    {
        using var output = new StringWriter();
        var exitCode = await VerifyCommand.RunAsync(sandbox.Arguments(arguments), output);
        var line = Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return (exitCode, JsonDocument.Parse(line).RootElement);
    }

    /// <summary>A database that people have used; each test breaks a copy of it.</summary>
    public sealed class Fixture(Backends backends) : IAsyncLifetime
    {
        private const string Name = "verify_copy";

        public Backends Backends => backends;

        public Sandbox Sandbox { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Sandbox = await Sandbox.CreateAsync(backends);
            await using var api = await ApiHost.StartAsync(Sandbox);
            var (alice, bob) = await api.People.AliceAndBobAsync();
            await alice.FollowAsync(bob);
            var status = await bob.PostAsync("Reblogged");
            (await alice.PostAsync($"/api/v1/statuses/{status}/favourite", new { })).Ok();
            (await alice.PostAsync($"/api/v1/statuses/{status}/reblog", new { })).Ok();
            await alice.DeleteStatusAsync(await alice.PostAsync("Gone"));
        }

        /// <summary>Copies the database over the last copy, and returns a connection string without a pool.</summary>
        public async Task<string> CopyAsync()
        {
            Sandbox.Primary.Clear();
            await using var connection = await ServerAsync();
            await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
            await connection.ExecuteAsync($"CREATE DATABASE {Name} TEMPLATE {new NpgsqlConnectionStringBuilder(Sandbox.PrimaryConnection).Database}");
            return new NpgsqlConnectionStringBuilder(Sandbox.PrimaryConnection) { Database = Name, Pooling = false }.ConnectionString;
        }

        public async ValueTask DisposeAsync()
        {
            await using (var connection = await ServerAsync())
            {
                await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
            }
            await Sandbox.DisposeAsync();
        }

        private async Task<NpgsqlConnection> ServerAsync()
        {
            var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Sandbox.PrimaryConnection) { Database = "postgres", Pooling = false }.ConnectionString);
            await connection.OpenAsync();
            return connection;
        }
    }
}
