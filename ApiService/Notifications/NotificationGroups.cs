using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Notifications;

/// <summary>
/// Notifications in groups, as "ann and 4 others favoured your post" (https://docs.joinmastodon.org/methods/grouped_notifications/).
/// A group stands at its newest notification and nowhere else, so that no page repeats one of an earlier page.
/// </summary>
public static class NotificationGroups
{
    private const int MaxSamples = 8;

    private static readonly string[] Groupable = ["favourite", "follow", "reblog", "admin.sign_up"];

    /// <summary>SQL: notification <c>n</c> is the newest of its group that is shown, or stands alone.</summary>
    private static readonly string IsHead =
        $"""
        (n.group_key IS NULL OR n.type <> ALL(@grouped) OR NOT EXISTS (
            SELECT FROM (SELECT x.* FROM notifications x WHERE x.account_id = @viewer AND x.group_key = n.group_key AND x.id > n.id) n WHERE {NotificationQueries.IsListed} AND {NotificationQueries.IsAsked}))
        """;

    /// <summary>Maps <c>/api/v2/notifications</c>.</summary>
    public static void MapNotificationGroups(this IEndpointRouteBuilder routes)
    {
        var groups = routes.MapGroup("/api/v2/notifications");
        groups.MapGet("", ListAsync).RequireScope("read:notifications").Describe("Notifications in groups", "Favourites and reblogs of one status, and follows, together. A group stands at its newest notification.", it => Grouping(NotificationEndpoints.Asked(it))
            .Query("expand_accounts", "`partial_avatars` sends all but the first account of a group in short form.", oneOf: ["full", "partial_avatars"], byDefault: "full")
            .Paged(byDefault: 40, max: 80)
            .Returns("A page of groups, with the accounts and statuses they name."));
        groups.MapGet("/unread_count", UnreadAsync).RequireScope("read:notifications").Describe("Unread groups", "How many groups have something newer than the marker `notifications`.", it => Grouping(NotificationEndpoints.Asked(it))
            .Query("limit", "How far to count.", ParameterKind.Number, max: 1000, byDefault: 100, example: 10)
            .Returns("The number."));
        groups.MapGet("/{groupKey}", ShowAsync).RequireScope("read:notifications").Describe("One group", "As in the list.", it => Named(it).Returns("The group, with the accounts and statuses it names."));
        groups.MapGet("/{groupKey}/accounts", AccountsAsync).RequireScope("read:notifications").Describe("Accounts of a group", "All of them, latest first, up to 1,000.", it => Named(it).Returns("The accounts."));
        groups.MapPost("/{groupKey}/dismiss", DismissAsync).RequireScope("write:notifications").Describe("Dismiss a group", "Removes its notifications.", it => Named(it).Returns("Nothing to say."));
    }

    private static OperationDescription Grouping(OperationDescription it) =>
        it.Query("grouped_types", "Types to group; others stand alone.", ParameterKind.Texts, max: Groupable.Length, example: "favourite");

    private static OperationDescription Named(OperationDescription it) =>
        it.Path("groupKey", "Key of the group, as lists state it.", example: "favourite-115548829612032000-489000");

    private static async Task<Ok<GroupedNotificationsEntity>> ListAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields, defaultLimit: 40, maxLimit: 80);
        var sql =
            $"""
            SELECT {NotificationQueries.Columns} FROM notifications n
            WHERE {NotificationQueries.IsListed} AND {NotificationQueries.IsAsked} AND n.id < @max AND n.id > @min AND {IsHead}
            ORDER BY n.id {page.Order} LIMIT @take
            """;
        var grouped = Grouped(fields);
        var asked = NotificationQueries.Arguments(fields);
        var arguments = new { viewer = caller.Account, max = page.Max, min = page.Min, take = page.Take, grouped, asked.Types, asked.Excluded, asked.From, asked.IncludeFiltered };
        return TypedResults.Ok(await db.ReadAsync(caller.Account, async connection =>
        {
            var heads = page.Finish(await connection.ListAsync<NotificationRow>(sql, arguments, cancellationToken), row => row.Id);
            return await ToEntityAsync(context, fields, connection, caller.Account, heads, grouped, asked, cancellationToken);
        }, cancellationToken));
    }

    private static async Task<Ok<UnreadCount>> UnreadAsync(RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT count(*)::int FROM (
                SELECT FROM notifications n
                WHERE {NotificationQueries.IsListed} AND {NotificationQueries.IsAsked} AND n.id > {NotificationEndpoints.LastRead} AND {IsHead} LIMIT @limit) unread
            """;
        var asked = NotificationQueries.Arguments(fields);
        var arguments = new { viewer = caller.Account, limit = NotificationEndpoints.UnreadLimit(fields), grouped = Grouped(fields), asked.Types, asked.Excluded, asked.From, asked.IncludeFiltered };
        return TypedResults.Ok(new UnreadCount(await db.ReadAsync(caller.Account, connection => connection.ScalarAsync<int>(sql, arguments, cancellationToken), cancellationToken)));
    }

    private static async Task<Ok<GroupedNotificationsEntity>> ShowAsync(HttpContext context, string groupKey, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.ReadAsync(caller.Account, async connection =>
        {
            var heads = await connection.ListAsync<NotificationRow>(
                $"SELECT {NotificationQueries.Columns} FROM notifications n WHERE {NotificationQueries.IsListed} AND {InGroup} ORDER BY n.id DESC LIMIT 1",
                Key(caller.Account, groupKey), cancellationToken);
            return heads.Count == 0
                ? throw ApiException.NotFound()
                : await ToEntityAsync(context, fields, connection, caller.Account, heads, Groupable, new NotificationFilter([], [], null, IncludeFiltered: true), cancellationToken);
        }, cancellationToken));

    private static async Task<Ok<IReadOnlyList<AccountEntity>>> AccountsAsync(HttpContext context, string groupKey, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const int MaxAccounts = 1000;
        var accounts = await db.ReadAsync(caller.Account, async connection =>
        {
            var ids = await connection.ListAsync<long>(
                $"SELECT n.from_account_id FROM notifications n WHERE {NotificationQueries.IsListed} AND {InGroup} ORDER BY n.id DESC LIMIT {MaxAccounts}", Key(caller.Account, groupKey), cancellationToken);
            var rows = await AccountStore.ByIdsAsync(connection, [.. ids.Distinct()], cancellationToken);
            return ids.Distinct().Where(rows.ContainsKey).Select(id => rows[id]).ToList();
        }, cancellationToken);
        return accounts.Count == 0 ? throw ApiException.NotFound() : TypedResults.Ok<IReadOnlyList<AccountEntity>>([.. accounts.Select(account => account.ToEntity(BaseUrl.Of(context)))]);
    }

    private static async Task<Ok<EmptyBody>> DismissAsync(string groupKey, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        await idempotency.WriteAsync(db, async write =>
        {
            await write.ExecuteAsync($"DELETE FROM notifications n WHERE n.account_id = @viewer AND {InGroup}", Key(caller.Account, groupKey));
            return 0;
        }, cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }

    /// <summary>SQL: notification <c>n</c> is of the group that <see cref="Key"/> names.</summary>
    private const string InGroup = "(n.group_key = @groupKey OR n.id = @alone)";

    private static object Key(long viewer, string groupKey)
    {
        const string Alone = "ungrouped-";
        var alone = groupKey.StartsWith(Alone, StringComparison.Ordinal) && long.TryParse(groupKey.AsSpan(Alone.Length), System.Globalization.NumberStyles.None, null, out var id) ? id : (long?)null;
        return new { viewer, groupKey = groupKey.Replace("\0", "", StringComparison.Ordinal), alone };
    }

    private static string[] Grouped(RequestFields fields) => fields.Has("grouped_types") ? [.. Groupable.Intersect(fields.List("grouped_types"))] : Groupable;

    /// <summary>The groups whose newest are <paramref name="heads"/>, with their newest senders.</summary>
    private static async Task<GroupedNotificationsEntity> ToEntityAsync(
        HttpContext context, RequestFields fields, NpgsqlConnection connection, long viewer, IReadOnlyList<NotificationRow> heads, string[] grouped, NotificationFilter asked, CancellationToken cancellationToken)
    {
        var sql =
            $"""
            SELECT k.group_key, m.id, m.from_account_id, m.size FROM unnest(@keys) AS k (group_key)
            CROSS JOIN LATERAL (
                SELECT n.id, n.from_account_id, count(*) OVER ()::int AS size, row_number() OVER (ORDER BY n.id DESC) AS position
                FROM notifications n WHERE {NotificationQueries.IsListed} AND {NotificationQueries.IsAsked} AND n.group_key = k.group_key) m
            WHERE m.position <= {MaxSamples}
            """;
        var keys = heads.Where(head => grouped.Contains(head.Type)).Select(head => head.GroupKey).OfType<string>().ToArray();
        var members = keys.Length == 0
            ? []
            : await connection.ListAsync<MemberRow>(sql, new { viewer, keys, asked.Types, asked.Excluded, asked.From, asked.IncludeFiltered }, cancellationToken);
        var byKey = members.ToLookup(member => member.GroupKey);
        var groups = heads.Select(head =>
        {
            var samples = head.GroupKey is { } key && grouped.Contains(head.Type) && byKey.Contains(key) ? byKey[key].OrderByDescending(member => member.Id).ToList() : [new MemberRow("", head.Id, head.FromAccountId, 1)];
            return (Samples: samples, Entity: new NotificationGroupEntity(
                samples[0].GroupKey.Length > 0 ? samples[0].GroupKey : $"ungrouped-{head.Id}", samples[0].Size, head.Type, head.Id, samples[^1].Id.ToApi(), head.Id.ToApi(), head.CreatedAt,
                [.. samples.Select(member => member.FromAccountId.ToApi())], head.StatusId.ToApi()));
        }).ToList();

        var senders = groups.SelectMany(group => group.Samples.Select(member => new NotificationRow(member.Id, "", member.FromAccountId, null, default, null, false)));
        var (accounts, statuses) = await NotificationQueries.LoadAsync(connection, viewer, heads.Concat(senders), cancellationToken);
        var baseUrl = BaseUrl.Of(context);
        var full = fields.Text("expand_accounts") == "partial_avatars" ? groups.Select(group => group.Samples[0].FromAccountId).ToHashSet() : [.. accounts.Keys];
        return new GroupedNotificationsEntity(
            [.. accounts.Values.Where(account => full.Contains(account.Id)).Select(account => account.ToEntity(baseUrl))],
            [.. accounts.Values.Where(account => !full.Contains(account.Id)).Select(account => Partial(account.ToEntity(baseUrl)))],
            [.. statuses.Values.Select(status => status.ToEntity(baseUrl))], [.. groups.Select(group => group.Entity)]);
    }

    private static PartialAccountEntity Partial(AccountEntity account) =>
        new(account.Id, account.Acct, account.Url, account.Avatar, account.AvatarStatic, account.Locked, account.Bot);

    private sealed record MemberRow(string GroupKey, long Id, long FromAccountId, int Size);
}
