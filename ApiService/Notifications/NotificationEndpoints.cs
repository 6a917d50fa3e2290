using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Notifications;

/// <summary>What happened to an account (https://docs.joinmastodon.org/methods/notifications/).</summary>
public static class NotificationEndpoints
{
    /// <summary>Most filter values of a request; there are fewer types than that.</summary>
    private const int MaxTypes = 50;

    /// <summary>Maps <c>/api/v1/notifications</c>.</summary>
    public static void MapNotifications(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/notifications", ListAsync).RequireScope("read:notifications").Describe("Notifications", "What concerns the caller, newest first.", it => it
            .Query("types", "Only these types.", ParameterKind.Texts, max: MaxTypes, example: "mention")
            .Query("exclude_types", "All but these types.", ParameterKind.Texts, max: MaxTypes, example: "follow")
            .Query("account_id", "Only those caused by this account.", ParameterKind.Id, example: "115548829612032000")
            .Paged(byDefault: 40, max: 80)
            .Returns("A page of notifications."));

    private static async Task<Ok<IReadOnlyList<NotificationEntity>>> ListAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields, defaultLimit: 40, maxLimit: 80);
        var sql =
            $"""
            SELECT id, type, from_account_id, status_id, created_at FROM notifications
            WHERE account_id = @account AND id < @max AND id > @min
                AND (cardinality(@types) = 0 OR type = ANY(@types)) AND type <> ALL(@excluded)
                AND (@from IS NULL OR from_account_id = @from)
            ORDER BY id {page.Order} LIMIT @take
            """;
        var arguments = new
        {
            account = caller.Account,
            max = page.Max,
            min = page.Min,
            take = page.Take,
            types = fields.List("types").Take(MaxTypes).ToArray(),
            excluded = fields.List("exclude_types").Take(MaxTypes).ToArray(),
            from = fields.Id("account_id"),
        };
        var baseUrl = BaseUrl.Of(context);
        return TypedResults.Ok<IReadOnlyList<NotificationEntity>>(await db.ReadAsync(caller.Account, async connection =>
        {
            var rows = page.Finish(await connection.ListAsync<NotificationRow>(sql, arguments, cancellationToken), row => row.Id);
            var accounts = await AccountStore.ByIdsAsync(connection, [.. rows.Select(row => row.FromAccountId).Distinct()], cancellationToken);
            var statuses = (await StatusStore.VisibleAsync(connection, caller.Account, [.. rows.Select(row => row.StatusId).OfType<long>().Distinct()], cancellationToken))
                .ToDictionary(status => status.Status.Id);
            return rows
                .Where(row => accounts.ContainsKey(row.FromAccountId) && (row.StatusId is null || statuses.ContainsKey(row.StatusId.Value)))
                .Select(row => new NotificationEntity(
                    row.Id.ToApi(), row.Type, row.CreatedAt, GroupKey: $"ungrouped-{row.Id}", accounts[row.FromAccountId].ToEntity(baseUrl),
                    row.StatusId is { } id ? statuses[id].ToEntity(baseUrl) : null))
                .ToList();
        }, cancellationToken));
    }

    private sealed record NotificationRow(long Id, string Type, long FromAccountId, long? StatusId, DateTime CreatedAt);
}

/// <summary>https://docs.joinmastodon.org/entities/Notification/</summary>
public sealed record NotificationEntity(string Id, string Type, DateTime CreatedAt, string GroupKey, AccountEntity Account, StatusEntity? Status);
