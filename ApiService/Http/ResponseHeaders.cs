using Microsoft.Net.Http.Headers;

namespace Microblog.ApiService.Http;

/// <summary>What every answer carries: an id to find it by, who may keep it, and what a browser must not do with it.</summary>
public static class ResponseHeaders
{
    /// <summary>Names the request in logs and to the client.</summary>
    public const string RequestId = "X-Request-Id";

    private const int MaxRequestId = 200;

    private const string TwoYears = "max-age=63072000";

    /// <summary>For everything but pages: it is data, whatever a browser takes it for.</summary>
    private const string DataPolicy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>For pages that state none themselves. No <c>form-action</c>: browsers apply it to redirects, and a login ends with one to the client.</summary>
    private const string PagePolicy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Adds the headers and answers HEAD where there is a GET.</summary>
    public static WebApplication UseResponseHeaders(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            var request = context.Request;
            context.TraceIdentifier = Accepted(request.Headers[RequestId]) ?? Guid.NewGuid().ToString();
            context.Response.Headers[RequestId] = context.TraceIdentifier;
            context.Response.OnStarting(static state => Complete((HttpContext)state), context);
            if (HttpMethods.IsHead(request.Method))
            {
                // The server knows what was asked and sends no body (RFC 9110 §9.3.2).
                request.Method = HttpMethods.Get;
            }
            return next(context);
        });
        return app;
    }

    private static string? Accepted(string? id) =>
        id is { Length: > 0 and <= MaxRequestId } && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') ? id : null;

    private static Task Complete(HttpContext context)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers.TryAdd(HeaderNames.ContentSecurityPolicy, context.Response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) is true ? PagePolicy : DataPolicy);
        if (request.IsHttps)
        {
            headers.StrictTransportSecurity = TwoYears;
        }
        if (request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || request.Path.StartsWithSegments("/oauth", StringComparison.Ordinal))
        {
            Keep(context);
        }
        return Task.CompletedTask;
    }

    /// <summary>What depends on the caller is kept by nobody; what everybody gets may be kept, but has to be asked for again each time.</summary>
    private static void Keep(HttpContext context)
    {
        var headers = context.Response.Headers;
        var isPersonal = context.Request.Headers.ContainsKey(HeaderNames.Authorization) || context.Request.Headers.ContainsKey(HeaderNames.Cookie) || !HttpMethods.IsGet(context.Request.Method);
        headers.TryAdd(HeaderNames.CacheControl, isPersonal || context.Response.StatusCode >= StatusCodes.Status400BadRequest ? "private, no-store" : "no-cache");
        if (!headers.Vary.Contains(HeaderNames.Authorization))
        {
            headers.Append(HeaderNames.Vary, HeaderNames.Authorization);
        }
    }
}
