using Microblog.ApiService.Http;

namespace Microblog.ApiService.Media;

/// <summary>Where stored images are fetched, without a trailing slash: <c>Microblog:Media:PublicUrl</c>, else this service.</summary>
public static class MediaUrl
{
    /// <summary>The base of images' addresses in the answer to this request; a key follows after a slash.</summary>
    public static string Of(HttpContext context) =>
        context.RequestServices.GetRequiredService<IConfiguration>()["Microblog:Media:PublicUrl"]?.TrimEnd('/') ?? $"{BaseUrl.Of(context)}/media";
}
