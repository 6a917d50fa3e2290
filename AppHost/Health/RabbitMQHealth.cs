using Microsoft.Extensions.Diagnostics.HealthChecks;
using RabbitMQ.Client;

namespace Microblog.AppHost.Health;

/// <summary>The broker lets its user in.</summary>
public sealed class RabbitMQHealth(Func<CancellationToken, Task<string>> connectionString) : ServerHealth
{
    /// <inheritdoc/>
    protected override async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory
        {
            Uri = new Uri(await connectionString(cancellationToken)),
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = TimeSpan.FromSeconds(3),
            ContinuationTimeout = TimeSpan.FromSeconds(3),
            ClientProvidedName = "health",
        };
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await connection.CloseAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
