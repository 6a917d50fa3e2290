using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Engine;

/// <summary>Writes the engine's view of resources into their snapshots.</summary>
internal sealed partial class ResourcePublisher(
    DistributedApplicationModel model,
    IDistributedApplicationEventing eventing,
    ResourceNotificationService notifications,
    ResourceLoggerService logs,
    DistributedApplicationExecutionContext context,
    IServiceProvider services)
{
    /// <summary>The children that start and end with a resource because they are part of it.</summary>
    public static IEnumerable<IResource> DependentChildren(DistributedApplicationModel model, IResource resource) => model.Resources
        .Where(r => r is IResourceWithParent child && child.Parent == resource
            && !ResourceInstances.IsProcess(r) && r is not (ParameterResource or ConnectionStringResource or ExternalServiceResource));

    public async Task PublishInitialStatesAsync(CancellationToken cancellationToken)
    {
        foreach (var parameter in model.Resources.OfType<ParameterResource>())
        {
            await PublishParameterAsync(parameter);
        }

        foreach (var resource in model.Resources)
        {
            var parent = resource is IResourceWithParent child
                ? child.Parent
                : resource.Annotations.OfType<ResourceRelationshipAnnotation>().LastOrDefault(r => r.Type == RelationshipTypes.Parent)?.Resource;
            await notifications.PublishUpdateAsync(resource, s => s with
            {
                Relationships = Relationships(resource),
                Urls = ResourceUrls.Snapshots(resource),
                Properties = parent is null ? s.Properties : s.Properties.With(PropertyNames.ParentName, parent.Ids()[0]),
                HealthReports = InitialHealth(resource),
            });
            var initialize = new InitializeResourceEvent(resource, eventing, logs, notifications, services);
            await eventing.PublishAsync(initialize, EventDispatchBehavior.NonBlockingConcurrent, cancellationToken);
        }
    }

    public async Task PublishUrlsAsync(IResource resource, CancellationToken cancellationToken)
    {
        await ResourceUrls.EvaluateAsync(resource, context, logs.GetLogger(resource), cancellationToken);
        await notifications.PublishUpdateAsync(resource, s => s with { Urls = ResourceUrls.Snapshots(resource) });
    }

    public async Task PublishConnectionStringAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (resource is IResourceWithConnectionString source)
        {
            var value = await source.GetConnectionStringAsync(cancellationToken);
            await notifications.PublishUpdateAsync(resource, s => s with { Properties = s.Properties.With(PropertyNames.ConnectionString, value, isSensitive: true) });
        }
    }

    public Task PublishCreatedAsync(IResource resource) => notifications.PublishUpdateAsync(resource, s => s with
    {
        CreationTimeStamp = DateTime.UtcNow,
        Properties = resource switch
        {
            ProjectResource project => s.Properties.With(PropertyNames.ProjectPath, project.GetProjectMetadata().ProjectPath),
            ExecutableResource executable => s.Properties.With(PropertyNames.ExecutablePath, executable.Command).With(PropertyNames.ExecutableWorkDir, executable.WorkingDirectory),
            _ when resource.TryGetContainerImageName(out var image) => s.Properties.With(PropertyNames.ContainerImage, image),
            _ => s.Properties,
        },
    });

    public async Task PublishStartingAsync(IResource resource, IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            await notifications.PublishUpdateAsync(resource, id, s => s with { State = KnownResourceStates.Starting, ExitCode = null, StopTimeStamp = null, HealthReports = InitialHealth(resource) });
        }
    }

    public Task PublishRunningAsync(Replica replica, ProcessSpec spec, IReadOnlyDictionary<string, string> variables) =>
        notifications.PublishUpdateAsync(replica.Resource, replica.Id, s => s with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = DateTime.UtcNow,
            EnvironmentVariables = [.. spec.Environment.Select(v => new EnvironmentVariableSnapshot(v.Key, v.Value, variables.ContainsKey(v.Key)))],
            Urls = [.. s.Urls.Select(u => u with { IsInactive = false })],
            Properties = s.Properties
                .With(PropertyNames.ExecutablePath, spec.Command)
                .With(PropertyNames.ExecutableWorkDir, spec.WorkingDirectory)
                .With(PropertyNames.ExecutableArgs, spec.Arguments.ToImmutableArray(), isSensitive: true)
                .With(PropertyNames.ExecutablePid, replica.Process!.Identity.Id),
        });

    public async Task PublishFinishedAsync(Replica replica, int exitCode, bool raiseEvent)
    {
        await notifications.PublishUpdateAsync(replica.Resource, replica.Id, s => s with
        {
            State = KnownResourceStates.Finished,
            ExitCode = exitCode,
            StopTimeStamp = DateTime.UtcNow,
            Urls = [.. s.Urls.Select(u => u with { IsInactive = true })],
        });
        if (raiseEvent && notifications.TryGetCurrentState(replica.Id, out var current))
        {
            await PublishStoppedAsync(replica.Resource, current);
        }
    }

    public async Task PublishFailedAsync(Replica replica, Exception exception)
    {
        Log.Failed(logs.GetLogger(replica.Id), replica.Resource.Name, exception.Message);
        Log.Failed(services.GetRequiredService<ILogger<ApplicationOrchestrator>>(), replica.Resource.Name, exception.Message);
        await notifications.PublishUpdateAsync(replica.Resource, replica.Id, s => s with
        {
            State = new ResourceStateSnapshot(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error),
        });
    }

    private async Task PublishStoppedAsync(IResource resource, ResourceEvent cause)
    {
        await eventing.PublishAsync(new ResourceStoppedEvent(resource, services, cause));
        foreach (var child in DependentChildren(model, resource))
        {
            await PublishStoppedAsync(child, cause);
        }
    }

    private async Task PublishParameterAsync(ParameterResource parameter)
    {
        ResourceStateSnapshot? state = KnownResourceStates.Running;
        string value;
        try
        {
            value = parameter.Current;
        }
        catch (Exception exception)
        {
            Log.ParameterFailed(logs.GetLogger(parameter), parameter.Name, exception.Message);
            value = exception.Message;
            state = exception is MissingParameterValueException
                ? new ResourceStateSnapshot(KnownResourceStates.ValueMissing, KnownResourceStateStyles.Warn)
                : new ResourceStateSnapshot("Error initializing parameter", KnownResourceStateStyles.Error);
        }

        await notifications.PublishUpdateAsync(parameter, s => s with { State = state, Properties = s.Properties.With(PropertyNames.ParameterValue, value, parameter.Secret) });
    }

    private static ImmutableArray<RelationshipSnapshot> Relationships(IResource resource) =>
    [
        .. resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(r => new RelationshipSnapshot(r.Resource.Name, r.Type)).Distinct(),
        .. resource is IResourceWithParent child ? [new RelationshipSnapshot(child.Parent.Name, RelationshipTypes.Parent)] : Array.Empty<RelationshipSnapshot>(),
    ];

    private static ImmutableArray<HealthReportSnapshot> InitialHealth(IResource resource) =>
        resource.TryGetAnnotationsIncludingAncestorsOfType<HealthCheckAnnotation>(out var checks)
            ? [.. checks.Select(c => new HealthReportSnapshot(c.Key, null, null, null))]
            : [];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Failed to start resource '{ResourceName}': {Reason}")]
        public static partial void Failed(ILogger logger, string resourceName, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "Failed to initialize parameter '{ParameterName}': {Reason}")]
        public static partial void ParameterFailed(ILogger logger, string parameterName, string reason);
    }
}
