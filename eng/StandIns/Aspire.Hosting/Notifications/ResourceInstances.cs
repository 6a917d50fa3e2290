namespace Aspire.Hosting.ApplicationModel;

/// <summary>The processes that a resource of the model stands for, one per replica.</summary>
internal sealed record ResourceInstancesAnnotation(ImmutableArray<string> Ids) : IResourceAnnotation;

internal static class ResourceInstances
{
    private const string SuffixCharacters = "abcdefghjkmnpqrstuvwxyz";
    private const int SuffixLength = 8;

    /// <summary>Gives every process-backed resource its instance ids: its name and a random suffix, as several hosts may run side by side.</summary>
    public static void Assign(DistributedApplicationModel model)
    {
        foreach (var resource in model.Resources.Where(IsProcess))
        {
            if (!resource.HasAnnotationOfType<ResourceInstancesAnnotation>())
            {
                var ids = Enumerable.Range(0, resource.GetReplicaCount())
                    .Select(_ => $"{resource.Name}-{new string(System.Security.Cryptography.RandomNumberGenerator.GetItems<char>(SuffixCharacters, SuffixLength))}");
                resource.Annotations.Add(new ResourceInstancesAnnotation([.. ids]));
            }
        }
    }

    public static bool IsProcess(IResource resource) => resource is ProjectResource or ExecutableResource || resource.IsContainer();

    /// <summary>The ids under which snapshots and logs of a resource are kept.</summary>
    public static ImmutableArray<string> Ids(this IResource resource) =>
        resource.TryGetLastAnnotation<ResourceInstancesAnnotation>(out var instances) ? instances.Ids : [resource.Name];
}
