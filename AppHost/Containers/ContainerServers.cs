#pragma warning disable ASPIRECERTIFICATES001 // the choice of no TLS is still marked experimental

using Microblog.AppHost.Data;
using Microblog.AppHost.Health;
using Microblog.AppHost.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microblog.AppHost.Containers;

/// <summary>The backing servers as containers. Also the model that is published: there the passwords are parameters of the deployment.</summary>
public sealed class ContainerServers(IDistributedApplicationBuilder builder, AppHostOptions options, DataDirectory data, Secrets secrets) : IBackingServers
{
    private const string Database = "microblog";

    // The image's major version is part of the data volume: raising it needs an upgrade of the data.
    private const string PostgresTag = "17.6";
    private const string RedisTag = "8.2";
    private const string RabbitMQTag = "4.2";

    private const string ReplicaHome = "/var/lib/microblog";

    // A standby refuses to start with less than its primary's limits; the replica's script asks for the same.
    private static readonly string[] ReplicationSettings =
    [
        "-c", "wal_level=replica", "-c", "max_wal_senders=8", "-c", "max_replication_slots=8", "-c", "max_connections=200",
        "-c", "max_slot_wal_keep_size=256MB", "-c", "max_wal_size=512MB",
    ];

    private static readonly string[] Stateful = ["postgres", "replica", "redis", "rabbitmq"];

    private readonly bool _isRun = builder.ExecutionContext.IsRunMode;
    private readonly bool _keepsData = builder.ExecutionContext.IsRunMode && !options.Ephemeral;
    private IResourceBuilder<PostgresServerResource>? _postgres;

    /// <summary>The volumes that <see cref="AppHostOptions.Fresh"/> removes.</summary>
    public static IEnumerable<string> Volumes(DataDirectory data) =>
        Stateful.Select(name => Volume(data, name));

    /// <inheritdoc/>
    public IResourceBuilder<IResource> AddPostgres()
    {
        _postgres = builder.AddPostgres("postgres", password: AddPassword("postgres-password"))
            .WithImageTag(PostgresTag)
            .WithArgs(ReplicationSettings)
            .WithInitFiles(Path.Combine(builder.AppHostDirectory, "Containers", "Scripts"));
        if (_keepsData)
        {
            _postgres.WithDataVolume(Volume(data, "postgres"));
            _postgres.WithPgAdmin(pgAdmin => pgAdmin.WithExplicitStart().WithParentRelationship(_postgres));
        }

        return _postgres;
    }

    /// <inheritdoc/>
    public IResourceBuilder<IResourceWithConnectionString> AddDatabase() => _postgres!.AddDatabase(Database);

    /// <inheritdoc/>
    public IResourceBuilder<IResourceWithConnectionString> AddReplica()
    {
        var postgres = _postgres!;
        var primary = postgres.Resource;
        var server = new PostgresReplica("replica", primary, Database);
        var health = new ReplicaHealth(
            async ct => await server.ConnectionStringExpression.GetValueAsync(ct) ?? "",
            async ct => $"{await primary.ConnectionStringExpression.GetValueAsync(ct)};Database={Database}");
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration("replica_check", health, HealthStatus.Unhealthy, [], ServerHealth.Timeout));
        var replica = builder.AddResource(server)
            .WithImage("library/postgres", PostgresTag)
            .WithImageRegistry("docker.io")
            .WithEndpoint(targetPort: 5432, scheme: "tcp", name: PostgresReplica.EndpointName)
            .WithContainerFiles("/microblog", Path.Combine(builder.AppHostDirectory, "Native", "Scripts"))
            .WithEntrypoint("/bin/sh")
            .WithArgs("/microblog/postgres-replica.sh")
            .WithEnvironment("PG_BIN", $"/usr/lib/postgresql/{PostgresTag.Split('.')[0]}/bin")
            .WithEnvironment("PG_HOME", ReplicaHome)
            .WithEnvironment("PG_PORT", "5432")
            .WithEnvironment("PG_LISTEN", "*")
            .WithEnvironment("PG_USER", primary.UserNameReference)
            .WithEnvironment("PG_PASSWORD", ReferenceExpression.Create($"{primary.PasswordParameter}"))
            .WithEnvironment("PG_RUN_AS", "postgres")
            .WithEnvironment("PG_MAX_LAG_MB", "256")
            .WithEnvironment("PRIMARY_HOST", primary.Host)
            .WithEnvironment("PRIMARY_PORT", primary.Port)
            .WithHealthCheck("replica_check")
            .WaitForStart(postgres)
            .WithParentRelationship(postgres)
            .WithIconName("DatabaseArrowDown");
        return _keepsData ? replica.WithVolume(Volume(data, "replica"), ReplicaHome) : replica;
    }

    /// <inheritdoc/>
    public IResourceBuilder<IResourceWithConnectionString> AddRedis()
    {
        // Without TLS: in run mode Aspire would use a development certificate that clients need not trust.
        // Without a volume: it is a cache, and one restored from before a crash would lack what was pushed since.
        var redis = builder.AddRedis("redis", password: AddPassword("redis-password")).WithImageTag(RedisTag).WithoutHttpsCertificate();
        if (_keepsData)
        {
            redis.WithRedisInsight(insight => insight.WithExplicitStart().WithParentRelationship(redis));
        }

        return redis;
    }

    /// <inheritdoc/>
    public IResourceBuilder<IResourceWithConnectionString> AddRabbitMQ()
    {
        var rabbit = builder.AddRabbitMQ("rabbitmq", password: AddPassword("rabbitmq-password")).WithImageTag(RabbitMQTag).WithManagementPlugin();
        if (_isRun)
        {
            rabbit.WithUrlForEndpoint("management", url => url.DisplayText = "Queues");
        }

        // The broker's data belongs to the host name, which would otherwise change with every container.
        return _keepsData ? rabbit.WithDataVolume(Volume(data, "rabbitmq")).WithContainerRuntimeArgs("--hostname", "rabbitmq") : rabbit;
    }

    private IResourceBuilder<ParameterResource> AddPassword(string name) =>
        _isRun
            ? builder.AddParameter(name, () => secrets.Get(name), secret: true)
            : builder.AddParameter(name, new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true);

    private static string Volume(DataDirectory data, string name) => $"microblog-{data.Id}-{name}";
}
