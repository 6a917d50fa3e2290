using System.Collections;

namespace Aspire.Hosting.ApplicationModel;

public record NetworkEndpointSnapshot(ValueSnapshot<AllocatedEndpoint> Snapshot, NetworkIdentifier NetworkID);

public class NetworkEndpointSnapshotList : IEnumerable<NetworkEndpointSnapshot>
{
    private readonly SnapshotList<NetworkEndpointSnapshot> _snapshots = new();

    public IEnumerator<NetworkEndpointSnapshot> GetEnumerator() => _snapshots.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    [Obsolete("This method is for internal use only and will be marked internal in a future Aspire release. Use AddOrUpdateAllocatedEndpoint instead.")]
    public bool TryAdd(NetworkIdentifier networkId, ValueSnapshot<AllocatedEndpoint> snapshot)
    {
        lock (_snapshots)
        {
            if (_snapshots.Any(s => s.NetworkID == networkId))
            {
                return false;
            }

            _snapshots.Add(new NetworkEndpointSnapshot(snapshot, networkId));
            return true;
        }
    }

    public void AddOrUpdateAllocatedEndpoint(NetworkIdentifier networkId, AllocatedEndpoint endpoint)
    {
        if (endpoint.NetworkID != networkId)
        {
            throw new ArgumentException($"AllocatedEndpoint must use the same network as the {nameof(networkId)} parameter", nameof(endpoint));
        }

        SnapshotFor(networkId).SetValue(endpoint);
    }

    public Task<AllocatedEndpoint> GetAllocatedEndpointAsync(NetworkIdentifier networkId, CancellationToken cancellationToken = default) =>
        SnapshotFor(networkId).GetValueAsync(cancellationToken);

    internal AllocatedEndpoint? Find(NetworkIdentifier networkId) =>
        _snapshots.FirstOrDefault(s => s.NetworkID == networkId && s.Snapshot.IsValueSet)?.Snapshot.GetValueAsync().GetAwaiter().GetResult();

    private ValueSnapshot<AllocatedEndpoint> SnapshotFor(NetworkIdentifier networkId)
    {
        lock (_snapshots)
        {
            if (_snapshots.FirstOrDefault(s => s.NetworkID == networkId) is { } existing)
            {
                return existing.Snapshot;
            }

            var added = new NetworkEndpointSnapshot(new ValueSnapshot<AllocatedEndpoint>(), networkId);
            _snapshots.Add(added);
            return added.Snapshot;
        }
    }
}

public sealed class ValueSnapshot<T>
{
    private readonly TaskCompletionSource<T> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<T>? _latest;

    public bool IsValueSet => (_latest ?? _first.Task).IsCompletedSuccessfully;

    public Task<T> GetValueAsync(CancellationToken cancellationToken = default) => (_latest ?? _first.Task).WaitAsync(cancellationToken);

    public void SetValue(T value)
    {
        if (!_first.TrySetResult(value))
        {
            _latest = Task.FromResult(value);
        }
    }

    public void SetException(Exception exception)
    {
        if (!_first.TrySetException(exception))
        {
            _latest = Task.FromException<T>(exception);
        }
    }
}
