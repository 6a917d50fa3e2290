using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Timelines;
using Microblog.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Reblogs;

/// <summary>Reblogs (https://docs.joinmastodon.org/methods/statuses/#boost): statuses of their own that show another one.</summary>
public static class ReblogEndpoints
{
    // Direct reblogs do not exist; those for followers are not for everybody to count.
    private static readonly string ByStatus = $"SELECT s.id AS cursor, s.account_id AS id FROM statuses s WHERE s.reblog_of_id = @original AND {StatusStore.IsVisible}";

    /// <summary>Maps the routes of reblogs.</summary>
    public static void MapReblogs(this IEndpointRouteBuilder routes)
    {
        var status = routes.MapGroup("/api/v1/statuses/{id:long}");
        status.MapPost("/reblog", ReblogAsync).RequireScope("write:statuses").Describe("Reblog a status", "Shows it to the caller's followers. Again answers the reblog that is there.", it => it
            .Body("visibility", "Who may see the reblog; never more than may see the status.", oneOf: ["public", "unlisted", "private"], example: "public")
            .Error(404, "There is no such status, or it is not for others to reblog.")
            .Returns("The reblog, with the original in `reblog`."));
        status.MapPost("/unreblog", UnreblogAsync).RequireScope("write:statuses").Describe("Take back a reblog", "Nothing happens when there is none.", it => it.Returns("The original status."));
        status.MapGet("/reblogged_by", (HttpContext context, RequestFields fields, long id, Caller caller, Db db, CancellationToken cancellationToken) =>
            StatusAnswers.AccountsAsync(context, fields, db, caller, id, ByStatus, cancellationToken)).AllowAnonymousOrScope("read:accounts")
            .Describe("Who reblogged a status", "The latest first. The cursors are those of `Link`, not account ids.", it => it.Open().Paged(byDefault: 40, max: 80).Returns("A page of accounts."));
    }

    private static async Task<Ok<StatusEntity>> ReblogAsync(
        HttpContext context, RequestFields fields, long id, Caller caller, Idempotency idempotency, OwnTimeline own, Db db, CancellationToken cancellationToken)
    {
        var asked = fields.Text("visibility") is { Length: > 0 } word ? VisibilityNames.Parse(word) ?? throw ValidationException.Of("visibility", "ERR_INCLUSION", "is not included in the list") : (Visibility?)null;
        var isMade = false;
        var (reblog, _) = await idempotency.WriteAsync(db, async write =>
        {
            (var made, isMade) = await AddAsync(write, caller, id, asked);
            return made;
        }, cancellationToken);
        if (isMade)
        {
            await own.PushAsync(caller.Account, reblog);
        }
        return await StatusAnswers.OfAsync(context, db, caller, reblog, cancellationToken);
    }

    /// <summary>Reblogs a status, or finds the reblog that is there already.</summary>
    private static async Task<(long Id, bool IsMade)> AddAsync(Write write, Caller caller, long id, Visibility? asked)
    {
        const string Add =
            """
            INSERT INTO statuses (account_id, text, visibility, application_id, reblog_of_id, reblog_of_account_id)
            VALUES (@viewer, '', @visibility, @ApplicationId, @Id, @AccountId)
            ON CONFLICT (reblog_of_id, account_id) WHERE reblog_of_id IS NOT NULL DO NOTHING
            RETURNING id
            """;
        const string Count =
            """
            INSERT INTO status_stats (status_id, reblogs_count) VALUES (@Id, 1) ON CONFLICT (status_id) DO UPDATE SET reblogs_count = status_stats.reblogs_count + 1;
            UPDATE account_stats SET statuses_count = statuses_count + 1, last_status_at = current_date WHERE account_id = @viewer;
            """;
        var viewer = caller.Account;
        var target = await StatusTarget.FindAsync(write, viewer, id) ?? throw ApiException.NotFound();
        var author = await write.SingleAsync<PostingDefaults>(PostingDefaults.Sql, new { author = viewer }) ?? throw ApiException.NotFound();
        var original = (Visibility)target.Visibility;
        if (!ReblogRules.MayReblog(original, target.AccountId == viewer))
        {
            throw ApiException.NotFound();
        }
        var visibility = (short)ReblogRules.Of(original, asked, (Visibility)author.DefaultPrivacy, author.IsLimited);
        if (await write.ScalarAsync<long?>(Add, new { viewer, visibility, caller.ApplicationId, target.Id, target.AccountId }) is not { } added)
        {
            return (await write.ScalarAsync<long>("SELECT id FROM statuses WHERE account_id = @viewer AND reblog_of_id = @Id", new { viewer, target.Id }), false);
        }
        await write.ExecuteAsync(Count, new { viewer, target.Id });
        await OutboxWriter.AddAsync(write, new StatusPosted(added, viewer, DateTimeOffset.UtcNow));
        return (added, true);
    }

    private static async Task<Ok<StatusEntity>> UnreblogAsync(HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var (viewer, wasTaken) = (caller.Account, false);
        // The reblog itself is gone afterwards, so the answer is by the id of the original.
        var (original, _) = await idempotency.WriteAsync(db, async write =>
        {
            var target = await StatusTarget.FindAnyAsync(write, id) ?? throw ApiException.NotFound();
            var reblog = await write.ScalarAsync<long?>("SELECT id FROM statuses WHERE account_id = @viewer AND reblog_of_id = @Id", new { viewer, target.Id });
            wasTaken = reblog is { } mine && await StatusDeletion.DeleteAsync(write, viewer, mine);
            return target.Id;
        }, cancellationToken);
        return await StatusAnswers.OfTakenBackAsync(context, db, caller, original, wasTaken, cancellationToken);
    }
}
