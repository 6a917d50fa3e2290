using Microblog.ApiService.Http;
using Microblog.ApiService.Media.Storage;
using Microsoft.Net.Http.Headers;

namespace Microblog.ApiService.Media;

/// <summary>Serves stored images; a content delivery network in front (<c>Microblog:Media:PublicUrl</c>) asks for each only once.</summary>
public static class MediaFileEndpoints
{
    /// <summary>A key never stands for anything else, so nobody has to ask again.</summary>
    public const string CacheControl = "public, max-age=31536000, immutable";

    /// <summary>Maps <c>/media/{key}</c>.</summary>
    public static void MapMediaFiles(this IEndpointRouteBuilder routes) => routes.MapMethods("/media/{key}", [HttpMethods.Get, HttpMethods.Head], ServeAsync).ExcludeFromDescription();

    private static async Task<IResult> ServeAsync(HttpContext context, string key, IMediaStorage storage, CancellationToken cancellationToken)
    {
        var file = MediaKey.Parse(key) ?? throw ApiException.NotFound();
        var stream = await storage.OpenAsync(file, cancellationToken) ?? throw ApiException.NotFound();
        var headers = context.Response.Headers;
        headers.CacheControl = CacheControl;
        // Should anything but a picture ever get in here, then no browser runs it.
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return TypedResults.Stream(stream, file.ContentType, entityTag: new EntityTagHeaderValue($"\"{file.Text}\""), enableRangeProcessing: true);
    }
}
