using Microblog.ApiService.Http;
using Microblog.ApiService.Media.Imaging;
using Microsoft.AspNetCore.Http.Metadata;

namespace Microblog.ApiService.Media;

/// <summary>Routes that take files.</summary>
public static class FileRoutes
{
    /// <summary>
    /// Lets the route's body be as long as an image needs; everywhere else it is <see cref="RequestFields.MaxBodyBytes"/>. A request gets a
    /// place in the <see cref="ImageQueue"/> before its body is read, else bodies could fill the disk.
    /// </summary>
    public static TBuilder AcceptFiles<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            var inner = endpoint.RequestDelegate!;
            endpoint.Metadata.Add(new BodyLimit());
            endpoint.RequestDelegate = async context =>
            {
                using var place = context.RequestServices.GetRequiredService<ImageQueue>().TryEnter() ?? throw ImageQueue.Full();
                await inner(context);
            };
        });
        return builder;
    }

    private sealed class BodyLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => MediaLimits.MaxBodyBytes;
    }
}
