using System.Text;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.OAuth.Pages;

/// <summary>The frame of the pages that people see. They need no script, and none would run.</summary>
public static class Page
{
    /// <summary>No form-action: after consent the browser is sent on to the application's own address, whatever its scheme.</summary>
    private const string ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Marks routes whose failures are shown as a page too.</summary>
    public sealed record Route;

    /// <summary>Makes the routes of a group pages: never kept, never framed, and telling nobody where the browser came from.</summary>
    public static RouteGroupBuilder AsPages(this RouteGroupBuilder routes)
    {
        routes.WithMetadata(new Route());
        return routes;
    }

    /// <summary>Whether the request is for a page.</summary>
    public static bool IsExpectedBy(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Route>() is not null;

    /// <summary>Writes a page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="title">What the page is about.</param>
    /// <param name="content">What is in it, below the title.</param>
    public static Task WriteAsync(HttpContext context, int status, string title, Html content)
    {
        var page = Html.Of(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{title} – Microblog</title>
            <link rel="icon" href="/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/pages.css">
            </head>
            <body>
            <header><p>Microblog</p></header>
            <main>
            <h1>{title}</h1>
            {content}
            </main>
            </body>
            </html>

            """);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        AddHeaders(context);
        return context.Response.WriteAsync(page.ToString(), Encoding.UTF8, context.RequestAborted);
    }

    /// <summary>Writes what went wrong.</summary>
    public static Task WriteErrorAsync(HttpContext context, int status, ErrorBody body) =>
        WriteAsync(context, status, status < StatusCodes.Status500InternalServerError ? "That did not work" : "Something went wrong", Html.Of(
            $"""
            <p role="alert">{body.ErrorDescription ?? body.Error}</p>
            <p>Go back to the application and try again.</p>
            """));

    /// <summary>Sends the browser on, always with GET.</summary>
    public static Task RedirectAsync(HttpContext context, string address)
    {
        context.Response.StatusCode = HttpMethods.IsGet(context.Request.Method) ? StatusCodes.Status302Found : StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
        AddHeaders(context);
        return Task.CompletedTask;
    }

    /// <summary>The hidden field that every form needs.</summary>
    public static Html FormToken(HttpContext context) =>
        Html.Of($"""<input type="hidden" name="{BrowserSessions.FormField}" value="{BrowserSessions.FormToken(context)}">""");

    /// <summary>What is wrong with a form, in a place where screen readers announce it; each fault leads to its field.</summary>
    /// <param name="faults">Id of the field (null when it is about the whole), and what is wrong.</param>
    public static Html Faults(IReadOnlyList<(string? Field, string Text)> faults) => faults.Count == 0
        ? Html.None
        : Html.Of(
            $"""
            <div class="faults" role="alert" aria-labelledby="faults-title">
            <h2 id="faults-title">There is a problem</h2>
            <ul>{Html.Join(faults.Select(fault => fault.Field is null ? Html.Of($"<li>{fault.Text}</li>") : Html.Of($"""<li><a href="#{fault.Field}">{fault.Text}</a></li>""")))}</ul>
            </div>
            """);

    private static void AddHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XFrameOptions = "DENY";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
