using Aspire.Hosting.Engine;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Health;

/// <summary>Watches the health of every running resource, publishes it in the snapshots, and calls the ready handlers on the first good answer.</summary>
internal sealed partial class HealthMonitor(
    ResourceNotificationService notifications,
    HealthCheckService healthChecks,
    IDistributedApplicationEventing eventing,
    ReplicaTable replicas,
    IServiceProvider services,
    ILogger<HealthMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestStartingDelay = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LongestUnhealthyDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HealthyDelay = TimeSpan.FromSeconds(30);

    // The proxies learn from the checks which of several replicas to avoid, so those are asked more often.
    private static readonly TimeSpan HealthyReplicasDelay = TimeSpan.FromSeconds(5);
    private const double DelayGrowth = 1.4;

    private readonly Dictionary<IResource, Watch> _watches = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var update in notifications.WatchAsync(stoppingToken))
            {
                Follow(update, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
        finally
        {
            foreach (var watch in _watches.Values)
            {
                watch.Stop();
            }
        }
    }

    private void Follow(ResourceEvent update, CancellationToken stoppingToken)
    {
        var state = update.Snapshot.State?.Text;
        if (_watches.TryGetValue(update.Resource, out var watch))
        {
            watch.Saw(update.ResourceId, state);
            var ids = update.Resource.Ids();
            if (KnownResourceStates.IsTerminal(state) && ids.All(id => notifications.TryGetCurrentState(id, out var e) && KnownResourceStates.IsTerminal(e.Snapshot.State?.Text)))
            {
                watch.Stop();
                _watches.Remove(update.Resource);
            }
        }
        else if (state == KnownResourceStates.Running)
        {
            watch = new Watch(stoppingToken);
            watch.Saw(update.ResourceId, state);
            _watches.Add(update.Resource, watch);
            _ = Task.Run(() => MonitorAsync(update.Resource, watch), CancellationToken.None);
        }
    }

    private async Task MonitorAsync(IResource resource, Watch watch)
    {
        if (!resource.TryGetAnnotationsIncludingAncestorsOfType<HealthCheckAnnotation>(out var annotations))
        {
            await CallReadyHandlersAsync(resource, watch.Token);
            return;
        }

        var keys = annotations.Select(a => a.Key).ToHashSet();
        var isReady = false;
        var delay = FirstDelay;
        while (!watch.Token.IsCancellationRequested)
        {
            try
            {
                var report = await CheckAsync(keys, watch.Token);
                await PublishAsync(resource, report);
                if (report.Status == HealthStatus.Healthy)
                {
                    delay = replicas.Of(resource).Count > 1 ? HealthyReplicasDelay : HealthyDelay;
                    if (!isReady)
                    {
                        isReady = true;
                        _ = Task.Run(() => CallReadyHandlersAsync(resource, watch.Token), CancellationToken.None);
                    }
                }
                else
                {
                    // Somebody waits for a resource that starts; one that fell ill is only watched.
                    var longest = isReady ? LongestUnhealthyDelay : LongestStartingDelay;
                    delay = delay > LongestUnhealthyDelay ? FirstDelay : TimeSpan.FromTicks(Math.Min((long)(delay.Ticks * DelayGrowth), longest.Ticks));
                }
            }
            catch (OperationCanceledException) when (watch.Token.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.CheckFailed(logger, exception, resource.Name);
            }

            if (await watch.DelayAsync(delay))
            {
                // A state changed: ask again soon, and keep asking at a quick pace.
                delay = FirstDelay;
            }
        }
    }

    private async Task<HealthReport> CheckAsync(HashSet<string> keys, CancellationToken cancellationToken)
    {
        try
        {
            return await healthChecks.CheckHealthAsync(r => keys.Contains(r.Name), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A check that cannot even be made says nothing about which; all count as failed.
            return new HealthReport(keys.ToDictionary(k => k, _ => new HealthReportEntry(HealthStatus.Unhealthy, "Error calling HealthCheckService.", TimeSpan.Zero, exception, null)), TimeSpan.Zero);
        }
    }

    private Task PublishAsync(IResource resource, HealthReport report)
    {
        var now = DateTime.UtcNow;
        return notifications.PublishUpdateAsync(resource, s => s with
        {
            HealthReports =
            [
                .. s.HealthReports.Where(r => !report.Entries.ContainsKey(r.Name)),
                .. report.Entries.Select(e => new HealthReportSnapshot(e.Key, e.Value.Status, e.Value.Description, e.Value.Exception?.ToString()) { LastRunAt = now }),
            ],
        });
    }

    private async Task CallReadyHandlersAsync(IResource resource, CancellationToken cancellationToken)
    {
        var handlers = eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
        await handlers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (handlers.Exception is { } exception)
        {
            Log.ReadyHandlerFailed(logger, exception.InnerException ?? exception, resource.Name);
        }

        await notifications.PublishUpdateAsync(resource, s => s with { ReadyHandlers = handlers });
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The health of '{ResourceName}' could not be checked.")]
        public static partial void CheckFailed(ILogger logger, Exception exception, string resourceName);

        [LoggerMessage(Level = LogLevel.Error, Message = "A ready handler of '{ResourceName}' failed.")]
        public static partial void ReadyHandlerFailed(ILogger logger, Exception exception, string resourceName);
    }

    /// <summary>The monitoring of one resource: its end, and pauses that a change of state cuts short.</summary>
    private sealed class Watch(CancellationToken stoppingToken)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, string?> _states = [];
        private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        private TaskCompletionSource _changed = New();

        public CancellationToken Token => _stop.Token;

        public void Stop() => _stop.Cancel();

        public void Saw(string id, string? state)
        {
            lock (_lock)
            {
                if (!_states.TryGetValue(id, out var known) || known != state)
                {
                    _states[id] = state;
                    _changed.TrySetResult();
                }
            }
        }

        public async Task<bool> DelayAsync(TimeSpan delay)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            var ended = await Task.WhenAny(changed, Task.Delay(delay, Token));
            lock (_lock)
            {
                if (_changed.Task.IsCompleted)
                {
                    _changed = New();
                }
            }

            return ended == changed;
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
