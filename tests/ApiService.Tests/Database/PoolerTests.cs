using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microblog.ApiService.Accounts.Deletion;
using Microblog.TestSupport;
using Npgsql;

namespace Microblog.ApiService.Tests.Database;

/// <summary>The services behind PgBouncer in transaction mode, as Azure has it (docs/decisions/0010-pgbouncer.md).</summary>
public sealed class PoolerTests(Backends backends) : IAsyncLifetime
{
    /// <summary>The replica's pooler needs another address, since both listen on the same port of their hosts; only Linux has all of 127.0.0.0/8.</summary>
    private const string ReplicaAddress = "127.0.0.2";

    private readonly List<IAsyncDisposable> _parts = [];
    private Sandbox _sandbox = null!;
    private string _role = "";
    private string[] _settings = [];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Pooler.Program is null && !File.Exists("/usr/bin/apt-get"), "PgBouncer is not installed.");
        Assert.True(Pooler.Program is not null, "PgBouncer is not installed: ./test installs it, or apt-get install pgbouncer.");
        _sandbox = await Sandbox.CreateAsync(backends);
        _role = $"pooler_{new NpgsqlConnectionStringBuilder(_sandbox.PrimaryConnection).Database}";
        await _sandbox.ExecuteAsync($"CREATE ROLE {_role} SUPERUSER LOGIN PASSWORD '{_role}'");
        await _sandbox.ReplicaCaughtUpAsync();
        var port = FreePort();
        _parts.Add(await Pooler.StartAsync(_sandbox.PrimaryConnection, "127.0.0.1", port, _role));
        _parts.Add(await Pooler.StartAsync(_sandbox.ReplicaConnection, ReplicaAddress, port, _role));
        var replica = new NpgsqlConnectionStringBuilder(_sandbox.ReplicaConnection) { Host = ReplicaAddress }.ConnectionString;
        _settings = [string.Create(CultureInfo.InvariantCulture, $"--{Microsoft.Extensions.Hosting.DatabaseConnections.PoolerPort}={port}"), $"--ConnectionStrings:replica={replica}"];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }
        if (_sandbox is not null)
        {
            await _sandbox.ExecuteAsync($"DROP ROLE {_role}");
            await _sandbox.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_requests_share_few_connections()
    {
        await using var api = await ApiHost.StartAsync(_sandbox, _settings);
        await using var worker = await WorkerHost.StartAsync(_sandbox, _settings);
        var (alice, bob) = await api.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);

        var posts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => bob.PostAsync($"Number {i} #pooled")));
        await Eventually.BecomesAsync("alice's home to have all of them", () => alice.HomeIdsAsync(), ids => ids.Order().SequenceEqual(posts.Order()));
        await _sandbox.ReplicaInUseAsync(api);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => alice.GetAsync(i % 2 == 0 ? "/api/v1/timelines/tag/pooled" : "/api/v2/search?q=pooled&type=statuses")));

        Assert.All(answers, answer => answer.Ok());
        foreach (var server in new[] { _sandbox.Primary, _sandbox.Replica })
        {
            await using var count = server.CreateCommand($"SELECT count(*) FROM pg_stat_activity WHERE usename = '{_role}'");
            Assert.InRange((long)(await count.ExecuteScalarAsync(TestContext.Current.CancellationToken))!, 1, Pooler.Connections);
        }
    }

    [Fact]
    public async Task No_lock_is_left_in_a_session_of_the_pooler()
    {
        await using var api = await ApiHost.StartAsync(_sandbox, _settings);
        var alice = await api.People.AliceAsync();
        await alice.PostStatusesAsync(3);
        (await alice.PostAsync("/api/v1/accounts/delete", new { password = People.Password })).Ok();

        await Eventually.HoldsAsync("the erasure to end", async () =>
        {
            await api.Get<AccountErasure>().RunOnceAsync(TestContext.Current.CancellationToken);
            return await _sandbox.ScalarAsync<bool>("SELECT erased_at IS NOT NULL FROM accounts WHERE id = @Id", new { alice.Id });
        });

        const string Locks = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND a.usename = @_role";
        Assert.Equal(0, await _sandbox.ScalarAsync<int>(Locks, new { _role }));
    }

    [Fact]
    public async Task Another_process_is_woken_when_a_token_is_revoked()
    {
        await using var api = await ApiHost.StartAsync(_sandbox, _settings);
        var alice = await api.People.AliceAsync();

        // The channel of a session is only known to itself; what it waits for is known to all.
        await Eventually.HoldsAsync("a session of its own to listen", async () => await _sandbox.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename <> @_role AND datname = current_database() AND query LIKE '%token_revocations%' AND pid <> pg_backend_pid())", new { _role }));
        await _sandbox.ExecuteAsync("UPDATE access_tokens SET revoked_at = now()");

        await Eventually.BecomesAsync("the token to end", async () => (await alice.GetAsync("/api/v1/accounts/verify_credentials")).Status, status => status is HttpStatusCode.Unauthorized);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
