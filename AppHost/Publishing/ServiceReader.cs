#pragma warning disable ASPIREPROBES001 // probes are still marked experimental

using Microblog.AppHost.Startup;
using Microblog.Infra.AppModel;

namespace Microblog.AppHost.Publishing;

/// <summary>Reads one project of the model the way a publisher of Aspire does: from its annotations.</summary>
internal sealed class ServiceReader(DistributedApplicationExecutionContext execution, IReadOnlyDictionary<string, IReadOnlyList<PortSpec>> ports, IReadOnlySet<string> jobs)
{
    private const string ConnectionPrefix = "ConnectionStrings__";

    private readonly ServiceValues _values = new(ports);

    /// <summary>The service, and the resources with connections or parameters that its settings come from.</summary>
    /// <exception cref="AppHostException">The contract has no way to say something of it.</exception>
    public async Task<(ServiceSpec Service, IReadOnlyList<IResource> Sources)> ReadAsync(ProjectResource resource, CancellationToken cancellationToken)
    {
        var own = ports[resource.Name];
        var isJob = jobs.Contains(resource.Name);
        var isApi = !isJob && own.Any(port => port.Name is not EndpointExtensions.Management);
        var scale = resource.TryGetLastAnnotation<Scale>(out var given) ? given : new Scale();
        var replicas = resource.GetReplicaCount();
        var project = Path.GetFileNameWithoutExtension(resource.GetProjectMetadata().ProjectPath);
        var variables = await VariablesAsync(resource, cancellationToken);
        var service = new ServiceSpec(
            resource.Name,
            isJob ? ServiceRole.Job : isApi ? ServiceRole.Api : ServiceRole.Worker,
            project,
            await ArgumentsAsync(resource, cancellationToken),
            own.Any(port => port.External),
            own,
            [.. variables.Select(variable => _values.Variable(resource.Name, variable.Key, variable.Value)).OfType<VariableSpec>().OrderBy(variable => variable.Name, StringComparer.Ordinal)],
            [.. resource.Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name).Where(ports.ContainsKey).Distinct()],
            isJob ? new ReplicasSpec(1, 1) : new ReplicasSpec(replicas, Math.Max(replicas, scale.Max)),
            scale.Cpu,
            scale.MemoryGiB,
            scale.GraceSeconds,
            ContainerImages.Of(project),
            Probes(resource),
            isJob ? null : new ScaleSpec(isApi ? scale.HttpConcurrency : null, scale.Queues.Count == 0 ? null : [.. scale.Queues.Select(queue => new QueueLengthSpec(queue.Queue, queue.Length))]));
        return (service, [.. variables.Values.Select(Source).OfType<IResource>()]);
    }

    private async Task<Dictionary<string, object>> VariablesAsync(ProjectResource resource, CancellationToken cancellationToken)
    {
        var context = new EnvironmentCallbackContext(execution, resource, Platform.ForEveryProcess(resource.Name), cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        var variables = context.EnvironmentVariables;
        // Aspire also gives the parts of each connection string, for programs that read no such strings. They speak of the model's own containers.
        foreach (var (name, value) in variables.Where(variable => variable.Key.StartsWith(ConnectionPrefix, StringComparison.Ordinal)).ToList())
        {
            foreach (var (part, _) in (Source(value) as IResourceWithConnectionString)?.GetConnectionProperties() ?? [])
            {
                variables.Remove($"{name[ConnectionPrefix.Length..].Replace('-', '_')}_{part}".ToUpperInvariant());
            }
        }

        return variables;
    }

    private async Task<IReadOnlyList<string>> ArgumentsAsync(ProjectResource resource, CancellationToken cancellationToken)
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken) { ExecutionContext = execution };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(context);
        }

        return [.. context.Args.Select(argument => _values.Literal($"An argument of {resource.Name}", argument))];
    }

    private static ProbesSpec? Probes(ProjectResource resource)
    {
        var probes = resource.Annotations.OfType<EndpointProbeAnnotation>().ToLookup(probe => probe.Type);
        return probes.Count == 0 ? null : new ProbesSpec(One(ProbeType.Startup), One(ProbeType.Liveness), One(ProbeType.Readiness));

        ProbeSpec? One(ProbeType type) => probes[type].LastOrDefault() is { } probe
            ? new(probe.EndpointReference.EndpointName, probe.Path, probe.InitialDelaySeconds, probe.PeriodSeconds, probe.TimeoutSeconds, probe.FailureThreshold, probe.SuccessThreshold)
            : null;
    }

    private static IResource? Source(object value) => value switch
    {
        ConnectionStringReference reference => reference.Resource,
        ParameterResource or IResourceWithConnectionString => (IResource)value,
        IResourceBuilder<IResource> builder => Source(builder.Resource),
        ReferenceExpression { IsConditional: false, Format: "{0}", ValueProviders: [var only] } => Source(only),
        _ => null,
    };
}
