using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microblog.AppHost.Health;

/// <summary>
/// A health check that keeps trying for a few seconds until its server has answered for the first time. Aspire asks at
/// growing intervals, so one refused connection at the start would delay everything that waits for the server.
/// </summary>
public abstract class ServerHealth : IHealthCheck
{
    /// <summary>How long a check may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private volatile bool _hasAnswered;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            HealthCheckResult result;
            try
            {
                result = await ProbeAsync(cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                result = HealthCheckResult.Unhealthy(error.Message, error);
            }

            _hasAnswered |= result.Status is HealthStatus.Healthy;
            if (_hasAnswered || Stopwatch.GetElapsedTime(started) > Patience)
            {
                return result;
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <summary>Asks the server once; an exception means that it does not answer.</summary>
    protected abstract Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken);
}
