using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microblog.AppHost.Health;

/// <summary>Redis answers to its password.</summary>
public sealed class RedisHealth(Func<CancellationToken, Task<string>> connectionString) : ServerHealth
{
    /// <inheritdoc/>
    protected override async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken) =>
        await RedisConnection.ExecuteAsync(await connectionString(cancellationToken), "PING", cancellationToken) is "+PONG"
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("it does not answer PING");
}
