using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace Microblog.TestSupport;

/// <summary>
/// PostgreSQL with its replica, Redis and RabbitMQ for one test assembly: the AppHost's own, without the services. They start when
/// the first test asks for them. To run the tests against servers of your own, set all of <c>MICROBLOG_TEST_MICROBLOG</c>,
/// <c>MICROBLOG_TEST_REPLICA</c>, <c>MICROBLOG_TEST_REDIS</c> and <c>MICROBLOG_TEST_RABBITMQ</c> to their connection strings.
/// What is missing fails the tests; it never skips them.
/// </summary>
public sealed class Backends : IAsyncLifetime
{
    private static readonly string[] Names = ["microblog", "replica", "redis", "rabbitmq"];

    /// <summary>Resources to wait for; <c>microblog</c> is the database on the first.</summary>
    private static readonly string[] Servers = ["postgres", "replica", "redis", "rabbitmq"];

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly Lazy<Task<IReadOnlyDictionary<string, string>>> _connections;
    private MachineLock? _lock;
    private DistributedApplication? _app;
    private string? _data;

    /// <summary>Nothing starts yet.</summary>
    public Backends() => _connections = new(StartAsync);

    /// <summary>The connection strings by name, once every server is healthy.</summary>
    /// <exception cref="InvalidOperationException">A server is missing; the message says which and why.</exception>
    public Task<IReadOnlyDictionary<string, string>> ConnectionsAsync() => _connections.Value;

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync().AsTask().WaitAsync(StopTimeout);
        }
        if (_data is not null && Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
        _lock?.Dispose();
    }

    private async Task<IReadOnlyDictionary<string, string>> StartAsync()
    {
        _lock = await MachineLock.TakeAsync();
        var own = Names.ToDictionary(name => name, name => Environment.GetEnvironmentVariable($"MICROBLOG_TEST_{name.ToUpperInvariant()}") ?? "");
        if (own.Values.Any(connection => connection.Length > 0))
        {
            return own.Values.All(connection => connection.Length > 0)
                ? await CheckAsync(own)
                : throw new InvalidOperationException("Some of the variables MICROBLOG_TEST_… are set, but not " + string.Join(", ", own.Where(pair => pair.Value.Length == 0).Select(pair => "MICROBLOG_TEST_" + pair.Key.ToUpperInvariant())) + ".");
        }
        var waitingFor = "the AppHost";
        try
        {
            using var timeout = new CancellationTokenSource(StartTimeout);
            // Not below the repository: PostgreSQL may run as a user who cannot reach it.
            _data = Directory.CreateTempSubdirectory("microblog-tests-").FullName;
            var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
                ["--services", "none", "--backing", "native", "--data", _data, "--fresh"], timeout.Token);
            _app = await builder.BuildAsync(timeout.Token);
            await _app.StartAsync(timeout.Token);
            foreach (var server in Servers)
            {
                waitingFor = server;
                await _app.ResourceNotifications.WaitForResourceHealthyAsync(server, WaitBehavior.StopOnResourceUnavailable, timeout.Token);
            }
            var connections = new Dictionary<string, string>();
            foreach (var name in Names)
            {
                connections[name] = await _app.GetConnectionStringAsync(name, timeout.Token) ?? throw new InvalidOperationException($"the AppHost gives no connection string '{name}'");
            }
            return connections;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"The backing servers of the tests did not start (waiting for {waitingFor}): {exception.Message}", exception);
        }
    }

    /// <summary>Makes sure that servers of one's own answer, so that the first test says what is wrong and not each in its way.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> CheckAsync(Dictionary<string, string> connections)
    {
        var checking = "";
        try
        {
            foreach (var name in Names)
            {
                checking = name;
                await (name switch
                {
                    "redis" => PingAsync(connections[name]),
                    "rabbitmq" => new Broker(connections[name]).DeclareAsync(),
                    _ => OpenAsync(connections[name]),
                }).WaitAsync(AnswerTimeout);
            }
            return connections;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"The server that MICROBLOG_TEST_{checking.ToUpperInvariant()} names does not answer: {exception.Message}", exception);
        }
    }

    private static async Task OpenAsync(string connection)
    {
        await using var server = NpgsqlDataSource.Create(connection);
        await using var open = await server.OpenConnectionAsync();
    }

    private static async Task PingAsync(string connection)
    {
        var options = ConfigurationOptions.Parse(connection);
        options.AbortOnConnectFail = true;
        using var redis = await ConnectionMultiplexer.ConnectAsync(options);
        await redis.GetDatabase().PingAsync();
    }
}
