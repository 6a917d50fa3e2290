using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Reports;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Moderation;

/// <summary>Reports as moderators work through them (https://docs.joinmastodon.org/methods/admin/reports/).</summary>
public static class AdminReportEndpoints
{
    private const int DefaultLimit = 40;
    private const int MaxLimit = 80;

    /// <summary>Maps <c>/api/v1/admin/reports</c>.</summary>
    public static void MapAdminReports(this IEndpointRouteBuilder routes)
    {
        var reports = routes.MapGroup("/api/v1/admin/reports").RequireModerator();
        reports.MapGet("", ListAsync).RequireScope("admin:read").Describe("Reports", "For accounts with a role; the newest first.", it => it
            .Query("resolved", "Those that are dealt with instead of those that are not.", ParameterKind.Flag, byDefault: false, example: true)
            .Query("account_id", "Only those by this account.", ParameterKind.Id, example: "115548829612032000")
            .Query("target_account_id", "Only those about this account.", ParameterKind.Id, example: "115548829612032000")
            .Paged(DefaultLimit, MaxLimit)
            .Returns("A page of reports."));
        reports.MapGet("/{id:long}", ShowAsync).RequireScope("admin:read").Describe("One report", "With the account and the statuses that it is about.", it => it.Returns("The report."));
        Map("assign_to_self", "Take on a report", "The caller deals with it.", "assigned_to = @moderator");
        Map("unassign", "Give back a report", "Nobody deals with it for now.", "assigned_to = NULL");
        Map("resolve", "Resolve a report", "It is dealt with.", "action_taken_at = coalesce(action_taken_at, now()), action_taken_by = coalesce(action_taken_by, @moderator)");
        Map("reopen", "Reopen a report", "It has to be dealt with after all.", "action_taken_at = NULL, action_taken_by = NULL");

        void Map(string action, string summary, string description, string change) => reports.MapPost("/{id:long}/" + action, (HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken) =>
            ChangeAsync(change, context, id, caller, idempotency, db, cancellationToken)).RequireScope("admin:write").Describe(summary, description, it => it.Returns("The report."));
    }

    private static async Task<Ok<IReadOnlyList<AdminReportEntity>>> ListAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields, DefaultLimit, MaxLimit);
        var sql =
            $"""
            SELECT {ReportRow.Columns} FROM reports r
            WHERE r.id < @max AND r.id > @min AND (r.action_taken_at IS NOT NULL) = @resolved
                AND (@account IS NULL OR r.account_id = @account) AND (@target IS NULL OR r.target_id = @target)
            ORDER BY r.id {page.Order} LIMIT @take
            """;
        var arguments = new
        {
            max = page.Max,
            min = page.Min,
            take = page.Take,
            resolved = fields.Flag("resolved") ?? false,
            account = fields.Id("account_id"),
            target = fields.Id("target_account_id"),
        };
        return TypedResults.Ok(await db.ReadAsync(caller.Account, async connection =>
        {
            var rows = page.Finish(await connection.ListAsync<ReportRow>(sql, arguments, cancellationToken), report => report.Id);
            return await ModerationStore.ReportsAsync(connection, rows, BaseUrl.Of(context), cancellationToken);
        }, cancellationToken));
    }

    private static async Task<Ok<AdminReportEntity>> ShowAsync(HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {ReportRow.Columns} FROM reports r WHERE r.id = @id";
        var reports = await db.ReadAsync(caller.Account, async connection =>
            await ModerationStore.ReportsAsync(connection, await connection.ListAsync<ReportRow>(Sql, new { id }, cancellationToken), BaseUrl.Of(context), cancellationToken), cancellationToken);
        return TypedResults.Ok(reports.SingleOrDefault() ?? throw ApiException.NotFound());
    }

    private static async Task<Ok<AdminReportEntity>> ChangeAsync(string change, HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var sql = $"UPDATE reports SET {change}, updated_at = now() WHERE id = @id";
        await idempotency.WriteAsync(db, async write => await write.ExecuteAsync(sql, new { id, moderator = caller.Account }) == 1 ? id : throw ApiException.NotFound(), cancellationToken);
        return await ShowAsync(context, id, caller, db, cancellationToken);
    }
}
