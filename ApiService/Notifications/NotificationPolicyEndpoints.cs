using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Notifications;

/// <summary>Whose notifications an account lets through (https://docs.joinmastodon.org/methods/notifications/#get-policy).</summary>
public static class NotificationPolicyEndpoints
{
    private static readonly string[] Values = ["accept", "filter", "drop"];

    /// <summary>Maps the routes of both versions; clients send PATCH or PUT.</summary>
    public static void MapNotificationPolicy(this IEndpointRouteBuilder routes)
    {
        string[] change = [HttpMethods.Patch, HttpMethods.Put];
        routes.MapGet("/api/v2/notifications/policy", async (Caller caller, Db db, CancellationToken cancellationToken) =>
            TypedResults.Ok(ToEntity(await ReadAsync(db, caller.Account, cancellationToken)))).RequireScope("read:notifications")
            .Describe("Notification policy", "What becomes of notifications from each kind of sender, and how many are kept back.", it => it.Returns("The policy."));
        routes.MapMethods("/api/v2/notifications/policy", change, ChangeAsync).RequireScope("write:notifications")
            .Describe("Change the notification policy", "`accept` shows, `filter` keeps back until the sender is accepted, `drop` forgets.", it => it
                .Body("for_not_following", "Senders the caller does not follow.", oneOf: Values)
                .Body("for_not_followers", "Senders who do not follow the caller, or have done so for less than three days.", oneOf: Values)
                .Body("for_new_accounts", "Senders whose account is younger than 30 days.", oneOf: Values)
                .Body("for_private_mentions", "Direct statuses that were not asked for.", oneOf: Values)
                .Body("for_limited_accounts", "Senders whom the moderators have limited.", oneOf: Values)
                .Returns("The policy as it is now."));
        routes.MapGet("/api/v1/notifications/policy", async (Caller caller, Db db, CancellationToken cancellationToken) =>
            TypedResults.Ok(ToV1(await ReadAsync(db, caller.Account, cancellationToken)))).RequireScope("read:notifications")
            .Describe("Notification policy, version 1", "As version 2, where everything but `accept` is true.", it => it.Returns("The policy."));
        routes.MapMethods("/api/v1/notifications/policy", change, ChangeV1Async).RequireScope("write:notifications")
            .Describe("Change the notification policy, version 1", "True filters, false accepts.", it => it
                .Body("filter_not_following", "Senders the caller does not follow.", ParameterKind.Flag, example: true)
                .Body("filter_not_followers", "Senders who do not follow the caller.", ParameterKind.Flag, example: true)
                .Body("filter_new_accounts", "Senders whose account is new.", ParameterKind.Flag, example: true)
                .Body("filter_private_mentions", "Direct statuses that were not asked for.", ParameterKind.Flag, example: true)
                .Returns("The policy as it is now."));
    }

    private static async Task<Ok<NotificationPolicyEntity>> ChangeAsync(RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        string? Value(string field)
        {
            var value = fields.Text(field);
            errors.Add(value is not null && !Values.Contains(value), field, "ERR_INCLUSION", "is not included in the list");
            return value;
        }
        var change = new PolicyChange(Value("for_not_following"), Value("for_not_followers"), Value("for_new_accounts"), Value("for_private_mentions"), Value("for_limited_accounts"));
        errors.ThrowIfAny();
        await WriteAsync(db, caller.Account, change, cancellationToken);
        return TypedResults.Ok(ToEntity(await ReadAsync(db, caller.Account, cancellationToken)));
    }

    private static async Task<Ok<NotificationPolicyV1Entity>> ChangeV1Async(RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        string? Value(string field) => fields.Flag(field) is { } filters ? (filters ? "filter" : "accept") : null;
        await WriteAsync(db, caller.Account, new PolicyChange(
            Value("filter_not_following"), Value("filter_not_followers"), Value("filter_new_accounts"), Value("filter_private_mentions"), null), cancellationToken);
        return TypedResults.Ok(ToV1(await ReadAsync(db, caller.Account, cancellationToken)));
    }

    private static Task<int> WriteAsync(Db db, long account, PolicyChange change, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO notification_policies (account_id) VALUES (@account) ON CONFLICT DO NOTHING;
            UPDATE notification_policies SET
                for_not_following = coalesce(@ForNotFollowing, for_not_following),
                for_not_followers = coalesce(@ForNotFollowers, for_not_followers),
                for_new_accounts = coalesce(@ForNewAccounts, for_new_accounts),
                for_private_mentions = coalesce(@ForPrivateMentions, for_private_mentions),
                for_limited_accounts = coalesce(@ForLimitedAccounts, for_limited_accounts)
            WHERE account_id = @account;
            """;
        return db.WriteAsync(account, write => write.ExecuteAsync(
            Sql, new { account, change.ForNotFollowing, change.ForNotFollowers, change.ForNewAccounts, change.ForPrivateMentions, change.ForLimitedAccounts }), cancellationToken);
    }

    private static async Task<PolicyRow> ReadAsync(Db db, long account, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT
                coalesce(p.for_not_following, 'accept') AS for_not_following, coalesce(p.for_not_followers, 'accept') AS for_not_followers,
                coalesce(p.for_new_accounts, 'accept') AS for_new_accounts, coalesce(p.for_private_mentions, 'filter') AS for_private_mentions,
                coalesce(p.for_limited_accounts, 'filter') AS for_limited_accounts,
                (SELECT count(*) FROM (SELECT FROM notification_requests r WHERE r.account_id = @account LIMIT 10000) r) AS requests,
                (SELECT count(*) FROM (SELECT FROM notifications n JOIN notification_requests r ON r.account_id = n.account_id AND r.from_account_id = n.from_account_id
                    WHERE n.account_id = @account AND n.filtered LIMIT 10000) n) AS notifications
            FROM (SELECT) one LEFT JOIN notification_policies p ON p.account_id = @account
            """;
        return (await db.ReadAsync(account, connection => connection.SingleAsync<PolicyRow>(Sql, new { account }, cancellationToken), cancellationToken))!;
    }

    private static NotificationPolicyEntity ToEntity(PolicyRow row) => new(
        row.ForNotFollowing, row.ForNotFollowers, row.ForNewAccounts, row.ForPrivateMentions, row.ForLimitedAccounts, new NotificationPolicySummary(row.Requests, row.Notifications));

    private static NotificationPolicyV1Entity ToV1(PolicyRow row) => new(
        row.ForNotFollowing != "accept", row.ForNotFollowers != "accept", row.ForNewAccounts != "accept", row.ForPrivateMentions != "accept", new NotificationPolicySummary(row.Requests, row.Notifications));

    private sealed record PolicyChange(string? ForNotFollowing, string? ForNotFollowers, string? ForNewAccounts, string? ForPrivateMentions, string? ForLimitedAccounts);

    private sealed record PolicyRow(
        string ForNotFollowing, string ForNotFollowers, string ForNewAccounts, string ForPrivateMentions, string ForLimitedAccounts, long Requests, long Notifications);
}
