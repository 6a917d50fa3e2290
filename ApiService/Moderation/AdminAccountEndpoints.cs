using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Statuses.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Moderation;

/// <summary>Accounts as moderators see them and what they do to them (https://docs.joinmastodon.org/methods/admin/accounts/).</summary>
public static class AdminAccountEndpoints
{
    private const int MaxText = 2000;

    /// <summary>Maps <c>/api/v1/admin/accounts</c>.</summary>
    public static void MapAdminAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/admin/accounts/{id:long}").RequireModerator();
        accounts.MapGet("", ShowAsync).RequireScope("admin:read").Describe("An account as moderators see it", "With its e-mail address and what was done to it. For accounts with a role.", it => it.Returns("The account."));
        accounts.MapPost("/action", ActAsync).RequireScope("admin:write").Describe("Act on an account", "Silences or suspends it, or only answers a report. Accounts of the same role or above are out of reach.", it => Told(it
            .Body("type", "What to do.", required: true, oneOf: ["none", "silence", "suspend"]))
            .Body("report_id", "A report that this answers; it is resolved.", ParameterKind.Id, example: "115548829612032000")
            .Returns("Nothing to say."));
        accounts.MapPost("/unsilence", (HttpContext context, long id, RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken) =>
            ChangeAsync("unsilence", context, id, fields, caller, idempotency, db, cancellationToken)).RequireScope("admin:write")
            .Describe("Unsilence an account", "Strangers find it again.", it => Told(it).Returns("The account as moderators see it."));
        accounts.MapPost("/unsuspend", (HttpContext context, long id, RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken) =>
            ChangeAsync("unsuspend", context, id, fields, caller, idempotency, db, cancellationToken)).RequireScope("admin:write")
            .Describe("Unsuspend an account", "Everything of it is back; its owner has to log in anew.", it => Told(it).Returns("The account as moderators see it."));
    }

    private static OperationDescription Told(OperationDescription it) => it
        .Body("text", "Why; kept with the action.", max: MaxText, example: "Advertising")
        .Error(403, "The caller is no moderator, the account has the same role or a higher one, or it was deleted.");

    private static async Task<Ok<AdminAccountEntity>> ShowAsync(HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var accounts = await db.ReadAsync(caller.Account, connection => ModerationStore.AccountsAsync(connection, [id], BaseUrl.Of(context), cancellationToken), cancellationToken);
        return TypedResults.Ok(accounts.GetValueOrDefault(id) ?? throw ApiException.NotFound());
    }

    private static async Task<Ok<EmptyBody>> ActAsync(HttpContext context, long id, RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var action = fields.Text("type") ?? "";
        // What a login or a picture may not do any more is not told apart here from what the account may not.
        if (action is not ("none" or "silence" or "suspend"))
        {
            throw ValidationException.Of("type", "ERR_INCLUSION", "is not one of none, silence and suspend");
        }
        await ChangeAsync(action, context, id, fields, caller, idempotency, db, cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }

    /// <summary>Does it, notes it down, and resolves the report it answers.</summary>
    private static async Task<Ok<AdminAccountEntity>> ChangeAsync(
        string action, HttpContext context, long id, RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        const string Lock = $"SELECT {AdminAccountRow.Columns} FROM accounts a LEFT JOIN credentials c ON c.account_id = a.id WHERE a.id = @id FOR NO KEY UPDATE OF a";
        const string Note =
            """
            INSERT INTO moderation_actions (account_id, moderator_id, action, report_id, text) VALUES (@id, @moderator, @action, @report, @text);
            UPDATE reports SET action_taken_at = now(), action_taken_by = @moderator, updated_at = now() WHERE id = @report AND target_id = @id AND action_taken_at IS NULL;
            """;
        var change = action switch
        {
            "silence" => "UPDATE accounts SET limited_at = coalesce(limited_at, now()) WHERE id = @id",
            "unsilence" => "UPDATE accounts SET limited_at = NULL WHERE id = @id",
            "suspend" => "UPDATE accounts SET suspended_at = coalesce(suspended_at, now()) WHERE id = @id",
            "unsuspend" => "UPDATE accounts SET suspended_at = NULL WHERE id = @id",
            _ => null,
        };
        var text = StatusText.Clean(fields.Text("text"));
        if (text.Length > MaxText)
        {
            throw ValidationException.Of("text", "ERR_TOO_LONG", $"is too long (maximum is {MaxText} characters)");
        }
        await idempotency.WriteAsync(db, async write =>
        {
            var account = await write.SingleAsync<AdminAccountRow>(Lock, new { id }) ?? throw ApiException.NotFound();
            var own = await write.ScalarAsync<short>("SELECT role FROM accounts WHERE id = @account", new { account = caller.Account });
            // Deleted is for ever; and nobody acts on those of the same role or above, themselves included.
            if (account.Deleted || account.Role >= own)
            {
                throw Relations.NotAllowed();
            }
            if (change is not null)
            {
                await write.ExecuteAsync(change, new { id });
            }
            if (action == "suspend")
            {
                await AccessTokens.RevokeAllAsync(write, id);
            }
            await write.ExecuteAsync(Note, new { id, moderator = caller.Account, action, report = fields.Id("report_id"), text });
            return id;
        }, cancellationToken);
        return await ShowAsync(context, id, caller, db, cancellationToken);
    }
}
