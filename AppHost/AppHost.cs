using Microblog.AppHost;
using Microblog.AppHost.Containers;
using Microblog.AppHost.Dashboard;
using Microblog.AppHost.Data;
using Microblog.AppHost.Native;
using Microblog.AppHost.Options;
using Microblog.AppHost.Publishing;
using Microblog.AppHost.Startup;

if (args.Contains("--help", StringComparer.OrdinalIgnoreCase))
{
    Console.WriteLine(AppHostArguments.Usage);
    return 0;
}

try
{
    var builder = DistributedApplication.CreateBuilder(AppHostArguments.Normalize(args));
    var options = AppHostOptions.Read(builder);
    var containers = builder.UsesContainers(options);
    var data = builder.AddDataDirectory(options, containers);
    IBackingServers servers = containers
        ? new ContainerServers(builder, options, data, new Secrets(data))
        : new NativeServers(builder, data, new Secrets(data));

    var postgres = servers.AddPostgres();
    var microblog = servers.AddDatabase();
    var replica = servers.AddReplica();
    var redis = servers.AddRedis().WithFlushCommand();
    var rabbitmq = servers.AddRabbitMQ();

    if (options.Services)
    {
        var keyEncryptionKey = builder.AddKeyEncryptionKey();
        var migrations = builder.AddProject<Projects.ApiService>("migrations", project => (project.ExcludeLaunchProfile, project.ExcludeKestrelEndpoints) = (true, true))
            .WithArgs("migrate")
            .WithTestMode(options)
            .WithReference(microblog).WaitFor(postgres)
            .WithParentRelationship(postgres).WithDatabasePrincipals().WithVerification("verify")
            .WithIconName("DatabaseWrench");

        builder.AddProject<Projects.ApiService>("apiservice")
            .WithReplicas(options.ApiReplicas)
            .WithTestMode(options)
            .WithPublicPort(options.ApiPort)
            .WithManagementEndpoint()
            .WithReference(microblog).WithDatabasePooler().WaitForCompletion(migrations)
            .WithReference(replica) // not waited for: until it answers, reads come from the primary
            .WithReference(redis).WaitFor(redis)
            .WithReference(rabbitmq).WaitForStart(rabbitmq).WithBrokerTrust() // posts are accepted while the broker is down
            .WithManagementCommand("/manage/timelines/rebuild", "Rebuild timelines", "Drops all cached home timelines; each is rebuilt when it is read next.", "ArrowSync", "Drop all cached home timelines? Each is rebuilt when it is read next.")
            .WithSeedCommand(options.Repository)
            .WithMediaDirectory(data)
            .WithKeyEncryptionKey(keyEncryptionKey)
            .WithPublicAddress().WithProxies().WithPublicRoutes(Deployment.Routes).WithScale(Deployment.Api)
            .WithIconName("CloudFlow");

        builder.AddProject<Projects.FeedWorker>("feedworker")
            .WithReplicas(options.WorkerReplicas)
            .WithTestMode(options)
            .WithManagementEndpoint()
            .WithKeyEncryptionKey(keyEncryptionKey)
            .WithReference(microblog).WithDatabasePooler().WaitForCompletion(migrations)
            .WithReference(redis).WaitFor(redis)
            .WithReference(rabbitmq).WaitFor(rabbitmq).WithBrokerTrust()
            .WithPublicAddress().WithScale(Deployment.Worker)
            .WithManagementCommand("/manage/dead-letters/replay", "Replay dead letters", "Sends every message that could not be handled through the queue again.", "ArrowReply")
            .WithIconName("DocumentFlowchart");
    }

    builder.AddStartupReport(data);
    builder.AddPulumiPublishing(options.Repository);
    await using var app = builder.Build();
    await app.RunAsync();
    return app.ExitCode();
}
catch (AppHostException problem) when (OwnProcess.Is)
{
    await Console.Error.WriteLineAsync($"microblog: {problem.Message}");
    return 1;
}
