using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Scheduled;

/// <summary>Statuses that wait for their time (https://docs.joinmastodon.org/methods/scheduled_statuses/).</summary>
public static class ScheduledEndpoints
{
    /// <summary>Maps <c>/api/v1/scheduled_statuses</c>.</summary>
    public static void MapScheduledStatuses(this IEndpointRouteBuilder routes)
    {
        var scheduled = routes.MapGroup("/api/v1/scheduled_statuses");
        scheduled.MapGet("", ListAsync).RequireScope("read:statuses").Describe("Scheduled statuses", "The caller's that wait for their time, the latest made first.", it => it.Paged(byDefault: 20, max: 40).Returns("A page of them."));
        scheduled.MapGet("/{id:long}", ShowAsync).RequireScope("read:statuses").Describe("One scheduled status", "What will be posted, and when.", it => it.Returns("The scheduled status."));
        scheduled.MapPut("/{id:long}", MoveAsync).RequireScope("write:statuses").Describe("Move a scheduled status", "To another time.", it => it
            .Body("scheduled_at", $"When to post it; at least {ScheduledRules.MinAhead.TotalMinutes:0} minutes ahead.", ParameterKind.Time, example: "2030-01-01T12:00:00Z")
            .Error(422, "The time is none, too soon, or on a day that has enough already.")
            .Returns("The scheduled status."));
        scheduled.MapDelete("/{id:long}", DeleteAsync).RequireScope("write:statuses").Describe("Cancel a scheduled status", "It will not be posted.", it => it.Returns("Nothing to say."));
    }

    private static async Task<Ok<IReadOnlyList<ScheduledStatusEntity>>> ListAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var (account, page) = (caller.Account, IdPage.Of(context, fields));
        var sql = $"SELECT {ScheduledRow.Columns} FROM scheduled_statuses WHERE account_id = @account AND id < @max AND id > @min ORDER BY id {page.Order} LIMIT @take";
        return TypedResults.Ok(await db.ReadAsync(account, async connection =>
        {
            var rows = await connection.ListAsync<ScheduledRow>(sql, new { account, max = page.Max, min = page.Min, take = page.Take }, cancellationToken);
            return await ScheduledStore.EntitiesAsync(context, connection, account, page.Finish(rows, row => row.Id), cancellationToken);
        }, cancellationToken));
    }

    private static async Task<Ok<ScheduledStatusEntity>> ShowAsync(HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await ScheduledStore.FindAsync(context, db, caller.Account, id, cancellationToken) ?? throw ApiException.NotFound());

    private static async Task<Ok<ScheduledStatusEntity>> MoveAsync(HttpContext context, RequestFields fields, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        if (fields.Text("scheduled_at") is { Length: > 0 } time)
        {
            var at = ScheduledRules.Parse(time);
            if (!await db.WriteAsync(caller.Account, write => ScheduledStore.MoveAsync(write, caller.Account, id, at), cancellationToken))
            {
                throw ApiException.NotFound();
            }
        }
        return await ShowAsync(context, id, caller, db, cancellationToken);
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql = "DELETE FROM scheduled_statuses WHERE account_id = @Account AND id = @id";
        return await db.WriteAsync(caller.Account, write => write.ExecuteAsync(Sql, new { caller.Account, id }), cancellationToken) == 1
            ? TypedResults.Ok(new EmptyBody())
            : throw ApiException.NotFound();
    }
}
