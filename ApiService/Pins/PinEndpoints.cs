using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Pins;

/// <summary>Statuses pinned to their author's profile (https://docs.joinmastodon.org/methods/statuses/#pin), and conversations that are muted (…#mute).</summary>
public static class PinEndpoints
{
    /// <summary>Most pinned statuses of an account.</summary>
    public const int MaxPins = 5;

    /// <summary>Maps the routes of pins and of muted conversations.</summary>
    public static void MapPins(this IEndpointRouteBuilder routes)
    {
        var status = routes.MapGroup("/api/v1/statuses/{id:long}");
        status.MapPost("/pin", PinAsync).RequireScope("write:accounts").Describe("Pin a status", $"To the caller's profile; at most {MaxPins} of their own.", it => it
            .Error(422, "It is somebody else's, a reblog or direct, or there are enough already.")
            .Returns("The status."));
        status.MapPost("/unpin", UnpinAsync).RequireScope("write:accounts").Describe("Unpin a status", "Nothing happens when it is not pinned.", it => it.Returns("The status."));
        status.MapPost("/mute", MuteAsync).RequireScope("write:mutes").Describe("Mute a conversation", "The caller gets no more notifications of the status's thread.", it => it.Returns("The status."));
        status.MapPost("/unmute", UnmuteAsync).RequireScope("write:mutes").Describe("Unmute a conversation", "Notifications of the thread come again.", it => it.Returns("The status."));
    }

    private static async Task<Ok<StatusEntity>> PinAsync(HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        const string IsReblog = "SELECT reblog_of_id IS NOT NULL FROM statuses WHERE id = @id";
        // Two pins at the same time must see each other to count; the account's row is what they have in common.
        const string Lock = "SELECT FROM accounts WHERE id = @viewer FOR NO KEY UPDATE";
        const string Others = "SELECT count(*) FROM status_pins WHERE account_id = @viewer AND status_id <> @id";
        const string Add = "INSERT INTO status_pins (account_id, status_id) VALUES (@viewer, @id) ON CONFLICT DO NOTHING";
        var viewer = caller.Account;
        await idempotency.WriteAsync(db, async write =>
        {
            var target = await StatusTarget.FindAsync(write, viewer, id) ?? throw ApiException.NotFound();
            if (await write.ScalarAsync<bool>(IsReblog, new { id }))
            {
                throw Refused("A boost cannot be pinned");
            }
            await write.ExecuteAsync(Lock, new { viewer });
            var others = await write.ScalarAsync<int>(Others, new { viewer, id });
            if (Refusal((Visibility)target.Visibility, target.AccountId == viewer, others) is { } refusal)
            {
                throw Refused(refusal);
            }
            await write.ExecuteAsync(Add, new { viewer, id });
            return 0;
        }, cancellationToken);
        return await StatusAnswers.OfAsync(context, db, caller, id, cancellationToken);
    }

    /// <summary>Why a status cannot be pinned, in the words that Mastodon's clients know; null when it can.</summary>
    public static string? Refusal(Visibility visibility, bool isOwn, int others) =>
        !isOwn ? "Someone else's post cannot be pinned"
        : visibility is Visibility.Direct ? "Posts that are only visible to mentioned users cannot be pinned"
        : others >= MaxPins ? "You have already pinned the maximum number of posts"
        : null;

    private static ApiException Refused(string reason) => ApiException.Unprocessable($"Validation failed: {reason}");

    private static async Task<Ok<StatusEntity>> UnpinAsync(HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        await idempotency.WriteAsync(db, async write =>
        {
            await write.ExecuteAsync("DELETE FROM status_pins WHERE account_id = @Account AND status_id = @id", new { caller.Account, id });
            return 0;
        }, cancellationToken);
        return await StatusAnswers.OfAsync(context, db, caller, id, cancellationToken);
    }

    private static Task<Ok<StatusEntity>> MuteAsync(HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken) =>
        SetMuteAsync("INSERT INTO conversation_mutes (account_id, conversation_id) VALUES (@viewer, @ConversationId) ON CONFLICT DO NOTHING", context, id, caller, idempotency, db, cancellationToken);

    private static Task<Ok<StatusEntity>> UnmuteAsync(HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken) =>
        SetMuteAsync("DELETE FROM conversation_mutes WHERE account_id = @viewer AND conversation_id = @ConversationId", context, id, caller, idempotency, db, cancellationToken);

    private static async Task<Ok<StatusEntity>> SetMuteAsync(string sql, HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var viewer = caller.Account;
        await idempotency.WriteAsync(db, async write =>
        {
            var target = await StatusTarget.FindAsync(write, viewer, id) ?? throw ApiException.NotFound();
            await write.ExecuteAsync(sql, new { viewer, target.ConversationId });
            return 0;
        }, cancellationToken);
        return await StatusAnswers.OfAsync(context, db, caller, id, cancellationToken);
    }
}
