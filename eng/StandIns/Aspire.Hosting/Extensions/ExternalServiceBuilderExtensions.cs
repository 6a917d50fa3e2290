using Aspire.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting;

public static partial class ExternalServiceBuilderExtensions
{
    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, string url) =>
        builder.AddExternalService(name, new Uri(url, UriKind.RelativeOrAbsolute));

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, Uri uri) =>
        Add(builder, new ExternalServiceResource(name, uri)).WithUrl(uri.ToString());

    public static IResourceBuilder<ExternalServiceResource> AddExternalService(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> urlParameter) =>
        Add(builder, new ExternalServiceResource(name, urlParameter.Resource)).WithUrl(ReferenceExpression.Create($"{urlParameter}"));

    public static IResourceBuilder<ExternalServiceResource> WithHttpHealthCheck(this IResourceBuilder<ExternalServiceResource> builder, string? path = null, int? statusCode = null)
    {
        var key = $"{builder.Resource.Name}_external{(path is null ? "" : "_" + path)}_{statusCode ?? 200}_check";
        var check = new ExternalHttpCheck(builder.Resource, path ?? "/", statusCode ?? 200);
        builder.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(key, check, null, null));
        return builder.WithHealthCheck(key);
    }

    private static IResourceBuilder<ExternalServiceResource> Add(IDistributedApplicationBuilder builder, ExternalServiceResource service) =>
        builder.AddResource(service)
            .WithInitialState(new CustomResourceSnapshot { ResourceType = ResourceTypes.ExternalService, State = KnownResourceStates.Waiting, Properties = [] })
            .ExcludeFromManifest()
            .OnInitializeResource(StartAsync);

    private static async Task StartAsync(ExternalServiceResource resource, InitializeResourceEvent @event, CancellationToken cancellationToken)
    {
        try
        {
            var uri = await resource.ResolveAsync(cancellationToken);
            await @event.Eventing.PublishAsync(new BeforeResourceStartedEvent(resource, @event.Services), cancellationToken);
            await @event.Notifications.PublishUpdateAsync(resource, s => s with
            {
                State = KnownResourceStates.Running,
                Properties = s.Properties.With(PropertyNames.Source, uri.Host),
                Urls = s.Urls.Any(u => u.Url == uri.ToString()) ? s.Urls : s.Urls.Add(new UrlSnapshot(null, uri.ToString(), IsInternal: false)),
            });
        }
        catch (DistributedApplicationException exception)
        {
            Log.Failed(@event.Logger, resource.Name, exception.Message);
            await @event.Notifications.PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.FailedToStart });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The external service '{ResourceName}' cannot be used: {Reason}")]
        public static partial void Failed(ILogger logger, string resourceName, string reason);
    }
}
