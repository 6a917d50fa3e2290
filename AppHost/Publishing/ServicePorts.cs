using Microblog.Infra.AppModel;

namespace Microblog.AppHost.Publishing;

/// <summary>The ports of a published service: what the model says, else 8080, which the images of .NET listen on, and what follows.</summary>
internal static class ServicePorts
{
    private const int Default = 8080;

    /// <summary>The endpoints that a container has. TLS ends before it, so an https endpoint that only the launch profile gave has no port there.</summary>
    public static IReadOnlyList<PortSpec> Of(IResource service)
    {
        var endpoints = service.Annotations.OfType<EndpointAnnotation>().Where(endpoint => endpoint.UriScheme is not "https" || endpoint.TargetPort is not null).ToList();
        var taken = endpoints.Select(endpoint => endpoint.TargetPort).OfType<int>().ToHashSet();
        var ports = new List<PortSpec>();
        foreach (var endpoint in endpoints)
        {
            var port = endpoint.TargetPort ?? Enumerable.Range(Default, 1000).First(taken.Add);
            ports.Add(new PortSpec(endpoint.Name, port, Transport(endpoint), endpoint.IsExternal));
        }

        return ports;
    }

    private static string Transport(EndpointAnnotation endpoint) =>
        endpoint.UriScheme is not ("http" or "https") ? PortTransport.Tcp
            : endpoint.Transport is "http2" ? PortTransport.Http2
            : PortTransport.Http;
}
