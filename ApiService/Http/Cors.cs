using Microsoft.Net.Http.Headers;

namespace Microblog.ApiService.Http;

/// <summary>
/// Lets pages of every origin use the API, as web clients need (https://docs.joinmastodon.org/client/intro/). Without credentials: what
/// counts is the token, never a cookie. The headers are sent whether a request names its origin or not, so that what a cache
/// keeps fits everybody.
/// </summary>
public static class Cors
{
    /// <summary>How long a browser remembers a preflight; browsers themselves allow no more.</summary>
    private const string MaxAge = "7200";

    private const string Methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    /// <summary>Without these a page could neither follow a list nor slow down in time.</summary>
    private const string Exposed = "Link, ETag, Retry-After, Sunset, Deprecation, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id, Mastodon-Async-Refresh, WWW-Authenticate";

    /// <summary>Open to pages of every origin. Not <c>/oauth/authorize</c>: that is a page of its own, where a cookie counts.</summary>
    private static readonly PathString[] Open = ["/api", "/oauth/token", "/oauth/revoke", "/oauth/userinfo", "/.well-known", "/nodeinfo", "/media", "/openapi"];

    /// <summary>Answers preflights and opens the API's paths.</summary>
    public static WebApplication UseOpenOrigins(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            var path = context.Request.Path;
            return Open.Any(open => path.StartsWithSegments(open, StringComparison.Ordinal)) ? HandleAsync(context, next) : next(context);
        });
        return app;
    }

    private static Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.AccessControlAllowOrigin = "*";
        if (!HttpMethods.IsOptions(request.Method) || !request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod))
        {
            headers.AccessControlExposeHeaders = Exposed;
            return next(context);
        }
        headers.AccessControlAllowMethods = Methods;
        // Repeated, because * does not stand for Authorization.
        headers.AccessControlAllowHeaders = request.Headers.AccessControlRequestHeaders;
        headers.AccessControlMaxAge = MaxAge;
        headers.Vary = HeaderNames.AccessControlRequestHeaders;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
