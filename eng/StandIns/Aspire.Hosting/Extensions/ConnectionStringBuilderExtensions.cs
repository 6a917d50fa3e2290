namespace Aspire.Hosting;

public static partial class ConnectionStringBuilderExtensions
{
    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, string name, Action<ReferenceExpressionBuilder> connectionStringBuilder)
    {
        var expression = new ReferenceExpressionBuilder();
        connectionStringBuilder(expression);
        return builder.AddConnectionString(name, expression.Build());
    }

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression)
    {
        var connectionString = builder.AddResource(new ConnectionStringResource(name, connectionStringExpression));
        foreach (var resource in ReferencedResources(connectionStringExpression))
        {
            connectionString.WaitForStart(builder.CreateResourceBuilder(resource));
        }

        return connectionString
            .WithReferenceRelationship(connectionStringExpression)
            .WithInitialState(new CustomResourceSnapshot { ResourceType = ResourceTypes.ConnectionString, State = KnownResourceStates.NotStarted, Properties = [] })
            .OnInitializeResource(StartAsync);
    }

    // Only whole resources count, one level deep: an endpoint's property is known before its process runs.
    private static IEnumerable<IResource> ReferencedResources(ReferenceExpression expression) => expression.ValueProviders
        .SelectMany(value => value is IResource resource ? [resource] : value is IValueWithReferences references and not EndpointReference and not EndpointReferenceExpression
            ? references.References.OfType<IResource>()
            : [])
        .Distinct();

    private static async Task StartAsync(ConnectionStringResource resource, InitializeResourceEvent @event, CancellationToken cancellationToken)
    {
        try
        {
            await @event.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, @event.Services), cancellationToken);
            await @event.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Running });
            await @event.Eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, @event.Services), cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.Failed(@event.Logger, exception, resource.Name);
            await @event.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.FailedToStart });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Failed to resolve connection string for resource '{ResourceName}'")]
        public static partial void Failed(ILogger logger, Exception exception, string resourceName);
    }
}

public static class ConnectionPropertiesExtensions
{
    public static IEnumerable<KeyValuePair<string, ReferenceExpression>> CombineProperties(this IResourceWithConnectionString source, IEnumerable<KeyValuePair<string, ReferenceExpression>> additional)
    {
        var combined = new Dictionary<string, ReferenceExpression>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in source.GetConnectionProperties().Concat(additional))
        {
            combined[name] = value;
        }

        return combined;
    }
}
