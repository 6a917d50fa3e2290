using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

internal static class ContainerHealthCheck
{
    /// <summary>Gives a server resource the health check key it has in reality. The server never runs here, so there is nothing to ask.</summary>
    public static IResourceBuilder<T> WithContainerHealthCheck<T>(this IResourceBuilder<T> builder)
        where T : IResource
    {
        var key = $"{builder.Resource.Name}_check";
        builder.ApplicationBuilder.Services.AddHealthChecks().AddCheck(key, () => HealthCheckResult.Unhealthy("Containers do not run in this build."));
        return builder.WithHealthCheck(key);
    }
}
