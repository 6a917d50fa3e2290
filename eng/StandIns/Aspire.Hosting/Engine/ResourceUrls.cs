namespace Aspire.Hosting.Engine;

/// <summary>The addresses that are shown for a resource: those of its endpoints, as the callbacks of the application changed them.</summary>
internal static partial class ResourceUrls
{
    public static async Task EvaluateAsync(IResource resource, DistributedApplicationExecutionContext context, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            var urls = new List<ResourceUrlAnnotation>();
            if (resource is IResourceWithEndpoints owner)
            {
                urls.AddRange(owner.GetEndpoints(KnownNetworkIdentifiers.LocalhostNetwork).Where(e => e.IsAllocated).Select(e => new ResourceUrlAnnotation { Url = e.Url, Endpoint = e }));
            }

            foreach (var given in resource.Annotations.OfType<ResourceUrlAnnotation>().ToArray())
            {
                urls.Add(given);
                resource.Annotations.Remove(given);
            }

            var callbackContext = new ResourceUrlsCallbackContext(context, resource, urls, cancellationToken) { Logger = logger };
            foreach (var callback in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
            {
                await callback.Callback(callbackContext);
            }

            foreach (var url in urls)
            {
                if (url.Endpoint is { IsAllocated: true } endpoint && url.Url.StartsWith('/'))
                {
                    url.Url = endpoint.Url.TrimEnd('/') + url.Url;
                }

                resource.Annotations.Add(url);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.Failed(logger, exception, resource.Name);
        }
    }

    public static ImmutableArray<UrlSnapshot> Snapshots(IResource resource) =>
    [
        .. resource.Annotations.OfType<ResourceUrlAnnotation>().Select(u => new UrlSnapshot(u.Endpoint?.EndpointName, u.Url, u.DisplayLocation == UrlDisplayLocation.DetailsOnly)
        {
            // An endpoint's address works only while its process runs.
            IsInactive = u.Endpoint is not null,
            DisplayProperties = new UrlDisplayPropertiesSnapshot(u.DisplayText ?? "", u.DisplayOrder ?? 0),
        }),
    ];

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The URLs of '{ResourceName}' could not be determined.")]
        public static partial void Failed(ILogger logger, Exception exception, string resourceName);
    }
}
