using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Mutes;

/// <summary>
/// Mute and unmute, and whom the caller mutes (https://docs.joinmastodon.org/methods/accounts/#mute, /methods/mutes/). A mute only
/// hides, and that at read: the follow stays, and everything is back once the mute ends.
/// </summary>
public static class MuteEndpoints
{
    private const int DefaultLimit = 40;
    private const int MaxLimit = 80;

    private static readonly AccountPage Mutes = new("mutes", "account_id", "target_id", "(x.expires_at IS NULL OR x.expires_at > now())");

    /// <summary>Maps <c>/api/v1/mutes</c> and the actions on an account.</summary>
    public static void MapMutes(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/mutes", ListAsync).RequireScope("read:mutes").Describe("Muted accounts", "The latest first. The cursors are those of `Link`, not account ids.", it => it.Paged(DefaultLimit, MaxLimit).Returns("A page of accounts, each with the end of its mute."));
        routes.MapPost("/api/v1/accounts/{id:long}/mute", MuteAsync).RequireScope("write:mutes").Describe("Mute an account", "The caller does not see it any more; it is not told, and follows stay. Again changes the options.", it => it
            .Body("notifications", "Whether its notifications are hidden too.", ParameterKind.Flag, byDefault: true)
            .Body("duration", "Seconds until the mute ends; 0 for never.", ParameterKind.Number, min: 0, byDefault: 0, example: 86400)
            .Returns("How the caller stands to the account now."));
        routes.MapPost("/api/v1/accounts/{id:long}/unmute", UnmuteAsync).RequireScope("write:mutes").Describe("Unmute an account", "Everything of it is seen again.", it => it.Returns("How the caller stands to the account now."));
    }

    private static Task<Ok<RelationshipEntity>> MuteAsync(long id, RequestFields fields, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO mutes (account_id, target_id, notifications, expires_at)
            VALUES (@account, @id, @notifications, CASE WHEN @duration > 0 THEN now() + make_interval(secs => @duration) END)
            ON CONFLICT (account_id, target_id) DO UPDATE SET notifications = excluded.notifications, expires_at = excluded.expires_at
            """;
        var duration = fields.Number("duration") ?? 0;
        if (duration < 0 || (fields.Text("duration") is { Length: > 0 } && fields.Number("duration") is null))
        {
            throw ValidationException.Of("duration", "ERR_INVALID", "must be a number of seconds");
        }
        var arguments = new { account = caller.Account, id, notifications = fields.Flag("notifications") ?? true, duration };
        return relations.ChangeAsync(caller, id, idempotency, write => write.ExecuteAsync(Sql, arguments), cancellationToken);
    }

    private static Task<Ok<RelationshipEntity>> UnmuteAsync(long id, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken) =>
        relations.ChangeAsync(caller, id, idempotency, write => write.ExecuteAsync("DELETE FROM mutes WHERE account_id = @account AND target_id = @id", new { account = caller.Account, id }), cancellationToken);

    private static async Task<Ok<IReadOnlyList<MutedAccountEntity>>> ListAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT target_id, expires_at FROM mutes WHERE account_id = @account AND target_id = ANY(@ids)";
        var accounts = await Mutes.RowsAsync(IdPage.Of(context, fields, DefaultLimit, MaxLimit), db, caller.Account, caller.Account, cancellationToken);
        var ids = accounts.Select(account => account.Id).ToArray();
        var ends = (await db.ReadAsync(caller.Account, connection => connection.ListAsync<MuteEnd>(Sql, new { account = caller.Account, ids }, cancellationToken), cancellationToken))
            .ToDictionary(mute => mute.TargetId, mute => mute.ExpiresAt);
        return TypedResults.Ok<IReadOnlyList<MutedAccountEntity>>([.. accounts.Select(account => new MutedAccountEntity(account.ToEntity(BaseUrl.Of(context)), ends.GetValueOrDefault(account.Id)))]);
    }

    private sealed record MuteEnd(long TargetId, DateTime? ExpiresAt);
}

/// <summary>https://docs.joinmastodon.org/entities/Account/#MutedAccount</summary>
public sealed record MutedAccountEntity : AccountEntity
{
    /// <summary>Adds the end of its mute to an account.</summary>
    public MutedAccountEntity(AccountEntity account, DateTime? muteExpiresAt) : base(account) => MuteExpiresAt = muteExpiresAt;

    /// <summary>When the mute ends; null for never.</summary>
    public DateTime? MuteExpiresAt { get; }
}
