using System.Net.Sockets;
using Microblog.AppHost.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microblog.AppHost.Native;

/// <summary>A server program of this machine, started by one of the scripts in <c>Native/Scripts</c>, on 127.0.0.1.</summary>
public abstract class NativeServer(string name, string directory) : ExecutableResource(name, "sh", directory), IResourceWithConnectionString
{
    /// <summary>Name of the endpoint which the connection string points to.</summary>
    public const string EndpointName = "tcp";

    /// <inheritdoc/>
    public abstract ReferenceExpression ConnectionStringExpression { get; }

    /// <summary>The endpoint's address, always 127.0.0.1: <c>localhost</c> may mean ::1, where these servers do not listen.</summary>
    protected EndpointReferenceExpression Host => new EndpointReference(this, EndpointName).Property(EndpointProperty.IPV4Host);

    /// <summary>The endpoint's port.</summary>
    protected EndpointReferenceExpression Port => new EndpointReference(this, EndpointName).Property(EndpointProperty.Port);
}

internal static class NativeServerExtensions
{
    /// <summary>Adds a native server that is started by <paramref name="script"/> and watched by <paramref name="health"/>.</summary>
    public static IResourceBuilder<T> AddNativeServer<T>(this IDistributedApplicationBuilder builder, T server, string script, int port, IHealthCheck health)
        where T : NativeServer
    {
        var key = $"{server.Name}_check";
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(key, health, HealthStatus.Unhealthy, [], ServerHealth.Timeout));
        return builder.AddResource(server)
            .WithArgs(Path.Combine(builder.AppHostDirectory, "Native", "Scripts", script))
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: NativeServer.EndpointName, isProxied: false, protocol: ProtocolType.Tcp)
            .WithHealthCheck(key)
            .ExcludeFromManifest();
    }
}
