using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Microblog.ApiService.Pages;

/// <summary>The frame of the public pages. They need no script and load nothing from elsewhere but pictures, which their policy says too.</summary>
public static class Html
{
    private const string Policy = "default-src 'none'; style-src 'self'; img-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Text as HTML, for elements and quoted attributes.</summary>
    public static string Text(string? text) => Encoder.Encode(text ?? "");

    /// <summary>A time, readable for people and programs.</summary>
    public static string Time(DateTime time) =>
        $"<time datetime=\"{time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\">{time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC</time>";

    /// <summary>A whole page as the answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="page">What the page says about itself.</param>
    /// <param name="body">Its content, as HTML.</param>
    /// <param name="status">HTTP status code.</param>
    public static IResult Page(HttpContext context, PageHead page, string body, int status = StatusCodes.Status200OK)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = status == StatusCodes.Status200OK ? "public, max-age=30" : "no-store";
        return TypedResults.Content(
            $"""
            <!DOCTYPE html>
            <html lang="{Text(page.Language ?? "en")}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(page.Title)}</title>
            <link rel="icon" href="/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/site.css">
            {page.Tags()}
            </head>
            <body>
            <header><a href="/">Microblog</a></header>
            <main>
            {body}
            </main>
            </body>
            </html>
            """, "text/html; charset=utf-8", statusCode: status);
    }

    /// <summary>The page for what is not there, or not for everybody.</summary>
    public static IResult NotFound(HttpContext context) =>
        Page(context, new PageHead("Not found", null, null, null, "website", IsIndexed: false), "<h1>Not found</h1>\n<p>There is nothing here, or it is not public.</p>", StatusCodes.Status404NotFound);
}

/// <summary>What a page says about itself to search engines and to programs that show previews (https://ogp.me).</summary>
/// <param name="Title">Title.</param>
/// <param name="Description">A few words of it, as text.</param>
/// <param name="Url">Its one address.</param>
/// <param name="Image">A picture.</param>
/// <param name="Type">Kind of thing.</param>
/// <param name="IsIndexed">Whether search engines may keep it.</param>
/// <param name="Language">Language of the content.</param>
/// <param name="Oembed">Address of its oEmbed description.</param>
public sealed record PageHead(string Title, string? Description, string? Url, string? Image, string Type, bool IsIndexed, string? Language = null, string? Oembed = null)
{
    /// <summary>Longest description.</summary>
    private const int MaxDescription = 300;

    /// <summary>The tags of the head.</summary>
    public string Tags()
    {
        var tags = new List<string> { Meta("property", "og:site_name", "Microblog"), Meta("property", "og:type", Type), Meta("property", "og:title", Title) };
        if (Description is { Length: > 0 } description)
        {
            var text = new StringInfo(description) is { LengthInTextElements: > MaxDescription } info ? info.SubstringByTextElements(0, MaxDescription) + "…" : description;
            tags.Add(Meta("name", "description", text));
            tags.Add(Meta("property", "og:description", text));
        }
        if (Url is not null)
        {
            tags.Add(Meta("property", "og:url", Url));
            tags.Add($"<link rel=\"canonical\" href=\"{Html.Text(Url)}\">");
        }
        if (Image is not null)
        {
            tags.Add(Meta("property", "og:image", Image));
        }
        if (Oembed is not null)
        {
            tags.Add($"<link rel=\"alternate\" type=\"application/json+oembed\" href=\"{Html.Text(Oembed)}\">");
        }
        if (!IsIndexed)
        {
            tags.Add(Meta("name", "robots", "noindex, noarchive"));
        }
        return string.Join('\n', tags);
    }

    private static string Meta(string attribute, string name, string content) => $"<meta {attribute}=\"{name}\" content=\"{Html.Text(content)}\">";
}
