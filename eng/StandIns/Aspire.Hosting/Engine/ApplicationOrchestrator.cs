using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Engine;

/// <summary>Runs the model: ports first, then every resource on its own, each held back by what it waits for.</summary>
internal sealed partial class ApplicationOrchestrator : IAsyncDisposable
{
    private readonly DistributedApplicationModel _model;
    private readonly IDistributedApplicationEventing _eventing;
    private readonly IServiceProvider _services;
    private readonly ResourceNotificationService _notifications;
    private readonly ResourceLoggerService _logs;
    private readonly ResourcePublisher _publisher;
    private readonly EndpointAllocator _allocator;
    private readonly ReplicaStarter _starter;
    private readonly ReplicaTable _replicas;
    private readonly ProcessLedger _ledger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task> _stop;

    public ApplicationOrchestrator(
        DistributedApplicationModel model,
        IDistributedApplicationEventing eventing,
        IServiceProvider services,
        ResourceNotificationService notifications,
        ResourceLoggerService logs,
        ResourcePublisher publisher,
        EndpointAllocator allocator,
        ReplicaStarter starter,
        ReplicaTable replicas,
        ProcessLedger ledger)
    {
        (_model, _eventing, _services, _notifications, _logs) = (model, eventing, services, notifications, logs);
        (_publisher, _allocator, _starter, _replicas, _ledger) = (publisher, allocator, starter, replicas, ledger);
        _stop = new Lazy<Task>(StopCoreAsync);

        // Subscribed late, so that the application's own handlers run before the waiting begins.
        eventing.Subscribe<ResourceEndpointsAllocatedEvent>((@event, cancellationToken) => publisher.PublishUrlsAsync(@event.Resource, cancellationToken));
        eventing.Subscribe<ConnectionStringAvailableEvent>((@event, cancellationToken) => publisher.PublishConnectionStringAsync(@event.Resource, cancellationToken));
        eventing.Subscribe<BeforeResourceStartedEvent>((@event, cancellationToken) => WaitForDependenciesAsync(@event.Resource, cancellationToken));
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        await _ledger.StopOrphansAsync();

        ResourceInstances.Assign(_model);
        var processes = _model.Resources.Where(ResourceInstances.IsProcess).ToArray();
        foreach (var resource in processes)
        {
            _replicas.Add(resource);
        }

        await _publisher.PublishInitialStatesAsync(linked.Token);
        foreach (var resource in processes)
        {
            _allocator.Allocate(resource);
        }

        foreach (var resource in processes)
        {
            await _eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, _services), linked.Token);
        }

        await Task.WhenAll(processes.Select(resource => Task.Run(() => CreateAsync(resource, linked.Token), CancellationToken.None)));
        await _eventing.PublishAsync(new AfterResourcesCreatedEvent(_services, _model), linked.Token);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stop.Value.WaitAsync(cancellationToken);

    public async Task StartReplicaAsync(string id, CancellationToken cancellationToken)
    {
        var replica = Find(id);
        if (State(replica) == KnownResourceStates.Waiting)
        {
            // It starts already; leaving the waiting state lets it go on without its dependencies.
            await _notifications.PublishUpdateAsync(replica.Resource, id, s => s with { State = KnownResourceStates.Starting });
            return;
        }

        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        await replica.Created.WaitAsync(linked.Token);
        await replica.Gate.WaitAsync(linked.Token);
        try
        {
            await _starter.StopAsync(replica);
            await PublishConnectionStringAvailableAsync(replica.Resource, linked.Token);
            await _publisher.PublishStartingAsync(replica.Resource, [replica.Id]);
            await _eventing.PublishAsync(new BeforeResourceStartedEvent(replica.Resource, _services), linked.Token);
            await _starter.StartAsync(replica, linked.Token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await _publisher.PublishFailedAsync(replica, exception);
            throw;
        }
        finally
        {
            replica.Gate.Release();
        }
    }

    public async Task StopReplicaAsync(string id, CancellationToken cancellationToken)
    {
        var replica = Find(id);
        if (!replica.IsRunning)
        {
            // It may be waiting for others, and holds its gate meanwhile; there is nothing to stop.
            return;
        }

        await replica.Gate.WaitAsync(cancellationToken);
        try
        {
            await _starter.StopAsync(replica);
        }
        finally
        {
            replica.Gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stopping.Dispose();
    }

    private async Task CreateAsync(IResource resource, CancellationToken cancellationToken)
    {
        var replicas = _replicas.Of(resource);
        await Task.WhenAll(replicas.Select(r => r.Gate.WaitAsync(cancellationToken)));
        try
        {
            await _publisher.PublishCreatedAsync(resource);
            if (resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
            {
                await _notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.NotStarted });
                return;
            }

            await PublishConnectionStringAvailableAsync(resource, cancellationToken);
            await _publisher.PublishStartingAsync(resource, [.. replicas.Select(r => r.Id)]);
            await _eventing.PublishAsync(new BeforeResourceStartedEvent(resource, _services), cancellationToken);
            await Task.WhenAll(replicas.Select(async replica =>
            {
                try
                {
                    await _starter.StartAsync(replica, cancellationToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    await _publisher.PublishFailedAsync(replica, exception);
                }
            }));
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            foreach (var replica in replicas)
            {
                await _publisher.PublishFailedAsync(replica, exception);
            }
        }
        finally
        {
            foreach (var replica in replicas)
            {
                replica.MarkCreated();
                replica.Gate.Release();
            }
        }
    }

    private async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var dependencies = _notifications.WaitForDependenciesAsync(resource, over.Token);
        if (dependencies.IsCompletedSuccessfully)
        {
            return;
        }

        // The start command ends the waiting by force: it takes the resource out of the waiting state.
        var forced = _notifications.WaitForResourceAsync(resource.Name, e => e.Snapshot.State?.Text != KnownResourceStates.Waiting, over.Token);
        await await Task.WhenAny(dependencies, forced);
        await over.CancelAsync();
    }

    // Children without a life of their own, such as databases, become available together with their server.
    private async Task PublishConnectionStringAvailableAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (resource is IResourceWithConnectionString)
        {
            await _eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, _services), cancellationToken);
        }

        foreach (var child in ResourcePublisher.DependentChildren(_model, resource).Where(c => c is IResourceWithConnectionString))
        {
            await PublishConnectionStringAvailableAsync(child, cancellationToken);
        }
    }

    private async Task StopCoreAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await _stopping.CancelAsync();
        _starter.BeginShutdown();
        await ShutdownOrder.StopAllAsync(_model, _replicas, _starter);
        await _allocator.DisposeAsync();
        _logs.Dispose();
    }

    // The last resort when the process ends without its host having been stopped.
    private void OnProcessExit(object? sender, EventArgs e) => StopAsync(CancellationToken.None).Wait(TimeSpan.FromSeconds(10));

    private Replica Find(string id) => _replicas.Find(id) ?? throw new InvalidOperationException($"There is no process with the id '{id}'.");

    private string? State(Replica replica) => _notifications.TryGetCurrentState(replica.Id, out var current) ? current.Snapshot.State?.Text : null;
}
