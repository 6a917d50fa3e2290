using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

public partial class ResourceNotificationService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceState> _states = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _watchersLock = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly ILogger<ResourceNotificationService> _logger;
    private readonly IServiceProvider _services;
    private readonly ResourceLoggerService _resourceLogs;
    private ImmutableList<ChannelWriter<ResourceEvent>> _watchers = [];

    public ResourceNotificationService(ILogger<ResourceNotificationService> logger, IHostApplicationLifetime hostApplicationLifetime, IServiceProvider serviceProvider, ResourceLoggerService resourceLoggerService)
    {
        _logger = logger;
        _services = serviceProvider;
        _resourceLogs = resourceLoggerService;
        DefaultWaitBehavior = serviceProvider.GetService<IOptions<ResourceNotificationServiceOptions>>()?.Value.DefaultWaitBehavior
            ?? WaitBehavior.StopOnResourceUnavailable;
    }

    internal WaitBehavior DefaultWaitBehavior { get; }

    public void Dispose()
    {
        _disposing.Cancel();
        GC.SuppressFinalize(this);
    }

    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        var channel = Channel.CreateUnbounded<ResourceEvent>();
        lock (_watchersLock)
        {
            _watchers = _watchers.Add(channel.Writer);
        }

        try
        {
            // The watcher is registered first, so that nothing is missed; what arrives twice is told by its version.
            var seen = new Dictionary<string, long>();
            foreach (var state in _states.Values)
            {
                if (state.Last is { } snapshot)
                {
                    seen[state.ResourceId] = snapshot.Version;
                    yield return new ResourceEvent(state.Resource, state.ResourceId, snapshot);
                }
            }

            await foreach (var update in channel.Reader.ReadAllAsync(linked.Token))
            {
                if (!seen.TryGetValue(update.ResourceId, out var version) || update.Snapshot.Version > version)
                {
                    yield return update;
                }
            }
        }
        finally
        {
            lock (_watchersLock)
            {
                _watchers = _watchers.Remove(channel.Writer);
            }
        }
    }

    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        if (!_states.TryGetValue(resourceId, out var state))
        {
            // A name finds its resource only if there is one instance: replicas have no common state.
            var named = _states.Values.Where(s => string.Equals(s.Resource.Name, resourceId, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray();
            state = named.Length == 1 ? named[0] : null;
        }

        resourceEvent = state?.Last is { } snapshot ? new ResourceEvent(state.Resource, state.ResourceId, snapshot) : null;
        return resourceEvent is not null;
    }

    public Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        foreach (var id in resource.Ids())
        {
            Update(resource, id, stateFactory);
        }

        return Task.CompletedTask;
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        Update(resource, resourceId, stateFactory);
        return Task.CompletedTask;
    }

    private void Update(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        var state = _states.GetOrAdd(resourceId, id => new ResourceState(resource, id));
        if (!ReferenceEquals(state.Resource, resource))
        {
            throw new InvalidOperationException($"The id '{resourceId}' belongs to another resource than '{resource.Name}'.");
        }

        lock (state)
        {
            var previous = state.Last ?? Initial(resource);
            var next = Complete(resource, change(previous)) with { Version = (state.Last?.Version ?? 0) + 1 };
            state.Last = next;
            if (previous.State?.Text != next.State?.Text && next.State is { Text.Length: > 0 })
            {
                Log.StateChanged(_logger, resourceId, previous.State?.Text ?? "", next.State.Text);
            }

            var update = new ResourceEvent(resource, resourceId, next);
            foreach (var watcher in _watchers)
            {
                watcher.TryWrite(update);
            }
        }
    }

    private static CustomResourceSnapshot Initial(IResource resource) =>
        resource.TryGetLastAnnotation<ResourceSnapshotAnnotation>(out var annotation)
            ? annotation.InitialSnapshot
            : new CustomResourceSnapshot
            {
                ResourceType = resource switch
                {
                    ProjectResource => ResourceTypes.Project,
                    ExecutableResource => ResourceTypes.Executable,
                    _ when resource.IsContainer() => ResourceTypes.Container,
                    _ => resource.GetType().Name.EndsWith("Resource", StringComparison.Ordinal) ? resource.GetType().Name[..^"Resource".Length] : resource.GetType().Name,
                },
                Properties = [],
            };

    private CustomResourceSnapshot Complete(IResource resource, CustomResourceSnapshot snapshot)
    {
        if (snapshot.State?.Text != KnownResourceStates.Waiting)
        {
            snapshot = snapshot with { Properties = snapshot.Properties.Without(PropertyNames.WaitingFor) };
        }

        if (resource.TryGetLastAnnotation<ResourceIconAnnotation>(out var icon))
        {
            snapshot = snapshot with { IconName = snapshot.IconName ?? icon.IconName, IconVariant = snapshot.IconVariant ?? icon.IconVariant };
        }

        if (resource.TryGetLastAnnotation<HiddenAnnotation>(out var hidden)
            && (hidden.ExitCodes is null || (snapshot.ExitCode is { } exitCode && hidden.ExitCodes.Contains(exitCode))))
        {
            snapshot = snapshot with { IsHidden = true };
        }

        return snapshot with
        {
            Commands = [.. resource.Annotations.OfType<ResourceCommandAnnotation>().Select(c => c.Snapshot(snapshot, _services))],
        };
    }

    private sealed class ResourceState(IResource resource, string resourceId)
    {
        public IResource Resource { get; } = resource;

        public string ResourceId { get; } = resourceId;

        public CustomResourceSnapshot? Last { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "Resource {ResourceId} changed state: {Previous} -> {Next}")]
        public static partial void StateChanged(ILogger logger, string resourceId, string previous, string next);
    }
}

public sealed class ResourceNotificationServiceOptions
{
    public WaitBehavior DefaultWaitBehavior { get; set; }
}
