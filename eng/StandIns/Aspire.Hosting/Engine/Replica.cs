using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Engine;

/// <summary>One process of a resource: its ports, whether it runs, and whether its own health endpoints answer.</summary>
internal sealed class Replica(IResource resource, string id)
{
    private readonly ConcurrentDictionary<string, bool> _probes = new();
    private readonly TaskCompletionSource _created = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IResource Resource { get; } = resource;

    public string Id { get; } = id;

    public string Suffix => Id[(Resource.Name.Length + 1)..];

    public Dictionary<EndpointAnnotation, int> TargetPorts { get; } = [];

    public ManagedProcess? Process { get; set; }

    public bool IsRunning => Process is { HasExited: false };

    /// <summary>It has been asked to end and still serves what it has begun.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Whether the proxies should send clients here: no health endpoint of this replica has failed or is unasked.</summary>
    public bool IsReady => IsRunning && !IsStopping && _probes.Values.All(ok => ok);

    /// <summary>One start or stop at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Ends when the first start has been carried out, failed, or been left to a command.</summary>
    public Task Created => _created.Task;

    public void MarkCreated() => _created.TrySetResult();

    public void SetProbe(string key, bool succeeded) => _probes[key] = succeeded;
}

internal sealed class ReplicaTable
{
    private readonly ConcurrentDictionary<IResource, IReadOnlyList<Replica>> _replicas = new();

    public IEnumerable<Replica> All => _replicas.Values.SelectMany(r => r);

    public IReadOnlyList<Replica> Of(IResource resource) => _replicas.GetValueOrDefault(resource) ?? [];

    public Replica? Find(string id) => All.FirstOrDefault(r => string.Equals(r.Id, id, StringComparison.OrdinalIgnoreCase));

    public void Add(IResource resource) => _replicas[resource] = [.. resource.Ids().Select(id => new Replica(resource, id))];
}
