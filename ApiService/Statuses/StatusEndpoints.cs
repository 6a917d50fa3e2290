using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Scheduled;
using Microblog.ApiService.Timelines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Statuses;

/// <summary>Post, show and delete statuses (https://docs.joinmastodon.org/methods/statuses/).</summary>
public static class StatusEndpoints
{
    /// <summary>Most statuses of one request by their ids.</summary>
    private const int MaxIds = 20;

    /// <summary>Maps <c>/api/v1/statuses</c>.</summary>
    public static void MapStatuses(this IEndpointRouteBuilder routes)
    {
        var statuses = routes.MapGroup("/api/v1/statuses");
        statuses.MapPost("", PostAsync).RequireScope("write:statuses").Describe("Post a status", "Publishes a text. It is in the author's own home at once, in those of followers a moment later.", it => Content(it)
            .Body("in_reply_to_id", "The status it answers.", ParameterKind.Id, example: "115548829612032000")
            .Body("visibility", "Who may see it; the account's own setting when not given.", oneOf: ["public", "unlisted", "private", "direct"], example: "public")
            .Body("scheduled_at", $"When to post it, at least {ScheduledRules.MinAhead.TotalMinutes:0} minutes ahead; then the answer is a scheduled status.", ParameterKind.Time, example: "2030-01-01T12:00:00Z")
            .Body("quoted_status_id", "The status it quotes, if its author lets the caller. A quote of a status for followers is for followers at most.", ParameterKind.Id, example: "115548829612032000")
            .Body("quote_approval_policy", "Who else may quote it; the account's own setting when not given. Of a status that is not for everybody, it is `nobody`.", oneOf: Quotes.QuotePolicyNames.All, example: "followers")
            .Body("allowed_mentions", "Ids of the accounts that the text may mention. If it mentions others, nothing is posted, and the answer names them in `unexpected_accounts`.", ParameterKind.Ids, max: AllowedMentions.Max, example: "115548829612032000")
            .Error(404, "The status it replies to or quotes is not there, or the caller may not see it.")
            .Returns("The status, or the scheduled status."));
        statuses.MapGet("", ManyAsync).AllowAnonymousOrScope("read:statuses").Describe("Show statuses", "Those that the caller may see, in the order of the ids.", it => it
            .Open()
            .Query("id", "Ids of the statuses.", ParameterKind.Ids, required: true, max: 20, example: "115548829612032000")
            .Returns("The statuses."));
        statuses.MapGet("/{id:long}", (HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken) => StatusAnswers.OfAsync(context, db, caller, id, cancellationToken)).AllowAnonymousOrScope("read:statuses").Describe("Show a status", "A status that the caller may see.", it => it.Open().Returns("The status."));
        statuses.MapDelete("/{id:long}", DeleteAsync).RequireScope("write:statuses")
            .Describe("Delete a status", "One's own. It disappears everywhere at once.", it => it
            .Query("delete_media", "Whether its media go too; else they may be posted again within a day.", ParameterKind.Flag, byDefault: false)
            .Returns("The status as it was, with its source in `text`, to be written anew."));
    }

    /// <summary>What a new status and an edit have in common.</summary>
    internal static OperationDescription Content(OperationDescription it) => it
        .Body("status", "The text; it may be missing when there are media. Each link counts as 23 characters, a mention without its domain.", max: Text.CharacterCount.MaxCharacters, example: "Hello #microblog")
        .Body("media_ids", "Attachments, uploaded before, in their order.", ParameterKind.Ids, max: MediaLimits.MaxAttachments, example: "115548829612032000")
        .Body("spoiler_text", "Shown instead of the text until the reader asks. Counts towards the text's limit.", example: "About the ending")
        .Body("sensitive", "Hides the media until the reader asks.", ParameterKind.Flag, byDefault: false, example: false)
        .Body("language", "Language of the text, ISO 639.", max: 12, example: "en")
        .Body("poll[options]", $"Makes a poll: its options, each of at most {PollDraft.MaxCharactersPerOption} characters. Not together with media.", ParameterKind.Texts, min: PollDraft.MinOptions, max: PollDraft.MaxOptions, example: "Yes")
        .Body("poll[expires_in]", "Seconds until the poll ends.", ParameterKind.Number, min: PollDraft.MinExpiration, max: PollDraft.MaxExpiration, example: 86400)
        .Body("poll[multiple]", "Whether one may choose several options.", ParameterKind.Flag, byDefault: false)
        .Body("poll[hide_totals]", "Whether counts are hidden until the poll ends.", ParameterKind.Flag, byDefault: false);

    private static async Task<Results<Ok<StatusEntity>, Ok<ScheduledStatusEntity>>> PostAsync(
        HttpContext context, RequestFields fields, Caller caller, Idempotency idempotency, OwnTimeline own, Db db, CancellationToken cancellationToken)
    {
        var author = await db.ReadAsync(caller.Account, connection => connection.SingleAsync<PostingDefaults>(PostingDefaults.Sql, new { author = caller.Account }, cancellationToken), cancellationToken)
            ?? throw ApiException.NotFound();
        var draft = StatusDraft.Of(fields, author);
        var host = new Uri(BaseUrl.Of(context)).Authority;
        await AllowedMentions.CheckAsync(context, fields, db, caller.Account, draft, host, cancellationToken);
        if (fields.Text("scheduled_at") is { Length: > 0 } time)
        {
            var at = ScheduledRules.Parse(time);
            var (scheduled, _) = await idempotency.WriteAsync(db, write => ScheduledStore.AddAsync(write, caller, draft, at, host), cancellationToken);
            if (await ScheduledStore.FindAsync(context, db, caller.Account, scheduled, cancellationToken) is { } entity)
            {
                return TypedResults.Ok(entity);
            }
            // The repeat of a request whose status has been published since.
            return await StatusAnswers.OfAsync(context, db, caller, scheduled, cancellationToken);
        }
        var (id, isNew) = await idempotency.WriteAsync(db, write => StatusWriter.PostAsync(write, caller, draft, host), cancellationToken);
        if (isNew)
        {
            await own.PushAsync(caller.Account, id);
        }
        return await StatusAnswers.OfAsync(context, db, caller, id, cancellationToken);
    }

    private static async Task<Ok<IReadOnlyList<StatusEntity>>> ManyAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var ids = fields.Ids("id", MaxIds + 1);
        if (ids.Length > MaxIds)
        {
            throw ApiException.Unprocessable($"Cannot show more than {MaxIds} posts at once");
        }
        return StatusAnswers.Of(context, await db.ReadAsync(caller.AccountId, connection => StatusStore.InOrderAsync(connection, caller.AccountId, ids, cancellationToken), cancellationToken));
    }

    private static async Task<Ok<DeletedStatusEntity>> DeleteAsync(HttpContext context, RequestFields fields, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var status = await StatusAnswers.LoadAsync(db, caller, id, cancellationToken);
        var withMedia = fields.Flag("delete_media") ?? false;
        var isDeleted = await db.WriteAsync(caller.Account, write => StatusDeletion.DeleteAsync(write, caller.Account, id, withMedia), cancellationToken);
        return isDeleted ? TypedResults.Ok(new DeletedStatusEntity(status.ToEntity(context), status.Status.Text)) : throw ApiException.NotFound();
    }
}
