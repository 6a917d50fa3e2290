namespace Microblog.Infra.AppModel;

/// <summary>One thing that runs.</summary>
/// <param name="Name">Its name in this document.</param>
/// <param name="Role">One of <see cref="ServiceRole"/>.</param>
/// <param name="Project">The project that it is built from.</param>
/// <param name="Image">Repository of its image, without registry, tag and digest.</param>
/// <param name="Args">Arguments for the entry point of the image.</param>
/// <param name="External">Whether the public reaches it.</param>
/// <param name="Ports">Where it listens.</param>
/// <param name="Environment">Its settings, sorted by name.</param>
/// <param name="WaitsFor">Services that must have started, or finished if they are jobs, before this one starts.</param>
/// <param name="Replicas">How many of it run.</param>
/// <param name="Cpu">Virtual cores of each.</param>
/// <param name="MemoryGiB">Memory of each.</param>
/// <param name="TerminationGraceSeconds">Time that it is given to finish what it has begun.</param>
/// <param name="Probes">How the platform asks how it is; null for what has no port.</param>
/// <param name="Scale">What decides about more of it; null = nothing does.</param>
public sealed record ServiceSpec(
    string Name,
    string Role,
    string Project,
    IReadOnlyList<string> Args,
    bool External,
    IReadOnlyList<PortSpec> Ports,
    IReadOnlyList<VariableSpec> Environment,
    IReadOnlyList<string> WaitsFor,
    ReplicasSpec Replicas,
    double Cpu,
    double MemoryGiB,
    int TerminationGraceSeconds,
    string Image = "",
    ProbesSpec? Probes = null,
    ScaleSpec? Scale = null);

/// <summary>A port of a service.</summary>
/// <param name="Name">Its name within the service.</param>
/// <param name="Port">The number.</param>
/// <param name="Transport">One of <see cref="PortTransport"/>.</param>
/// <param name="External">Whether the public reaches it.</param>
public sealed record PortSpec(string Name, int Port, string Transport, bool External);

/// <summary>How the platform asks a service how it is.</summary>
public sealed record ProbesSpec(ProbeSpec? Startup = null, ProbeSpec? Liveness = null, ProbeSpec? Readiness = null)
{
    /// <summary>Those that there are, with their names in this document.</summary>
    public IEnumerable<(string Name, ProbeSpec Probe)> All()
    {
        foreach (var (name, probe) in new (string, ProbeSpec?)[] { ("startup", Startup), ("liveness", Liveness), ("readiness", Readiness) })
        {
            if (probe is not null)
            {
                yield return (name, probe);
            }
        }
    }
}

/// <summary>An HTTP request that is answered with a status from 200 to 399 when all is well.</summary>
/// <param name="Port">Name of one of the service's ports.</param>
/// <param name="Path">Begins with a slash.</param>
/// <param name="InitialDelaySeconds">Before the first request.</param>
/// <param name="PeriodSeconds">Between requests.</param>
/// <param name="TimeoutSeconds">For an answer.</param>
/// <param name="FailureThreshold">Failures in a row that count.</param>
/// <param name="SuccessThreshold">Successes in a row after which all is well again.</param>
public sealed record ProbeSpec(string Port, string Path, int InitialDelaySeconds, int PeriodSeconds, int TimeoutSeconds, int FailureThreshold, int SuccessThreshold);

/// <summary>An environment variable; exactly one of the sources is given.</summary>
/// <param name="Name">As the process reads it.</param>
/// <param name="Value">The value itself.</param>
/// <param name="Connection">The connection string of this connection.</param>
/// <param name="Secret">This secret.</param>
/// <param name="Platform">What only the platform knows: one of <see cref="PlatformName"/>.</param>
/// <param name="Endpoint">The address of another service within the platform, as <c>service/port</c>.</param>
public sealed record VariableSpec(string Name, string? Value = null, string? Connection = null, string? Secret = null, string? Platform = null, string? Endpoint = null);

/// <summary>How many of a service run at least and at most.</summary>
public sealed record ReplicasSpec(int Min, int Max);

/// <summary>What decides about more replicas.</summary>
/// <param name="HttpConcurrency">Requests at a time that one replica answers.</param>
/// <param name="Queues">Messages waiting per replica.</param>
public sealed record ScaleSpec(int? HttpConcurrency = null, IReadOnlyList<QueueLengthSpec>? Queues = null);

/// <summary>A queue, and how many messages in it one replica is enough for.</summary>
public sealed record QueueLengthSpec(string Queue, int Length);
