namespace Microblog.ApiService.Http;

/// <summary>Where the public reaches this service, without a trailing slash: <c>Microblog:PublicUrl</c>, else what the request says.</summary>
public static class BaseUrl
{
    /// <summary>The base of absolute addresses in the answer to this request.</summary>
    public static string Of(HttpContext context) =>
        context.RequestServices.GetRequiredService<IConfiguration>()["Microblog:PublicUrl"]?.TrimEnd('/')
        ?? (context.Request.Host.HasValue
            ? $"{context.Request.Scheme}://{context.Request.Host}"
            : throw new ApiException(StatusCodes.Status400BadRequest, "The request names no host"));
}
