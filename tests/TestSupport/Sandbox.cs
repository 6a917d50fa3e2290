using System.Globalization;
using Dapper;
using Microblog.ApiService.Database;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using StackExchange.Redis;

namespace Microblog.TestSupport;

/// <summary>What one test class has for itself: a migrated database (the replica follows by itself), a Redis database, and empty queues.</summary>
public sealed class Sandbox : IAsyncDisposable
{
    private const int RedisDatabases = 16;

    private static int _created;

    private readonly ConnectionMultiplexer _redis;

    // Parts of the service are used without the service around them.
    static Sandbox() => DapperSetup.Apply();

    private Sandbox(IReadOnlyDictionary<string, string> connections, string database, int redisDatabase)
    {
        PrimaryConnection = new NpgsqlConnectionStringBuilder(connections["microblog"]) { Database = database, IncludeErrorDetail = true }.ConnectionString;
        ReplicaConnection = new NpgsqlConnectionStringBuilder(connections["replica"]) { Database = database, IncludeErrorDetail = true }.ConnectionString;
        RedisConnection = string.Create(CultureInfo.InvariantCulture, $"{connections["redis"]},defaultDatabase={redisDatabase}");
        Primary = NpgsqlDataSource.Create(PrimaryConnection);
        Replica = NpgsqlDataSource.Create(ReplicaConnection);
        Broker = new Broker(connections["rabbitmq"]);
        var options = ConfigurationOptions.Parse(RedisConnection);
        (options.AllowAdmin, options.AbortOnConnectFail) = (true, true);
        _redis = ConnectionMultiplexer.Connect(options);
    }

    /// <summary>Connection string of the primary.</summary>
    public string PrimaryConnection { get; }

    /// <summary>Connection string of the replica.</summary>
    public string ReplicaConnection { get; }

    /// <summary>Connection string of Redis, with this sandbox's database number.</summary>
    public string RedisConnection { get; }

    /// <summary>The database, for the ground truth.</summary>
    public NpgsqlDataSource Primary { get; }

    /// <summary>The same database on the replica.</summary>
    public NpgsqlDataSource Replica { get; }

    /// <summary>RabbitMQ.</summary>
    public Broker Broker { get; }

    /// <summary>Connection to Redis.</summary>
    public IConnectionMultiplexer Cache => _redis;

    /// <summary>This sandbox's database in Redis.</summary>
    public IDatabase CacheDatabase => _redis.GetDatabase();

    /// <summary>Makes a sandbox.</summary>
    /// <param name="backends">The servers.</param>
    /// <param name="migrate">False to leave the database empty.</param>
    public static async Task<Sandbox> CreateAsync(Backends backends, bool migrate = true)
    {
        var connections = await backends.ConnectionsAsync();
        var number = Interlocked.Increment(ref _created);
        var database = string.Create(CultureInfo.InvariantCulture, $"test_{Environment.ProcessId}_{number}");
        await using (var server = NpgsqlDataSource.Create(connections["microblog"]))
        await using (var connection = await server.OpenConnectionAsync())
        {
            await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {database}");
            await connection.ExecuteAsync($"CREATE DATABASE {database}");
        }
        var sandbox = new Sandbox(connections, database, number % RedisDatabases);
        if (migrate)
        {
            await sandbox.MigrateAsync();
        }
        await sandbox.FlushCacheAsync();
        await sandbox.Broker.ResetAsync();
        await sandbox.ReplicaCaughtUpAsync();
        return sandbox;
    }

    /// <summary>Arguments that point a service at this sandbox; a later argument of the same name wins.</summary>
    public string[] Arguments(params string[] more) =>
    [
        $"--ConnectionStrings:microblog={PrimaryConnection}",
        $"--ConnectionStrings:replica={ReplicaConnection}",
        $"--ConnectionStrings:redis={RedisConnection}",
        $"--ConnectionStrings:rabbitmq={Broker.Connection}",
        "--Logging:LogLevel:Default=Warning",
        .. more,
    ];

    /// <summary>Applies the migrations and returns how many were applied.</summary>
    public Task<int> MigrateAsync() => new Migrator(Primary, NullLogger<Migrator>.Instance).MigrateAsync();

    /// <summary>Runs a statement on the primary and returns how many rows it touched.</summary>
    public async Task<int> ExecuteAsync(string sql, object? arguments = null)
    {
        await using var connection = await Primary.OpenConnectionAsync();
        return await connection.ExecuteAsync(sql, arguments);
    }

    /// <summary>Rows of a query on the primary.</summary>
    public async Task<List<T>> ListAsync<T>(string sql, object? arguments = null)
    {
        await using var connection = await Primary.OpenConnectionAsync();
        return (await connection.QueryAsync<T>(sql, arguments)).AsList();
    }

    /// <summary>The single value of a query on the primary.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, object? arguments = null)
    {
        await using var connection = await Primary.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<T>(sql, arguments);
    }

    /// <summary>Empties this sandbox's Redis database.</summary>
    public async Task FlushCacheAsync()
    {
        foreach (var endPoint in _redis.GetEndPoints())
        {
            await _redis.GetServer(endPoint).FlushDatabaseAsync(CacheDatabase.Database);
        }
    }

    /// <summary>Waits until an API reads from the replica whatever has been written up to now, even for those who wrote it.</summary>
    public async Task ReplicaInUseAsync(ApiHost api)
    {
        var position = NpgsqlLogSequenceNumber.Parse((await ScalarAsync<string>("SELECT pg_current_wal_insert_lsn()::text"))!);
        // A later record, flushed with its commit, brings the replica past the position at once.
        await ExecuteAsync("SELECT pg_logical_emit_message(true, 'tests', 'later')");
        var monitor = api.Get<ReplicaMonitor>();
        await Eventually.HoldsAsync($"the API to use the replica from {position} on", () => Task.FromResult(monitor.ReplicaIsUsable && monitor.Replayed >= position));
    }

    /// <summary>Waits until the replica has replayed everything that the primary has written so far.</summary>
    public async Task ReplicaCaughtUpAsync()
    {
        var position = await ScalarAsync<string>("SELECT pg_current_wal_flush_lsn()::text");
        await Eventually.HoldsAsync($"the replica to replay up to {position}", async () =>
        {
            try
            {
                await using var connection = await Replica.OpenConnectionAsync();
                return await connection.ExecuteScalarAsync<bool>("SELECT coalesce(pg_last_wal_replay_lsn() >= @position::pg_lsn, false)", new { position });
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.AdminShutdown)
            {
                // It has not heard of the new database yet, or a test has ended its sessions.
                return false;
            }
        });
    }

    /// <summary>Stops the replica's replay until the returned value is disposed of.</summary>
    public async Task<IAsyncDisposable> PauseReplicaAsync()
    {
        await ReplicaCaughtUpAsync();
        await using var connection = await Replica.OpenConnectionAsync();
        await connection.ExecuteAsync("SELECT pg_wal_replay_pause()");
        await Eventually.HoldsAsync("the replica to pause", async () =>
            await connection.ExecuteScalarAsync<string>("SELECT pg_get_wal_replay_pause_state()") == "paused");
        return new Pause(this);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _redis.CloseAsync();
        _redis.Dispose();
        await Replica.DisposeAsync();
        var database = new NpgsqlConnectionStringBuilder(PrimaryConnection).Database;
        await Primary.DisposeAsync();
        await using var server = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PrimaryConnection) { Database = "postgres" }.ConnectionString);
        await using var connection = await server.OpenConnectionAsync();
        await connection.ExecuteAsync($"DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    }

    private sealed class Pause(Sandbox sandbox) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using var connection = await sandbox.Replica.OpenConnectionAsync();
            await connection.ExecuteAsync("SELECT pg_wal_replay_resume()");
            await sandbox.ReplicaCaughtUpAsync();
        }
    }
}
