using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Streaming;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Notifications;

/// <summary>Senders whose notifications the policy keeps back, to be let through or dismissed (https://docs.joinmastodon.org/methods/notifications/#get-requests).</summary>
public static class NotificationRequests
{
    /// <summary>Requests that one call accepts or dismisses at most.</summary>
    private const int MaxIds = 1000;

    /// <summary>Maps <c>/api/v1/notifications/requests</c>.</summary>
    public static void MapNotificationRequests(this IEndpointRouteBuilder routes)
    {
        var requests = routes.MapGroup("/api/v1/notifications/requests");
        requests.MapGet("", ListAsync).RequireScope("read:notifications")
            .Describe("Notification requests", "Senders whose notifications the policy keeps back.", it => it.Paged(byDefault: 40, max: 80).Returns("A page of requests."));
        requests.MapGet("/{id:long}", ShowAsync).RequireScope("read:notifications").Describe("One notification request", "As in the list.", it => it.Returns("The request."));
        // What is accepted is moved in the same transaction, so nothing is ever left to be merged.
        requests.MapGet("/merged", () => TypedResults.Ok(new MergedEntity(true))).RequireScope("read:notifications")
            .Describe("Whether accepted notifications are merged", "Always true: it happens in the same transaction.", it => it.Returns("True."));
        requests.MapPost("/accept", (RequestFields fields, Caller caller, Idempotency idempotency, Db db, StreamAnnouncer streams, CancellationToken cancellationToken) =>
            AcceptAsync(fields.Ids("id", MaxIds), mustExist: false, caller, idempotency, db, streams, cancellationToken)).RequireScope("write:notifications")
            .Describe("Accept notification requests", "Their senders are let through from now on, and what they sent is shown.", it => it.Body("id", "Ids of the requests.", ParameterKind.Ids, max: MaxIds, example: "115548829612032000").Returns("Nothing to say."));
        requests.MapPost("/dismiss", (RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken) =>
            SettleAsync(Dismiss, fields.Ids("id", MaxIds), mustExist: false, caller, idempotency, db, cancellationToken)).RequireScope("write:notifications")
            .Describe("Dismiss notification requests", "What their senders sent is forgotten; they may ask again.", it => it.Body("id", "Ids of the requests.", ParameterKind.Ids, max: MaxIds, example: "115548829612032000").Returns("Nothing to say."));
        requests.MapPost("/{id:long}/accept", (long id, Caller caller, Idempotency idempotency, Db db, StreamAnnouncer streams, CancellationToken cancellationToken) =>
            AcceptAsync([id], mustExist: true, caller, idempotency, db, streams, cancellationToken)).RequireScope("write:notifications")
            .Describe("Accept a notification request", "Their senders are let through from now on, and what they sent is shown.", it => it.Returns("Nothing to say."));
        requests.MapPost("/{id:long}/dismiss", (long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken) =>
            SettleAsync(Dismiss, [id], mustExist: true, caller, idempotency, db, cancellationToken)).RequireScope("write:notifications")
            .Describe("Dismiss a notification request", "What their senders sent is forgotten; they may ask again.", it => it.Returns("Nothing to say."));
    }

    /// <summary>Lets the senders through from now on, and what they sent.</summary>
    private const string Accept =
        """
        WITH settled AS (
            DELETE FROM notification_requests WHERE account_id = @account AND id = ANY(@ids) RETURNING from_account_id),
        permitted AS (
            INSERT INTO notification_permissions (account_id, from_account_id) SELECT @account, from_account_id FROM settled ON CONFLICT DO NOTHING),
        shown AS (
            UPDATE notifications n SET filtered = false FROM settled s WHERE n.account_id = @account AND n.from_account_id = s.from_account_id AND n.filtered)
        SELECT count(*) FROM settled
        """;

    /// <summary>Forgets what the senders sent; they may ask again.</summary>
    private const string Dismiss =
        """
        WITH settled AS (
            DELETE FROM notification_requests WHERE account_id = @account AND id = ANY(@ids) RETURNING from_account_id),
        gone AS (
            DELETE FROM notifications n USING settled s WHERE n.account_id = @account AND n.from_account_id = s.from_account_id AND n.filtered)
        SELECT count(*) FROM settled
        """;

    private const string Columns =
        """
        r.id, r.from_account_id, r.created_at, r.updated_at,
        (SELECT count(*) FROM (SELECT FROM notifications n WHERE n.account_id = @viewer AND n.from_account_id = r.from_account_id AND n.filtered LIMIT 100) n) AS notifications,
        (SELECT max(n.status_id) FROM notifications n WHERE n.account_id = @viewer AND n.from_account_id = r.from_account_id AND n.filtered) AS last_status_id
        """;

    private static async Task<Ok<IReadOnlyList<NotificationRequestEntity>>> ListAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields, defaultLimit: 40, maxLimit: 80);
        var sql =
            $"""
            SELECT {Columns} FROM notification_requests r
            WHERE r.account_id = @viewer AND r.id < @max AND r.id > @min AND EXISTS (SELECT FROM accounts a WHERE a.id = r.from_account_id AND a.suspended_at IS NULL)
            ORDER BY r.id {page.Order} LIMIT @take
            """;
        return TypedResults.Ok(await ReadAsync(context, caller, db, sql, new { viewer = caller.Account, max = page.Max, min = page.Min, take = page.Take }, rows => page.Finish(rows, row => row.Id), cancellationToken));
    }

    private static async Task<Ok<NotificationRequestEntity>> ShowAsync(HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var requests = await ReadAsync(context, caller, db, $"SELECT {Columns} FROM notification_requests r WHERE r.account_id = @viewer AND r.id = @id", new { viewer = caller.Account, id }, rows => rows, cancellationToken);
        return TypedResults.Ok(requests.SingleOrDefault() ?? throw ApiException.NotFound());
    }

    private static Task<IReadOnlyList<NotificationRequestEntity>> ReadAsync(
        HttpContext context, Caller caller, Db db, string sql, object arguments, Func<IReadOnlyList<RequestRow>, IReadOnlyList<RequestRow>> finish, CancellationToken cancellationToken) =>
        db.ReadAsync<IReadOnlyList<NotificationRequestEntity>>(caller.Account, async connection =>
        {
            var rows = finish(await connection.ListAsync<RequestRow>(sql, arguments, cancellationToken));
            var accounts = await AccountStore.ByIdsAsync(connection, [.. rows.Select(row => row.FromAccountId)], cancellationToken);
            var statuses = (await StatusStore.VisibleAsync(connection, caller.Account, [.. rows.Select(row => row.LastStatusId).OfType<long>()], cancellationToken)).ToDictionary(status => status.Status.Id);
            var baseUrl = BaseUrl.Of(context);
            return [.. rows.Where(row => accounts.ContainsKey(row.FromAccountId)).Select(row => new NotificationRequestEntity(
                row.Id.ToApi(), row.CreatedAt, row.UpdatedAt, row.Notifications.ToApi(), accounts[row.FromAccountId].ToEntity(baseUrl),
                row.LastStatusId is { } id ? statuses.GetValueOrDefault(id)?.ToEntity(baseUrl) : null))];
        }, cancellationToken);

    private static async Task<Ok<EmptyBody>> AcceptAsync(
        long[] ids, bool mustExist, Caller caller, Idempotency idempotency, Db db, StreamAnnouncer streams, CancellationToken cancellationToken)
    {
        var answer = await SettleAsync(Accept, ids, mustExist, caller, idempotency, db, cancellationToken);
        streams.NotificationsMerged(caller.Account);
        return answer;
    }

    private static async Task<Ok<EmptyBody>> SettleAsync(string sql, long[] ids, bool mustExist, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        await idempotency.WriteAsync(db, async write =>
            await write.ScalarAsync<long>(sql, new { account = caller.Account, ids }) == 0 && mustExist ? throw ApiException.NotFound() : 0, cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }

    private sealed record RequestRow(long Id, long FromAccountId, DateTime CreatedAt, DateTime UpdatedAt, long Notifications, long? LastStatusId);
}
