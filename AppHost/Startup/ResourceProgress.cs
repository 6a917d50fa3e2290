using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microblog.AppHost.Startup;

/// <summary>How far one resource of the model has come, over all its replicas.</summary>
/// <param name="resource">The resource.</param>
/// <param name="runsOnce">Whether its processes are to end by themselves.</param>
internal sealed class ResourceProgress(IResource resource, bool runsOnce)
{
    private readonly HashSet<string> _ready = [];
    private readonly HashSet<string> _failed = [];
    private readonly int _replicas = resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;

    /// <summary>The resource's name.</summary>
    public string Name => resource.Name;

    /// <summary>The state shown to the reader.</summary>
    public string State { get; private set; } = "waiting";

    /// <summary>When its first process ran.</summary>
    public DateTime? Started { get; private set; }

    /// <summary>When all its processes were healthy, or had finished their work.</summary>
    public DateTime? Ready { get; private set; }

    /// <summary>Takes a change in; true when a process of this resource has failed since the last call.</summary>
    public bool Apply(ResourceEvent change)
    {
        var snapshot = change.Snapshot;
        var state = snapshot.State?.Text;
        var finished = state == KnownResourceStates.Finished || state == KnownResourceStates.Exited;
        var failed = state == KnownResourceStates.FailedToStart || state == KnownResourceStates.RuntimeUnhealthy || (finished && snapshot.ExitCode is not (0 or null));
        if (state == KnownResourceStates.Running || finished)
        {
            Started ??= snapshot.StartTimeStamp?.ToUniversalTime() ?? DateTime.UtcNow;
        }

        if (failed)
        {
            State = snapshot.ExitCode is { } code ? $"exit code {code}" : "failed";
            return _failed.Add(change.ResourceId);
        }

        _failed.Remove(change.ResourceId);
        var done = finished && snapshot.ExitCode == 0;
        if (done || (!runsOnce && state == KnownResourceStates.Running && snapshot.HealthStatus is HealthStatus.Healthy))
        {
            State = done ? "done" : _replicas > 1 ? $"healthy ×{_replicas}" : "healthy";
            if (_ready.Add(change.ResourceId) && _ready.Count >= _replicas)
            {
                Ready ??= DateTime.UtcNow;
            }
        }

        return false;
    }
}
