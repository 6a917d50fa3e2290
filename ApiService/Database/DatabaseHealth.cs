using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microblog.ApiService.Database;

/// <summary>Ready while at least one PostgreSQL server answers; degraded, but still ready, while only one does.</summary>
public sealed class DatabaseHealth(ReplicaMonitor monitor) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        (monitor.PrimaryIsDown, monitor.ReplicaIsUsable) switch
        {
            (false, true) => HealthCheckResult.Healthy(),
            (false, false) => HealthCheckResult.Degraded("The replica is away; the primary serves all reads."),
            (true, true) => HealthCheckResult.Degraded("The primary is away; reads go on from the replica, writes are refused."),
            (true, false) => HealthCheckResult.Unhealthy("No PostgreSQL server answers."),
        });
}
