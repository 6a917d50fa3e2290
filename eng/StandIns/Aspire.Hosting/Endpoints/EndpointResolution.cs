namespace Aspire.Hosting.ApplicationModel;

/// <summary>The ports that a published resource is given: what the model says, else what its platform defaults to, else the next free number.</summary>
internal static class EndpointResolution
{
    public static IReadOnlyList<ResolvedEndpoint> Resolve(IResource resource, IPortAllocator allocator)
    {
        var schemes = new HashSet<string>();
        var resolved = new List<ResolvedEndpoint>();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var isHttp = endpoint.UriScheme is "http" or "https";
            var isFirstOfScheme = schemes.Add(endpoint.UriScheme);
            var target = endpoint.TargetPort is { } given ? ResolvedPort.Explicit(given)
                : resource is ContainerResource && endpoint.Port is { } exposedPort ? ResolvedPort.Implicit(exposedPort)
                : resource is ProjectResource && isHttp && isFirstOfScheme ? ResolvedPort.None()
                : ResolvedPort.Allocated(allocator.AllocatePort());
            var exposed = endpoint.Port is { } port ? ResolvedPort.Explicit(port)
                : target.Value is { } targetPort ? ResolvedPort.Implicit(targetPort)
                : isHttp ? ResolvedPort.None()
                : ResolvedPort.Allocated(allocator.AllocatePort());
            foreach (var used in new[] { exposed.Value, target.Value }.OfType<int>())
            {
                allocator.AddUsedPort(used);
            }

            resolved.Add(new ResolvedEndpoint { Endpoint = endpoint, TargetPort = target, ExposedPort = exposed });
        }

        return resolved;
    }
}
