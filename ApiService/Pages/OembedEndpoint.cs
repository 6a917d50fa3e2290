using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Search;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Pages;

/// <summary>https://docs.joinmastodon.org/methods/oembed/, as https://oembed.com says.</summary>
public sealed record OembedEntity(
    string Type, string Version, string Title, string AuthorName, string AuthorUrl, string ProviderName, string ProviderUrl, int CacheAge, string Html, int Width, int? Height);

/// <summary>How other sites show a status of ours.</summary>
public static class OembedEndpoint
{
    private const int DefaultWidth = 400;

    private const int CacheSeconds = 3600;

    /// <summary>Maps <c>/api/oembed</c>.</summary>
    public static void MapOembed(this IEndpointRouteBuilder routes) => routes.MapGet("/api/oembed", async Task<Ok<OembedEntity>> (HttpContext context, RequestFields fields, Db db, CancellationToken cancellationToken) =>
    {
        var baseUrl = BaseUrl.Of(context);
        if (LocalAddress.Parse(fields.Text("url") ?? "", baseUrl) is not { StatusId: { } id } address)
        {
            throw ApiException.NotFound();
        }
        var loaded = await db.FindAsync(null, async connection => (await StatusStore.VisibleAsync(connection, null, [id], cancellationToken)).SingleOrDefault(), cancellationToken);
        if (loaded is null || loaded.Reblog is not null || !string.Equals(loaded.Author.Username, address.Username, StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.NotFound();
        }
        var status = loaded.ToEntity(baseUrl);
        var name = PageParts.NameOf(status.Account);
        var content = status.SpoilerText.Length > 0 ? $"<p>{Html.Text(status.SpoilerText)}</p>" : status.Content;
        var html = $"<blockquote class=\"microblog-embed\" cite=\"{Html.Text(status.Url)}\">{content}<footer>{Html.Text(name)} (@{status.Account.Username}), <a href=\"{Html.Text(status.Url)}\">{Html.Time(status.CreatedAt)}</a></footer></blockquote>";
        var host = new Uri(baseUrl).Authority;
        return TypedResults.Ok(new OembedEntity(
            "rich", "1.0", $"New post by {name}", name, status.Account.Url, host, baseUrl, CacheSeconds, html,
            Math.Clamp(fields.Number("maxwidth") ?? DefaultWidth, 1, DefaultWidth), Height: null));
    }).Describe("oEmbed", "How another site shows a public or unlisted status of this server.", it => it
        .Open()
        .Query("url", "Address of the status.", required: true, example: "https://social.example/@alice/115548829612032000")
        .Query("maxwidth", "Widest that it may be, in pixels.", ParameterKind.Number, min: 1, max: DefaultWidth, byDefault: DefaultWidth)
        .Error(404, "That is no status that everybody may see.")
        .Returns("HTML to put into the page, with where it is from."));
}
