using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Bookmarks;

/// <summary>Private bookmarks of statuses (https://docs.joinmastodon.org/methods/statuses/#bookmark, https://docs.joinmastodon.org/methods/bookmarks/).</summary>
public static class BookmarkEndpoints
{
    /// <summary>Maps the routes of bookmarks.</summary>
    public static void MapBookmarks(this IEndpointRouteBuilder routes)
    {
        var status = routes.MapGroup("/api/v1/statuses/{id:long}");
        status.MapPost("/bookmark", BookmarkAsync).RequireScope("write:bookmarks").Describe("Bookmark a status", "Only the caller knows of it.", it => it.Returns("The status."));
        status.MapPost("/unbookmark", UnbookmarkAsync).RequireScope("write:bookmarks").Describe("Remove a bookmark", "Nothing happens when there is none.", it => it.Returns("The status."));
        routes.MapGet("/api/v1/bookmarks", (HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
            StatusAnswers.MarkedAsync(context, fields, db, caller, "bookmarks", cancellationToken)).RequireScope("read:bookmarks")
            .Describe("Bookmarks", "The latest bookmarked first. The cursors are those of `Link`, not status ids.", it => it.Paged(byDefault: 20, max: 40).Returns("A page of statuses."));
    }

    private static async Task<Ok<StatusEntity>> BookmarkAsync(HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        const string Add = "INSERT INTO bookmarks (account_id, status_id) VALUES (@viewer, @target) ON CONFLICT DO NOTHING";
        var viewer = caller.Account;
        await idempotency.WriteAsync(db, async write =>
        {
            var target = (await StatusTarget.FindAsync(write, viewer, id) ?? throw ApiException.NotFound()).Id;
            await write.ExecuteAsync(Add, new { viewer, target });
            return 0;
        }, cancellationToken);
        return await StatusAnswers.OfAsync(context, db, caller, id, cancellationToken);
    }

    private static async Task<Ok<StatusEntity>> UnbookmarkAsync(HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var (viewer, wasTaken) = (caller.Account, false);
        await idempotency.WriteAsync(db, async write =>
        {
            var target = (await StatusTarget.FindAnyAsync(write, id) ?? throw ApiException.NotFound()).Id;
            wasTaken = await write.ExecuteAsync("DELETE FROM bookmarks WHERE account_id = @viewer AND status_id = @target", new { viewer, target }) == 1;
            return 0;
        }, cancellationToken);
        return await StatusAnswers.OfTakenBackAsync(context, db, caller, id, wasTaken, cancellationToken);
    }
}
