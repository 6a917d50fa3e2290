using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.Hosting;

/// <summary>
/// Lets a process that was told to stop go on answering for <c>SHUTDOWN_DELAY_SECONDS</c> (0 to 60, none without it). A load balancer
/// learns at the same time as the process that it is to go, and until then sends requests that would find nobody listening. Streams end
/// at once, so that their clients have found another process before this one is gone.
/// </summary>
internal sealed class ShutdownDelay(IConfiguration configuration, IServiceProvider services) : IHostedLifecycleService
{
    private readonly TimeSpan _delay = configuration.ShutdownDelay;

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        _delay > TimeSpan.Zero ? Task.Delay(_delay, services.GetService<TimeProvider>() ?? TimeProvider.System, cancellationToken) : Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not ready any more from the moment on that the process was told to stop.</summary>
    internal sealed class Check(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy("The process is about to stop.") : HealthCheckResult.Healthy());
    }
}
