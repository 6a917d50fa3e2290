using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Statuses;

/// <summary>
/// What was deleted while a client was away: an extension of this server (<c>api_versions.microblog</c> 1).
/// <c>GET /api/v1/statuses/deleted?since=…&amp;limit=…</c> answers with deletions after <c>since</c>, oldest first, and the cursor for the
/// next request. Cursors and all other ids come from one clock: the id of the newest status or notification that a client has
/// seen is a good first cursor. Deletions are kept for 30 days.
/// </summary>
public static class DeletionEndpoints
{
    private const int DefaultLimit = 100;

    private const int MaxLimit = 500;

    /// <summary>
    /// The caller's own; what mentioned the caller; of those followed all but direct ones; and what everybody could see. Nobody
    /// learns of a private status of somebody they do not follow, not even that it was there.
    /// </summary>
    private static readonly string Sql =
        $"""
        SELECT d.event_id, d.status_id, d.deleted_at FROM deleted_statuses d
        WHERE d.event_id > @since AND (
            d.account_id = @viewer
            OR (NOT {ViewerRules.IsBlockedBy("@viewer", "d.account_id")} AND (
                d.visibility < 2
                OR @viewer = ANY(d.mentioned)
                OR (d.visibility = 2 AND EXISTS (SELECT FROM follows f WHERE f.account_id = @viewer AND f.target_id = d.account_id)))))
        ORDER BY d.event_id LIMIT @take
        """;

    /// <summary>Maps <c>/api/v1/statuses/deleted</c>.</summary>
    public static void MapDeletions(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/statuses/deleted", ListAsync).RequireScope("read:statuses")
        .Describe("What was deleted", "Statuses that the caller could see and that are gone, the oldest deletion first; for clients that were away. Kept for 30 days. An addition of this server.", it => it
            .Query("since", "The `next` of the last answer; at first the id of the newest status or notification that the client has seen.", ParameterKind.Id, byDefault: "0", example: "115548829612032000")
            .Query("limit", "Most deletions to return. More than the maximum counts as the maximum.", ParameterKind.Number, min: 1, max: MaxLimit, byDefault: DefaultLimit)
            .Returns("Deletions, the cursor of the next request, and whether there is more already."));

    private static async Task<Ok<DeletionsEntity>> ListAsync(RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var (viewer, since) = (caller.Account, fields.Id("since") ?? 0);
        var limit = Math.Clamp(fields.Number("limit") ?? DefaultLimit, 1, MaxLimit);
        var rows = await db.ReadAsync(viewer, connection => connection.ListAsync<DeletionRow>(Sql, new { viewer, since, take = limit + 1 }, cancellationToken), cancellationToken);
        var page = rows.Take(limit).ToList();
        return TypedResults.Ok(new DeletionsEntity(
            [.. page.Select(row => new DeletionEntity(row.StatusId.ToApi(), row.DeletedAt))], (page.Count > 0 ? page[^1].EventId : since).ToApi(), rows.Count > limit));
    }

    private sealed record DeletionRow(long EventId, long StatusId, DateTime DeletedAt);
}

/// <summary>Deletions, oldest first.</summary>
/// <param name="Deleted">What was deleted.</param>
/// <param name="Next">The <c>since</c> of the next request, now or later.</param>
/// <param name="More">Whether there is more already.</param>
public sealed record DeletionsEntity(IReadOnlyList<DeletionEntity> Deleted, string Next, bool More);

/// <summary>One deletion.</summary>
/// <param name="Id">Id of the status that is gone.</param>
/// <param name="DeletedAt">Since when.</param>
public sealed record DeletionEntity(string Id, DateTime DeletedAt);
