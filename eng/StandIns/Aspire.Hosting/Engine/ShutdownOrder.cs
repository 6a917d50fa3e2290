namespace Aspire.Hosting.Engine;

/// <summary>Stops who uses a server before the server, so that services can finish; but not at any price: a slow one does not hold the others up for long.</summary>
internal static class ShutdownOrder
{
    private static readonly TimeSpan PatienceWithDependents = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PatienceWithStart = TimeSpan.FromSeconds(2);

    public static Task StopAllAsync(DistributedApplicationModel model, ReplicaTable replicas, ReplicaStarter starter)
    {
        var dependents = Dependents(model);
        var stops = new Dictionary<IResource, Task>();
        return Task.WhenAll(model.Resources.Select(r => Stop(r, [])));

        Task Stop(IResource resource, HashSet<IResource> path)
        {
            if (stops.TryGetValue(resource, out var known))
            {
                return known;
            }

            path.Add(resource);
            var first = dependents[resource].Where(d => !path.Contains(d)).ToArray().Select(d => Stop(d, path)).ToArray();
            path.Remove(resource);
            return stops[resource] = StopAfterAsync(resource, Task.WhenAll(first));
        }

        async Task StopAfterAsync(IResource resource, Task first)
        {
            await Task.WhenAny(first, Task.Delay(PatienceWithDependents));
            await Task.WhenAll(replicas.Of(resource).Select(StopReplicaAsync));
        }

        // A start that is under way ends soon, as it has been cancelled; its process must not be missed.
        async Task StopReplicaAsync(Replica replica)
        {
            var entered = await replica.Gate.WaitAsync(PatienceWithStart);
            try
            {
                await starter.StopAsync(replica);
            }
            finally
            {
                if (entered)
                {
                    replica.Gate.Release();
                }
            }
        }
    }

    private static ILookup<IResource, IResource> Dependents(DistributedApplicationModel model) => model.Resources
        .SelectMany(dependent => dependent.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource)
            .Concat(dependent.Annotations.OfType<ResourceRelationshipAnnotation>().Where(r => r.Type == RelationshipTypes.Reference).Select(r => r.Resource))
            .Distinct()
            .Where(dependency => dependency != dependent)
            .Select(dependency => (Dependency: dependency, Dependent: dependent)))
        .Concat(model.Resources.OfType<IResourceWithParent>().Select(child => (Dependency: child.Parent, Dependent: (IResource)child)))
        .ToLookup(e => e.Dependency, e => e.Dependent);
}
