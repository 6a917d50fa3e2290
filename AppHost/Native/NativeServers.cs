using System.Globalization;
using Microblog.AppHost.Data;
using Microblog.AppHost.Health;

namespace Microblog.AppHost.Native;

/// <summary>The backing servers as programs of this machine. The model contains no container, so none is ever needed.</summary>
public sealed class NativeServers(IDistributedApplicationBuilder builder, DataDirectory data, Secrets secrets) : IBackingServers
{
    private const string Database = "microblog";

    // WAL kept for a replica that is away; one that misses more is copied anew.
    private const int ReplicaMaxLagMegabytes = 256;

    private readonly NativePrograms _programs = NativePrograms.Find();
    private readonly Ports _ports = new(builder.Configuration);
    private readonly string _postgresUser = PostgresUser();
    private IResourceBuilder<NativePostgres>? _postgres;
    private IResourceBuilder<ParameterResource>? _postgresPassword;
    private int _postgresPort;

    /// <inheritdoc/>
    public IResourceBuilder<IResource> AddPostgres()
    {
        _postgresPassword = AddPassword("postgres-password");
        _postgresPort = _ports.Take("postgres");
        var server = new NativePostgres("postgres", builder.AppHostDirectory, _postgresPassword.Resource);
        var health = new PostgresHealth(ct => WithDatabaseAsync(server, ct));
        return _postgres = WithPostgresSettings(builder.AddNativeServer(server, "postgres-primary.sh", _postgresPort, health), _postgresPort)
            .WithEnvironment("PG_DATABASE", Database)
            .WithIconName("DatabaseMultiple");
    }

    /// <inheritdoc/>
    public IResourceBuilder<IResourceWithConnectionString> AddDatabase() =>
        builder.AddConnectionString(Database, ReferenceExpression.Create($"{_postgres!.Resource};Database={Database}"))
            .WithParentRelationship(_postgres)
            .WithIconName("Database");

    /// <inheritdoc/>
    public IResourceBuilder<IResourceWithConnectionString> AddReplica()
    {
        var (postgres, password) = (_postgres!, _postgresPassword!);
        var port = _ports.Take("replica");
        var server = new NativePostgres("replica", builder.AppHostDirectory, password.Resource, Database);
        var health = new ReplicaHealth(ct => ValueAsync(server, ct), ct => WithDatabaseAsync(postgres.Resource, ct));
        return WithPostgresSettings(builder.AddNativeServer(server, "postgres-replica.sh", port, health), port)
            .WithEnvironment("PRIMARY_PORT", Text(_postgresPort))
            // The script waits for the primary only where it must: when there is no copy yet.
            .WaitForStart(postgres)
            .WithParentRelationship(postgres)
            .WithIconName("DatabaseArrowDown");
    }

    /// <inheritdoc/>
    public IResourceBuilder<IResourceWithConnectionString> AddRedis()
    {
        var password = AddPassword("redis-password");
        var port = _ports.Take("redis");
        var server = new NativeRedis("redis", builder.AppHostDirectory, password.Resource);
        return builder.AddNativeServer(server, "redis.sh", port, new RedisHealth(ct => ValueAsync(server, ct)))
            .WithEnvironment("REDIS_SERVER", _programs.RedisServer)
            .WithEnvironment("REDIS_HOME", data.File("redis"))
            .WithEnvironment("REDIS_PORT", Text(port))
            .WithEnvironment("REDIS_PASSWORD", password)
            .WithIconName("DatabaseLightning");
    }

    /// <inheritdoc/>
    public IResourceBuilder<IResourceWithConnectionString> AddRabbitMQ()
    {
        var password = AddPassword("rabbitmq-password");
        var port = _ports.Take("rabbitmq");
        var server = new NativeRabbitMQ("rabbitmq", builder.AppHostDirectory, password.Resource);
        var resource = builder.AddNativeServer(server, "rabbitmq.sh", port, new RabbitMQHealth(ct => ValueAsync(server, ct)))
            .WithEnvironment("RABBIT_SERVER", _programs.RabbitServer)
            .WithEnvironment("EPMD", _programs.Epmd)
            .WithEnvironment("RABBIT_HOME", data.File("rabbitmq"))
            .WithEnvironment("RABBIT_PORT", Text(port))
            .WithEnvironment("RABBIT_DIST_PORT", Text(_ports.Take("rabbitmq-dist")))
            .WithEnvironment("RABBIT_EPMD_PORT", Text(_ports.Take("rabbitmq-epmd")))
            .WithEnvironment("RABBIT_USER", NativeRabbitMQ.User)
            .WithEnvironment("RABBIT_PASSWORD", password)
            .WithIconName("Mailbox");
        if (!_programs.RabbitManagement)
        {
            return resource.WithEnvironment("RABBIT_MANAGEMENT_PORT", "");
        }

        var management = _ports.Take("rabbitmq-management");
        return resource
            .WithHttpEndpoint(port: management, targetPort: management, name: "management", isProxied: false)
            .WithEnvironment("RABBIT_MANAGEMENT_PORT", Text(management))
            .WithUrlForEndpoint("management", url => url.DisplayText = "Queues");
    }

    private IResourceBuilder<NativePostgres> WithPostgresSettings(IResourceBuilder<NativePostgres> server, int port) =>
        server
            .WithEnvironment("PG_BIN", _programs.PostgresBin)
            .WithEnvironment("PG_HOME", () => _postgresUser.Length > 0 ? data.ReachableHome(server.Resource.Name) : data.File(server.Resource.Name))
            .WithEnvironment("PG_PORT", Text(port))
            .WithEnvironment("PG_USER", NativePostgres.User)
            .WithEnvironment("PG_PASSWORD", _postgresPassword!)
            .WithEnvironment("PG_RUN_AS", _postgresUser)
            .WithEnvironment("PG_MAX_LAG_MB", Text(ReplicaMaxLagMegabytes));

    private IResourceBuilder<ParameterResource> AddPassword(string name) =>
        builder.AddParameter(name, () => secrets.Get(name), secret: true);

    private static async Task<string> WithDatabaseAsync(NativePostgres server, CancellationToken cancellationToken) =>
        $"{await ValueAsync(server, cancellationToken)};Database={Database}";

    private static async Task<string> ValueAsync(NativeServer server, CancellationToken cancellationToken) =>
        await server.ConnectionStringExpression.GetValueAsync(cancellationToken) ?? "";

    // PostgreSQL refuses to run as root.
    private static string PostgresUser()
    {
        const string user = "postgres";
        if (!Environment.IsPrivilegedProcess)
        {
            return "";
        }

        return OperatingSystem.IsLinux() && File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{user}:", StringComparison.Ordinal))
            ? user
            : throw new AppHostException($"PostgreSQL does not run as root, and there is no system user {user} to run it as. Start the AppHost as an ordinary user.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
