using System.Collections;
using Aspire.Hosting.Health;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Engine;

/// <summary>Starts and stops the processes of replicas and tells what becomes of them.</summary>
internal sealed partial class ReplicaStarter(
    DistributedApplicationExecutionContext context,
    DistributedApplicationOptions options,
    ResourceNotificationService notifications,
    ResourceLoggerService logs,
    ResourcePublisher publisher,
    ReplicaTable replicas,
    ProcessLedger ledger)
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(6);

    // What the AppHost's own launch profile set must not decide how the services run.
    private static readonly HashSet<string> NotInherited = new(StringComparer.OrdinalIgnoreCase)
    {
        "ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPIRE_LOGLEVEL",
    };

    private volatile bool _shuttingDown;

    public void BeginShutdown() => _shuttingDown = true;

    public async Task StartAsync(Replica replica, CancellationToken cancellationToken)
    {
        var resource = replica.Resource;
        if (resource.IsContainer() || resource is ContainerResource)
        {
            throw new DistributedApplicationException($"'{resource.Name}' is a container. Containers need a container runtime and the real Aspire packages; this build uses the local stand-in, which runs only projects and executables.");
        }

        var log = logs.GetLogger(replica.Id);
        var configuration = await ExecutionConfigurationBuilder.Create(resource).WithArgumentsConfig().WithEnvironmentVariablesConfig()
            .BuildAsync(context, log, cancellationToken);
        if (configuration.Exception is { } problem)
        {
            throw new DistributedApplicationException($"Failed to apply configuration to {resource.Name}: {problem.Message}", problem);
        }

        var variables = configuration.EnvironmentVariables.ToDictionary(v => v.Key, v => ProcessTokens.Fill(v.Value, replica, replicas));
        var arguments = configuration.Arguments.Select(a => ProcessTokens.Fill(a.Value, replica, replicas)).ToArray();
        var spec = Command(resource, arguments, Inherit(variables));
        cancellationToken.ThrowIfCancellationRequested();

        var output = logs.Find(replica.Id);
        foreach (var probe in resource.Annotations.OfType<HttpProbedAnnotation>())
        {
            replica.SetProbe(probe.Key, false);
        }

        var process = ManagedProcess.Start(spec, output.Write);
        replica.Process = process;
        replica.IsStopping = false;
        ledger.Add(process.Identity);
        await publisher.PublishRunningAsync(replica, spec, variables);
        _ = Task.Run(() => FollowAsync(replica, process), CancellationToken.None);
    }

    public async Task StopAsync(Replica replica)
    {
        if (replica.Process is not { HasExited: false } process)
        {
            return;
        }

        replica.IsStopping = true;
        await notifications.PublishUpdateAsync(replica.Resource, replica.Id, s => s with { State = KnownResourceStates.Stopping });
        await process.StopAsync(StopGrace);
        await FollowedAsync(replica, process);
    }

    private async Task FollowAsync(Replica replica, ManagedProcess process)
    {
        await process.Exited;
        await FollowedAsync(replica, process);
    }

    // Whoever comes first, the one who stopped the process or the one who watched it, tells of its end.
    private async Task FollowedAsync(Replica replica, ManagedProcess process)
    {
        var exitCode = await process.Exited;
        if (Interlocked.Exchange(ref process.EndTold, true))
        {
            await process.EndPublished.Task;
            return;
        }

        try
        {
            // Children that the process left running are taken with it, or the next start would meet them.
            await ProcessTree.StopAsync(process.Identity, TimeSpan.Zero);
            ledger.Remove(process.Identity);
            await publisher.PublishFinishedAsync(replica, exitCode, raiseEvent: !_shuttingDown);
        }
        finally
        {
            process.EndPublished.TrySetResult();
        }
    }

    private ProcessSpec Command(IResource resource, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        if (resource is ExecutableResource executable)
        {
            var directory = Path.GetFullPath(executable.WorkingDirectory, options.ProjectDirectory ?? Environment.CurrentDirectory);
            return new ProcessSpec(executable.Command, arguments, directory, environment);
        }

        var metadata = ((ProjectResource)resource).GetProjectMetadata();
        return new ProcessSpec(CommandPath.Dotnet(), [.. ProjectCommand.Arguments(metadata, options), .. ProjectCommand.ProfileArguments((ProjectResource)resource), .. arguments], Path.GetDirectoryName(metadata.ProjectPath)!, environment);
    }

    private static Dictionary<string, string> Inherit(Dictionary<string, string> variables)
    {
        var environment = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (!NotInherited.Contains((string)entry.Key))
            {
                environment[(string)entry.Key] = (string?)entry.Value ?? "";
            }
        }

        foreach (var (name, value) in variables)
        {
            environment[name] = value;
        }

        return environment;
    }
}
