using Aspire.Hosting.Engine;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Health;

/// <summary>
/// Asks every running replica at its own port, not through the proxy: the answers also tell the proxies which replicas are ready.
/// The resource is healthy when all of them give the expected status.
/// </summary>
internal sealed class HttpEndpointCheck(EndpointReference endpoint, string path, int statusCode)
{
    public string Path { get; } = path;

    public int StatusCode { get; } = statusCode;

    public IHealthCheck For(IServiceProvider services) => new Check(this, endpoint, services.GetRequiredService<ReplicaTable>());

    private sealed class Check(HttpEndpointCheck settings, EndpointReference endpoint, ReplicaTable replicas) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (!endpoint.Exists)
            {
                return HealthCheckResult.Unhealthy($"The endpoint '{endpoint.EndpointName}' does not exist on the resource '{endpoint.Resource.Name}'.");
            }

            var running = replicas.Of(endpoint.Resource).Where(r => r.IsRunning && r.TargetPorts.ContainsKey(endpoint.EndpointAnnotation)).ToArray();
            if (running.Length == 0)
            {
                return HealthCheckResult.Unhealthy($"No process of '{endpoint.Resource.Name}' is running.");
            }

            var problems = await Task.WhenAll(running.Select(async replica =>
            {
                var uri = new Uri($"{endpoint.Scheme}://localhost:{replica.TargetPorts[endpoint.EndpointAnnotation]}{(settings.Path.StartsWith('/') ? "" : "/")}{settings.Path}");
                var problem = await HttpProbe.AskAsync(uri, settings.StatusCode, cancellationToken);
                replica.SetProbe(context.Registration.Name, problem is null);
                return problem is null ? null : $"{replica.Id}: {problem}";
            }));
            var failed = problems.OfType<string>().ToArray();
            return failed.Length == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", failed));
        }
    }
}

internal sealed class ExternalHttpCheck(ExternalServiceResource service, string path, int statusCode) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problem = await HttpProbe.AskAsync(new Uri(await service.ResolveAsync(cancellationToken), path), statusCode, cancellationToken);
        return problem is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(problem);
    }
}

/// <summary>Names a health check that asks the replicas themselves; until it has, a replica that has just started is not ready.</summary>
internal sealed record HttpProbedAnnotation(string Key) : IResourceAnnotation;
