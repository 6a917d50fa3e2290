using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Pages;

/// <summary>
/// The pages that the <c>url</c> of entities leads to, for people and for programs that show previews of links. They show what
/// everybody may see: public and unlisted statuses, whoever is asking.
/// </summary>
public static class PageEndpoints
{
    private const int PageSize = 20;

    private const string OfAccount =
        """
        SELECT s.id FROM statuses s
        WHERE s.account_id = @id AND s.id < @max AND s.visibility < 2 AND s.reblog_of_id IS NULL AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id)
            AND (@hashtag::text IS NULL OR EXISTS (SELECT FROM status_hashtags h WHERE h.hashtag = @hashtag AND h.status_id = s.id))
        ORDER BY s.id DESC LIMIT @take
        """;

    private static readonly string OfHashtag =
        $"""
        SELECT s.id FROM status_hashtags h JOIN statuses s ON s.id = h.status_id
        WHERE h.hashtag = @hashtag AND h.status_id < @max AND s.visibility = 0 AND {StatusStore.IsShown}
        ORDER BY h.status_id DESC LIMIT @take
        """;

    /// <summary>Maps <c>/@name</c>, <c>/@name/id</c>, <c>/@name/tagged/hashtag</c> and <c>/tags/hashtag</c>, and sends those who come by a <c>uri</c> there.</summary>
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/@{username}", (HttpContext context, string username, RequestFields fields, AccountStore accounts, Db db, CancellationToken cancellationToken) =>
            ProfileAsync(context, username, null, fields, accounts, db, cancellationToken));
        pages.MapGet("/@{username}/tagged/{name}", (HttpContext context, string username, string name, RequestFields fields, AccountStore accounts, Db db, CancellationToken cancellationToken) =>
            ProfileAsync(context, username, name, fields, accounts, db, cancellationToken));
        pages.MapGet("/@{username}/{id:long}", StatusAsync);
        pages.MapGet("/tags/{name}", HashtagAsync);
        pages.MapGet("/users/{username}", (string username) => TypedResults.LocalRedirect($"/@{Uri.EscapeDataString(username)}"));
        pages.MapGet("/users/{username}/statuses/{id:long}", (string username, long id) => TypedResults.LocalRedirect($"/@{Uri.EscapeDataString(username)}/{id.ToApi()}"));
    }

    private static async Task<IResult> ProfileAsync(HttpContext context, string username, string? tagged, RequestFields fields, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        var hashtag = tagged is null ? null : TagStore.Normalized(tagged);
        if (await accounts.ByUsernameAsync(null, username, cancellationToken) is not { } account || (tagged is not null && hashtag is null))
        {
            return Html.NotFound(context);
        }
        var baseUrl = BaseUrl.Of(context);
        var entity = account.ToEntity(baseUrl);
        var (statuses, next) = await ReadAsync(db, OfAccount, account.Id, hashtag, fields, baseUrl, cancellationToken);
        var handle = $"@{account.Username}@{new Uri(baseUrl).Authority}";
        var title = (hashtag is null ? "" : $"#{hashtag} · ") + $"{PageParts.NameOf(entity)} ({handle})";
        return Html.Page(
            context,
            new PageHead(title, account.Note, entity.Url + (hashtag is null ? "" : $"/tagged/{Uri.EscapeDataString(hashtag)}"), entity.AvatarStatic, "profile", account.Indexable),
            PageParts.Profile(entity, new Uri(baseUrl).Authority) + (hashtag is null ? "" : $"<h2>#{Html.Text(hashtag)}</h2>") + PageParts.Statuses(statuses, next));
    }

    private static async Task<IResult> StatusAsync(HttpContext context, string username, long id, Db db, CancellationToken cancellationToken)
    {
        var loaded = await db.FindAsync(null, async connection => (await StatusStore.VisibleAsync(connection, null, [id], cancellationToken)).SingleOrDefault(), cancellationToken);
        if (loaded is null || !string.Equals(loaded.Author.Username, username, StringComparison.OrdinalIgnoreCase))
        {
            return Html.NotFound(context);
        }
        var baseUrl = BaseUrl.Of(context);
        var status = loaded.ToEntity(baseUrl);
        if (status.Reblog is { } original)
        {
            return TypedResults.Redirect(original.Url);
        }
        var head = new PageHead(
            $"{PageParts.NameOf(status.Account)} (@{status.Account.Username}@{new Uri(baseUrl).Authority})",
            // A preview must not tell what is behind a warning.
            status.SpoilerText.Length > 0 ? status.SpoilerText : loaded.Status.Text,
            status.Url, status.Sensitive || status.MediaAttachments.Count == 0 ? status.Account.AvatarStatic : status.MediaAttachments[0].PreviewUrl, "article", loaded.Author.Indexable && loaded.Status.Visibility == 0, status.Language,
            $"{baseUrl}/api/oembed?url={Uri.EscapeDataString(status.Url)}");
        return Html.Page(context, head, PageParts.Status(status, "h1"));
    }

    private static async Task<IResult> HashtagAsync(HttpContext context, string name, RequestFields fields, Db db, CancellationToken cancellationToken)
    {
        if (TagStore.Normalized(name) is not { } hashtag)
        {
            return Html.NotFound(context);
        }
        var baseUrl = BaseUrl.Of(context);
        var (statuses, next) = await ReadAsync(db, OfHashtag, 0, hashtag, fields, baseUrl, cancellationToken);
        var head = new PageHead($"#{hashtag}", $"Posts about #{hashtag}", TagRow.TagUrl(baseUrl, hashtag), null, "website", IsIndexed: false);
        return Html.Page(context, head, $"<h1>#{Html.Text(hashtag)}</h1>\n{PageParts.Statuses(statuses, next)}");
    }

    /// <summary>A page of statuses, and the address of the next when there is more.</summary>
    private static async Task<(IReadOnlyList<StatusEntity> Statuses, string? Next)> ReadAsync(
        Db db, string sql, long id, string? hashtag, RequestFields fields, string baseUrl, CancellationToken cancellationToken)
    {
        var arguments = new { id, hashtag, max = fields.Id("max_id") ?? long.MaxValue, take = PageSize + 1, viewer = (long?)null };
        var (ids, statuses) = await db.ReadAsync(null, async connection =>
        {
            var read = await connection.ListAsync<long>(sql, arguments, cancellationToken);
            return (read, await StatusStore.VisibleAsync(connection, null, [.. read.Take(PageSize)], cancellationToken));
        }, cancellationToken);
        return ([.. statuses.Select(status => status.ToEntity(baseUrl))], ids.Count > PageSize ? $"?max_id={ids[PageSize - 1].ToApi()}" : null);
    }
}
