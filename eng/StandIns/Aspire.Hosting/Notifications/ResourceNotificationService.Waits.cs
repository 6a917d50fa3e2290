using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceNotificationService
{
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [string.IsNullOrEmpty(targetState) ? KnownResourceStates.Running : targetState], cancellationToken);

    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var states = targetStates.ToArray();
        var reached = await WaitAsync(
            resourceName,
            e => e.Snapshot.State is { } state && states.Contains(state.Text, StringComparer.OrdinalIgnoreCase),
            $"reach one of the states [{string.Join(", ", states)}]",
            cancellationToken);
        return reached.Snapshot.State!.Text;
    }

    public Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default) =>
        WaitAsync(resourceName, predicate, "meet the condition", cancellationToken);

    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, DefaultWaitBehavior, cancellationToken);

    public async Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        var settled = await WaitAsync(
            resourceName,
            e => e.Snapshot.HealthStatus == HealthStatus.Healthy
                || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && KnownResourceStates.IsUnavailable(e.Snapshot.State?.Text)),
            "become healthy",
            cancellationToken);
        if (settled.Snapshot.HealthStatus != HealthStatus.Healthy)
        {
            throw new DistributedApplicationException($"Stopped waiting for resource '{resourceName}' to become healthy because it is in the state '{settled.Snapshot.State?.Text}'.");
        }

        return await WaitForReadyHandlersAsync(resourceName, settled.ResourceId, cancellationToken);
    }

    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        var waits = resource.Annotations.OfType<WaitAnnotation>().Where(w => w.Resource is not IResourceWithoutLifetime).ToArray();
        if (waits.Length == 0)
        {
            return;
        }

        var pending = waits.SelectMany(w => w.Resource.Ids().Select(id => (Wait: w, Id: id))).ToList();
        await PublishWaitingAsync(resource, pending.Select(p => p.Id));
        await Task.WhenAll(pending.ToArray().Select(async dependency =>
        {
            await WaitForDependencyAsync(resource, dependency.Wait, dependency.Id, cancellationToken);
            string[] left;
            lock (pending)
            {
                pending.Remove(dependency);
                left = [.. pending.Select(p => p.Id)];
            }

            await PublishWaitingAsync(resource, left);
        }));
    }

    private Task PublishWaitingAsync(IResource resource, IEnumerable<string> ids)
    {
        var waitingFor = ids.Distinct().ToArray();

        // The update goes to all replicas; one that runs already must not be called back into waiting.
        return PublishUpdateAsync(resource, s => s.State?.Text is null or "" || s.State.Text == KnownResourceStates.Starting || s.State.Text == KnownResourceStates.Waiting
            ? s with { State = KnownResourceStates.Waiting, Properties = s.Properties.With(PropertyNames.WaitingFor, waitingFor) }
            : s);
    }

    private async Task WaitForDependencyAsync(IResource resource, WaitAnnotation wait, string dependencyId, CancellationToken cancellationToken)
    {
        var name = wait.Resource.Name;
        var display = wait.Resource.Ids().Length > 1 ? dependencyId : name;
        var stopWhenUnavailable = wait.WaitType == WaitType.WaitForCompletion
            || (wait.WaitBehavior ?? DefaultWaitBehavior) == WaitBehavior.StopOnResourceUnavailable;
        var log = _resourceLogs.GetLogger(resource);
        Log.Waiting(log, display, wait.WaitType);

        var settled = await WaitAsync(
            name,
            e => e.ResourceId == dependencyId && (wait.WaitType == WaitType.WaitForCompletion
                ? KnownResourceStates.IsTerminal(e.Snapshot.State?.Text) || e.Snapshot.ExitCode is not null
                : e.Snapshot.State?.Text == KnownResourceStates.Running || (stopWhenUnavailable && KnownResourceStates.IsUnavailable(e.Snapshot.State?.Text))),
            wait.WaitType == WaitType.WaitForCompletion ? "end" : "run",
            cancellationToken);
        var state = settled.Snapshot.State?.Text;
        if (state == KnownResourceStates.FailedToStart)
        {
            throw new DistributedApplicationException($"Resource '{resource.Name}' stopped waiting for dependency resource '{display}' because it failed to start.");
        }

        if (wait.WaitType == WaitType.WaitForCompletion)
        {
            if (settled.Snapshot.ExitCode is { } exitCode && exitCode != wait.ExitCode)
            {
                throw new DistributedApplicationException($"Resource '{resource.Name}' stopped waiting for dependency resource '{display}' because it entered the '{state}' state with exit code '{exitCode}', expected '{wait.ExitCode}'.");
            }
        }
        else if (state != KnownResourceStates.Running)
        {
            throw new DistributedApplicationException($"Resource '{resource.Name}' stopped waiting for dependency resource '{display}' because it entered the '{state}' state prematurely.");
        }
        else if (wait.WaitType == WaitType.WaitUntilHealthy)
        {
            if (wait.Resource.HasAnnotationOfType<HealthCheckAnnotation>())
            {
                await WaitAsync(name, e => e.ResourceId == dependencyId && e.Snapshot.HealthStatus == HealthStatus.Healthy, "become healthy", cancellationToken);
            }

            await WaitForReadyHandlersAsync(name, dependencyId, cancellationToken);
        }

        Log.Waited(log, display);
    }

    private async Task<ResourceEvent> WaitForReadyHandlersAsync(string resourceName, string resourceId, CancellationToken cancellationToken)
    {
        var ready = await WaitAsync(resourceName, e => e.ResourceId == resourceId && e.Snapshot.ReadyHandlers is not null, "run its ready handlers", cancellationToken);
        await ready.Snapshot.ReadyHandlers!.WaitAsync(cancellationToken);
        return ready;
    }

    private async Task<ResourceEvent> WaitAsync(string resourceName, Func<ResourceEvent, bool> predicate, string aim, CancellationToken cancellationToken)
    {
        ResourceEvent? last = null;
        try
        {
            await foreach (var update in WatchAsync(cancellationToken))
            {
                if (string.Equals(update.Resource.Name, resourceName, StringComparison.OrdinalIgnoreCase))
                {
                    last = update;
                    if (predicate(update))
                    {
                        return update;
                    }
                }
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new OperationCanceledException(Message(), exception, exception.CancellationToken);
        }

        throw new OperationCanceledException(Message());

        string Message() => $"Resource '{resourceName}' did not {aim} before the wait was cancelled; {(last is null
            ? "no such resource was seen"
            : $"its last state was '{last.Snapshot.State?.Text}', health '{last.Snapshot.HealthStatus}'{string.Concat(last.Snapshot.HealthReports.Where(r => r.Status != HealthStatus.Healthy).Select(r => $", {r.Name}: {r.Status} {r.Description}{r.ExceptionText?.Split('\n')[0]}"))}")}.";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for resource '{ResourceName}' ({WaitType}).")]
        public static partial void Waiting(ILogger logger, string resourceName, WaitType waitType);

        [LoggerMessage(Level = LogLevel.Information, Message = "Finished waiting for resource '{ResourceName}'.")]
        public static partial void Waited(ILogger logger, string resourceName);
    }
}
