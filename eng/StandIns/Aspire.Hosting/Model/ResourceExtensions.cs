namespace Aspire.Hosting.ApplicationModel
{
    public static class ResourceExtensions
    {
        public static bool TryGetLastAnnotation<T>(this IResource resource, [NotNullWhen(true)] out T? annotation)
            where T : IResourceAnnotation
        {
            annotation = resource.Annotations.OfType<T>().LastOrDefault();
            return annotation is not null;
        }

        public static bool TryGetAnnotationsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
            where T : IResourceAnnotation
        {
            var found = resource.Annotations.OfType<T>().ToArray();
            result = found.Length > 0 ? found : null;
            return result is not null;
        }

        public static bool HasAnnotationOfType<T>(this IResource resource)
            where T : IResourceAnnotation => resource.Annotations.Any(a => a is T);

        public static bool TryGetAnnotationsIncludingAncestorsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
            where T : IResourceAnnotation
        {
            var found = new List<T>(resource.Annotations.OfType<T>());
            for (var current = resource; current is IResourceWithParent child; current = child.Parent)
            {
                found.AddRange(child.Parent.Annotations.OfType<T>());
            }

            result = found.Count > 0 ? found : null;
            return result is not null;
        }

        public static bool HasAnnotationIncludingAncestorsOfType<T>(this IResource resource)
            where T : IResourceAnnotation => resource.TryGetAnnotationsIncludingAncestorsOfType<T>(out _);

        public static bool TryGetEndpoints(this IResource resource, [NotNullWhen(true)] out IEnumerable<EndpointAnnotation>? endpoints) =>
            resource.TryGetAnnotationsOfType(out endpoints);

        public static bool TryGetUrls(this IResource resource, [NotNullWhen(true)] out IEnumerable<ResourceUrlAnnotation>? urls) =>
            resource.TryGetAnnotationsOfType(out urls);

        public static bool TryGetEnvironmentVariables(this IResource resource, [NotNullWhen(true)] out IEnumerable<EnvironmentCallbackAnnotation>? environmentVariables) =>
            resource.TryGetAnnotationsOfType(out environmentVariables);

        public static bool TryGetContainerMounts(this IResource resource, [NotNullWhen(true)] out IEnumerable<ContainerMountAnnotation>? volumeMounts) =>
            resource.TryGetAnnotationsOfType(out volumeMounts);

        public static bool TryGetContainerImageName(this IResource resource, [NotNullWhen(true)] out string? imageName)
        {
            imageName = resource.TryGetLastAnnotation<ContainerImageAnnotation>(out var image) ? image.FullName : null;
            return imageName is not null;
        }

        public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) => new(resource, endpointName);

        public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName, NetworkIdentifier contextNetworkId) =>
            new(resource, endpointName, contextNetworkId);

        public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource) =>
            resource.Annotations.OfType<EndpointAnnotation>().Select(e => new EndpointReference(resource, e));

        public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource, NetworkIdentifier contextNetworkId) =>
            resource.Annotations.OfType<EndpointAnnotation>().Select(e => new EndpointReference(resource, e, contextNetworkId));

        public static int GetReplicaCount(this IResource resource) =>
            resource.TryGetLastAnnotation<ReplicaAnnotation>(out var replicas) ? replicas.Replicas : 1;

        public static bool IsExcludedFromPublish(this IResource resource) =>
            resource.TryGetLastAnnotation<ManifestPublishingCallbackAnnotation>(out var annotation) && annotation == ManifestPublishingCallbackAnnotation.Ignore;

        public static IReadOnlyList<ResolvedEndpoint> ResolveEndpoints(this IResource resource, IPortAllocator? portAllocator = null) =>
            EndpointResolution.Resolve(resource, portAllocator ?? new PortAllocator());

        [Obsolete("Use ExecutionConfigurationBuilder instead.")]
        public static async ValueTask<Dictionary<string, string>> GetEnvironmentVariableValuesAsync(this IResourceWithEnvironment resource, DistributedApplicationOperation applicationOperation = DistributedApplicationOperation.Run)
        {
            var result = await ExecutionConfigurationBuilder.Create(resource).WithEnvironmentVariablesConfig()
                .BuildAsync(new DistributedApplicationExecutionContext(applicationOperation));
            return result.Exception is null ? result.EnvironmentVariables.ToDictionary() : throw result.Exception;
        }

        [Obsolete("Use ExecutionConfigurationBuilder instead.")]
        public static async ValueTask<string[]> GetArgumentValuesAsync(this IResourceWithArgs resource, DistributedApplicationOperation applicationOperation = DistributedApplicationOperation.Run)
        {
            var result = await ExecutionConfigurationBuilder.Create(resource).WithArgumentsConfig()
                .BuildAsync(new DistributedApplicationExecutionContext(applicationOperation));
            return result.Exception is null ? [.. result.Arguments.Select(a => a.Value)] : throw result.Exception;
        }
    }

    public static class DistributedApplicationModelExtensions
    {
        public static IEnumerable<IResource> GetComputeResources(this DistributedApplicationModel model) =>
            model.Resources.Where(r => !r.IsExcludedFromPublish() && (r.IsContainer() || r is ProjectResource));
    }
}

namespace Aspire.Hosting
{
    public static class ContainerResourceExtensions
    {
        public static IEnumerable<IResource> GetContainerResources(this DistributedApplicationModel model) => model.Resources.Where(IsContainer);

        public static bool IsContainer(this IResource resource) => resource.HasAnnotationOfType<ContainerImageAnnotation>();
    }

    public static class ExecutableResourceExtensions
    {
        public static IEnumerable<ExecutableResource> GetExecutableResources(this DistributedApplicationModel model) => model.Resources.OfType<ExecutableResource>();
    }
}
