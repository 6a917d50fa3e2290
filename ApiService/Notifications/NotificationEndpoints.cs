using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Notifications;

/// <summary>What happened to an account (https://docs.joinmastodon.org/methods/notifications/).</summary>
public static class NotificationEndpoints
{
    private const int DefaultUnread = 100;
    private const int MaxUnread = 1000;

    /// <summary>Maps <c>/api/v1/notifications</c>.</summary>
    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var notifications = routes.MapGroup("/api/v1/notifications");
        notifications.MapGet("", ListAsync).RequireScope("read:notifications").Describe("Notifications", "What concerns the caller, newest first.", it => Asked(it)
            .Paged(byDefault: 40, max: 80)
            .Returns("A page of notifications."));
        notifications.MapGet("/{id:long}", ShowAsync).RequireScope("read:notifications").Describe("One notification", "As in the list.", it => it.Returns("The notification."));
        notifications.MapGet("/unread_count", UnreadAsync).RequireScope("read:notifications").Describe("Unread notifications", "How many are newer than the marker `notifications`.", it => Asked(it)
            .Query("limit", "How far to count.", ParameterKind.Number, max: MaxUnread, byDefault: DefaultUnread, example: 10)
            .Returns("The number."));
        notifications.MapPost("/clear", ClearAsync).RequireScope("write:notifications").Describe("Clear notifications", "Removes all of them.", it => it.Returns("Nothing to say."));
        notifications.MapPost("/{id:long}/dismiss", DismissAsync).RequireScope("write:notifications").Describe("Dismiss a notification", "Removes it.", it => it.Returns("Nothing to say."));
        routes.MapNotificationGroups();
        routes.MapNotificationPolicy();
        routes.MapNotificationRequests();
    }

    /// <summary>The filters that lists and counts of notifications share.</summary>
    internal static OperationDescription Asked(OperationDescription it) => it
        .Query("types", "Only these types.", ParameterKind.Texts, max: NotificationQueries.MaxTypes, example: "mention")
        .Query("exclude_types", "All but these types.", ParameterKind.Texts, max: NotificationQueries.MaxTypes, example: "follow")
        .Query("account_id", "Only those caused by this account; also what the policy keeps back.", ParameterKind.Id, example: "115548829612032000")
        .Query("include_filtered", "Also what the policy keeps back.", ParameterKind.Flag, byDefault: false, example: true);

    private static async Task<Ok<IReadOnlyList<NotificationEntity>>> ListAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields, defaultLimit: 40, maxLimit: 80);
        var sql =
            $"""
            SELECT {NotificationQueries.Columns} FROM notifications n
            WHERE {NotificationQueries.IsListed} AND {NotificationQueries.IsAsked} AND n.id < @max AND n.id > @min
            ORDER BY n.id {page.Order} LIMIT @take
            """;
        var asked = NotificationQueries.Arguments(fields);
        var arguments = new { viewer = caller.Account, max = page.Max, min = page.Min, take = page.Take, asked.Types, asked.Excluded, asked.From, asked.IncludeFiltered };
        return TypedResults.Ok(await db.ReadAsync(caller.Account, async connection =>
        {
            var rows = page.Finish(await connection.ListAsync<NotificationRow>(sql, arguments, cancellationToken), row => row.Id);
            return await NotificationQueries.ToEntitiesAsync(connection, caller.Account, rows, BaseUrl.Of(context), cancellationToken);
        }, cancellationToken));
    }

    private static async Task<Ok<NotificationEntity>> ShowAsync(HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await NotificationQueries.FindAsync(db, caller.Account, id, BaseUrl.Of(context), cancellationToken) ?? throw ApiException.NotFound());

    private static async Task<Ok<UnreadCount>> UnreadAsync(RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT count(*)::int FROM (
                SELECT FROM notifications n
                WHERE {NotificationQueries.IsListed} AND {NotificationQueries.IsAsked} AND n.id > {LastRead} LIMIT @limit) unread
            """;
        var asked = NotificationQueries.Arguments(fields);
        var arguments = new { viewer = caller.Account, limit = UnreadLimit(fields), asked.Types, asked.Excluded, asked.From, asked.IncludeFiltered };
        return TypedResults.Ok(new UnreadCount(await db.ReadAsync(caller.Account, connection => connection.ScalarAsync<int>(sql, arguments, cancellationToken), cancellationToken)));
    }

    /// <summary>SQL: id of the last notification that the viewer's marker says was read.</summary>
    internal const string LastRead = "coalesce((SELECT k.last_read_id FROM markers k WHERE k.account_id = @viewer AND k.timeline = 'notifications'), 0)";

    /// <summary>How far unread ones are counted.</summary>
    internal static int UnreadLimit(RequestFields fields) => Math.Clamp(Math.Abs(fields.Number("limit") ?? DefaultUnread), 1, MaxUnread);

    private static async Task<Ok<EmptyBody>> ClearAsync(Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        await idempotency.WriteAsync(db, async write =>
        {
            await write.ExecuteAsync("DELETE FROM notifications WHERE account_id = @Account; DELETE FROM notification_requests WHERE account_id = @Account;", new { caller.Account });
            return 0;
        }, cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }

    private static async Task<Ok<EmptyBody>> DismissAsync(long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        await idempotency.WriteAsync(db, async write =>
            await write.ExecuteAsync("DELETE FROM notifications WHERE account_id = @Account AND id = @id", new { caller.Account, id }) == 1 ? id : throw ApiException.NotFound(), cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }
}
