using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Statuses;
using Microblog.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Favourites;

/// <summary>Favourites of statuses (https://docs.joinmastodon.org/methods/statuses/#favourite, https://docs.joinmastodon.org/methods/favourites/).</summary>
public static class FavouriteEndpoints
{
    private const string ByStatus = "SELECT f.id AS cursor, f.account_id AS id FROM favourites f WHERE f.status_id = @original";

    /// <summary>Maps the routes of favourites.</summary>
    public static void MapFavourites(this IEndpointRouteBuilder routes)
    {
        var status = routes.MapGroup("/api/v1/statuses/{id:long}");
        status.MapPost("/favourite", FavouriteAsync).RequireScope("write:favourites").Describe("Favourite a status", "Its author is notified. Again changes nothing.", it => it.Returns("The status."));
        status.MapPost("/unfavourite", UnfavouriteAsync).RequireScope("write:favourites").Describe("Take back a favourite", "Nothing happens when there is none.", it => it.Returns("The status."));
        status.MapGet("/favourited_by", (HttpContext context, RequestFields fields, long id, Caller caller, Db db, CancellationToken cancellationToken) =>
            StatusAnswers.AccountsAsync(context, fields, db, caller, id, ByStatus, cancellationToken)).AllowAnonymousOrScope("read:accounts")
            .Describe("Who favourited a status", "The latest first. The cursors are those of `Link`, not account ids.", it => it.Open().Paged(byDefault: 40, max: 80).Returns("A page of accounts."));
        routes.MapGet("/api/v1/favourites", (HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
            StatusAnswers.MarkedAsync(context, fields, db, caller, "favourites", cancellationToken)).RequireScope("read:favourites")
            .Describe("Favourites", "What the caller favourited, the latest first. The cursors are those of `Link`, not status ids.", it => it.Paged(byDefault: 20, max: 40).Returns("A page of statuses."));
    }

    private static async Task<Ok<StatusEntity>> FavouriteAsync(HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        const string Add = "INSERT INTO favourites (account_id, status_id) VALUES (@viewer, @target) ON CONFLICT DO NOTHING";
        const string Count =
            """
            INSERT INTO status_stats (status_id, favourites_count) VALUES (@target, 1)
            ON CONFLICT (status_id) DO UPDATE SET favourites_count = status_stats.favourites_count + 1
            """;
        var viewer = caller.Account;
        await idempotency.WriteAsync(db, async write =>
        {
            var target = (await StatusTarget.FindAsync(write, viewer, id) ?? throw ApiException.NotFound()).Id;
            if (await write.ExecuteAsync(Add, new { viewer, target }) == 1)
            {
                await write.ExecuteAsync(Count, new { target });
                await OutboxWriter.AddAsync(write, new FavouriteChanged(viewer, target));
            }
            return 0;
        }, cancellationToken);
        return await StatusAnswers.OfAsync(context, db, caller, id, cancellationToken);
    }

    private static async Task<Ok<StatusEntity>> UnfavouriteAsync(HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var (viewer, wasTaken) = (caller.Account, false);
        await idempotency.WriteAsync(db, async write =>
        {
            var target = (await StatusTarget.FindAnyAsync(write, id) ?? throw ApiException.NotFound()).Id;
            wasTaken = await write.ExecuteAsync("DELETE FROM favourites WHERE account_id = @viewer AND status_id = @target", new { viewer, target }) == 1;
            if (wasTaken)
            {
                await write.ExecuteAsync("UPDATE status_stats SET favourites_count = favourites_count - 1 WHERE status_id = @target", new { target });
                await OutboxWriter.AddAsync(write, new FavouriteChanged(viewer, target));
            }
            return 0;
        }, cancellationToken);
        return await StatusAnswers.OfTakenBackAsync(context, db, caller, id, wasTaken, cancellationToken);
    }
}
