using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Statuses;

/// <summary>The statuses of one account (https://docs.joinmastodon.org/methods/accounts/#statuses).</summary>
public static class AccountStatuses
{
    private const string Exists = "SELECT EXISTS (SELECT FROM accounts WHERE id = @id AND suspended_at IS NULL)";

    /// <summary>Whether the original of reblog <c>s</c> may be shown as well; else the reblog would leave a hole in the page.</summary>
    private static readonly string IsWhole =
        $"""
        (s.reblog_of_id IS NULL OR EXISTS (
            SELECT FROM (SELECT s.reblog_of_id AS id) w JOIN statuses s ON s.id = w.id WHERE {StatusStore.IsVisible}))
        """;

    private static readonly string Filter =
        $"""
        {StatusStore.IsVisible} AND {IsWhole}
            AND (NOT @onlyMedia OR {StatusMedia.HasMedia})
            AND (NOT @excludeReblogs OR s.reblog_of_id IS NULL)
            AND (NOT @excludeReplies OR s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id)
            AND (@tagged IS NULL OR EXISTS (SELECT FROM status_hashtags h WHERE h.hashtag = @tagged AND h.status_id = s.id))
        """;

    /// <summary>Maps <c>/api/v1/accounts/:id/statuses</c>.</summary>
    public static void MapAccountStatuses(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/accounts/{id:long}/statuses", ListAsync)
        .AllowAnonymousOrScope("read:statuses").Describe("Statuses of an account", "Those the caller may see, newest first.", it => it
            .Open()
            .Query("only_media", "Only statuses with media.", ParameterKind.Flag, example: false)
            .Query("exclude_replies", "Without replies to others; an author's replies to themselves stay.", ParameterKind.Flag, example: true)
            .Query("exclude_reblogs", "Without reblogs.", ParameterKind.Flag, example: true)
            .Query("pinned", "Only pinned statuses, the latest pinned first; the cursors are those of `Link`.", ParameterKind.Flag, example: false)
            .Query("tagged", "Only statuses with this hashtag.", example: "microblog")
            .Paged(byDefault: 20, max: 40)
            .Returns("A page of statuses."));

    private static async Task<Ok<IReadOnlyList<StatusEntity>>> ListAsync(HttpContext context, long id, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var (viewer, page) = (caller.AccountId, IdPage.Of(context, fields));
        // Pinned ones are ordered and paged by when they were pinned.
        var sql = fields.Flag("pinned") ?? false
            ? $"""
              SELECT p.id AS cursor, s.id FROM status_pins p JOIN statuses s ON s.id = p.status_id
              WHERE p.account_id = @id AND s.account_id = @id AND p.id < @max AND p.id > @min AND {Filter} ORDER BY p.id {page.Order} LIMIT @take
              """
            : $"SELECT s.id AS cursor, s.id FROM statuses s WHERE s.account_id = @id AND s.id < @max AND s.id > @min AND {Filter} ORDER BY s.id {page.Order} LIMIT @take";
        var arguments = new
        {
            id,
            viewer,
            max = page.Max,
            min = page.Min,
            take = page.Take,
            onlyMedia = fields.Flag("only_media") ?? false,
            excludeReblogs = fields.Flag("exclude_reblogs") ?? false,
            excludeReplies = fields.Flag("exclude_replies") ?? false,
            tagged = fields.Text("tagged") is { Length: > 0 } tag ? HashtagName.Normalize(tag.TrimStart('#')) : null,
        };
        return StatusAnswers.Of(context, await db.FindAsync(viewer, ReadAsync, cancellationToken) ?? throw ApiException.NotFound());

        async Task<IReadOnlyList<LoadedStatus>?> ReadAsync(NpgsqlConnection connection)
        {
            if (!await connection.ScalarAsync<bool>(Exists, new { id }, cancellationToken))
            {
                return null;
            }
            var rows = page.Finish(await connection.ListAsync<ListedRow>(sql, arguments, cancellationToken), row => row.Cursor);
            return await StatusStore.InOrderAsync(connection, viewer, [.. rows.Select(row => row.Id)], cancellationToken);
        }
    }
}
