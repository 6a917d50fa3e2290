namespace Microblog.ApiService.OpenApi;

/// <summary>The API's description, a page to try it out, and the front door. All of it comes from this server: the page loads nothing from elsewhere.</summary>
public static class DocumentEndpoints
{
    private static readonly (string Path, string File, string Type)[] Pages =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/docs", "docs.html", "text/html; charset=utf-8"),
        ("/docs/docs.js", "docs.js", "text/javascript; charset=utf-8"),
        ("/docs/docs.css", "docs.css", "text/css; charset=utf-8"),
        ("/icon.svg", "icon.svg", "image/svg+xml"),
        ("/robots.txt", "robots.txt", "text/plain; charset=utf-8"),
    ];

    /// <summary>Maps <c>/openapi/v1.json</c>, <c>/docs</c>, <c>/</c>, <c>/icon.svg</c> and <c>/robots.txt</c>.</summary>
    public static void MapDocuments(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/openapi/v1.json", async (ApiDocument document) => TypedResults.Bytes(await document.JsonAsync(), "application/json; charset=utf-8")).ExcludeFromDescription();
        foreach (var (path, file, type) in Pages)
        {
            var content = Read(file);
            routes.MapGet(path, () => TypedResults.Bytes(content, type)).ExcludeFromDescription();
        }
    }

    private static byte[] Read(string file)
    {
        using var resource = typeof(DocumentEndpoints).Assembly.GetManifestResourceStream($"Pages/{file}") ?? throw new InvalidOperationException($"The page {file} is not in the assembly");
        using var content = new MemoryStream();
        resource.CopyTo(content);
        return content.ToArray();
    }
}
