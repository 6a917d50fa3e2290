using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Engine;

/// <summary>Decides every port before the first process starts, so that all can be told each other's addresses.</summary>
internal sealed class EndpointAllocator(IConfiguration configuration, ReplicaTable replicas, ILogger<EndpointProxy> logger) : IAsyncDisposable
{
    private readonly ConcurrentBag<EndpointProxy> _proxies = [];

    public void Allocate(IResource resource)
    {
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            var port = resource.IsContainer() ? AllocateContainer(resource, endpoint)
                : endpoint.IsProxied && endpoint.Protocol == ProtocolType.Tcp ? AllocateProxied(resource, endpoint)
                : AllocateProxyless(resource, endpoint);
            var (address, mode) = endpoint.TargetHost switch
            {
                "*" or "+" or "::" or "[::]" => (KnownHostNames.Localhost, EndpointBindingMode.DualStackAnyAddresses),
                "0.0.0.0" => (KnownHostNames.Localhost, EndpointBindingMode.IPv4AnyAddresses),
                var host when host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) => (KnownHostNames.Localhost, EndpointBindingMode.SingleAddress),
                var host => (host, EndpointBindingMode.SingleAddress),
            };
            endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, address, port, mode, ProcessTokens.TargetPort(resource, endpoint), endpoint.DefaultNetworkID);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }
    }

    // Containers do not run here; their addresses only have to exist for those who mention them.
    private static int AllocateContainer(IResource resource, EndpointAnnotation endpoint) => endpoint.TargetPort is null
        ? throw new InvalidOperationException($"The endpoint '{endpoint.Name}' for container resource '{resource.Name}' must specify the TargetPort value")
        : endpoint.Port ?? Ports.Free();

    private int AllocateProxied(IResource resource, EndpointAnnotation endpoint)
    {
        if (endpoint.TargetPort is not null && endpoint.TargetPort == endpoint.Port)
        {
            throw new InvalidOperationException($"The endpoint '{endpoint.Name}' for resource '{resource.Name}' requested a proxy (IsProxied is true). Non-container resources cannot be proxied when both TargetPort and Port are specified with the same value.");
        }

        if (endpoint.TargetPort is not null && resource.GetReplicaCount() > 1)
        {
            throw new InvalidOperationException($"Resource '{resource.Name}' can have multiple replicas, and it uses endpoint '{endpoint.Name}' that has TargetPort property set. Each replica must have a unique port; setting TargetPort is not allowed.");
        }

        var wanted = configuration.GetValue<bool>("DcpPublisher:RandomizePorts") ? null : endpoint.Port;
        try
        {
            var proxy = EndpointProxy.Listen(endpoint, wanted, () => replicas.Of(resource), logger);
            _proxies.Add(proxy);
            foreach (var replica in replicas.Of(resource))
            {
                replica.TargetPorts[endpoint] = endpoint.TargetPort ?? Ports.Free();
            }

            return proxy.Port;
        }
        catch (SocketException exception)
        {
            throw new DistributedApplicationException($"The endpoint '{endpoint.Name}' of '{resource.Name}' cannot listen on port {wanted}: {exception.Message}. Stop the program that uses the port, or choose another one.", exception);
        }
    }

    private int AllocateProxyless(IResource resource, EndpointAnnotation endpoint)
    {
        if (resource.GetReplicaCount() > 1)
        {
            throw new InvalidOperationException($"Resource '{resource.Name}' uses multiple replicas and a proxy-less endpoint '{endpoint.Name}'. These features do not work together.");
        }

        if (endpoint.Port is not null && endpoint.Port != endpoint.TargetPort)
        {
            throw new InvalidOperationException($"The endpoint '{endpoint.Name}' for resource '{resource.Name}' is not using a proxy, and it has a value of Port property that is different from the value of TargetPort property. For proxy-less endpoints they must match.");
        }

        var port = endpoint.Port ?? Ports.Free();
        endpoint.Port = endpoint.TargetPort = port;
        foreach (var replica in replicas.Of(resource))
        {
            replica.TargetPorts[endpoint] = port;
        }

        return port;
    }
}
