using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Timelines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Statuses;

/// <summary>Post, show and delete a status (https://docs.joinmastodon.org/methods/statuses/).</summary>
public static class StatusEndpoints
{
    /// <summary>Maps <c>/api/v1/statuses</c>.</summary>
    public static void MapStatuses(this IEndpointRouteBuilder routes)
    {
        var statuses = routes.MapGroup("/api/v1/statuses");
        statuses.MapPost("", PostAsync).RequireScope("write:statuses").Describe("Post a status", "Publishes a text. It is in the author's own home at once, in those of followers a moment later.", it => it
            .Body("status", "The text. Each link counts as 23 characters, a mention without its domain.", required: true, max: Text.CharacterCount.MaxCharacters, example: "Hello #microblog")
            .Body("in_reply_to_id", "The status it answers.", ParameterKind.Id, example: "115548829612032000")
            .Body("visibility", "Who may see it; the account's own setting when not given.", oneOf: ["public", "unlisted", "private", "direct"], example: "public")
            .Body("spoiler_text", "Shown instead of the text until the reader asks. Counts towards the text's limit.", example: "About the ending")
            .Body("sensitive", "Hides the media until the reader asks.", ParameterKind.Flag, byDefault: false, example: false)
            .Body("language", "Language of the text, ISO 639.", example: "en")
            .Header("Idempotency-Key", "Any text. The same key again answers the first status instead of posting a second.", max: 255, example: "5f2c1e9a")
            .Error(404, "The status it replies to is not there, or the caller may not see it.")
            .Returns("The status."));
        statuses.MapGet("/{id:long}", ShowAsync).AllowAnonymousOrScope("read:statuses").Describe("Show a status", "A status that the caller may see.", it => it.Open().Returns("The status."));
        statuses.MapDelete("/{id:long}", DeleteAsync).RequireScope("write:statuses")
            .Describe("Delete a status", "One's own. It disappears everywhere at once.", it => it.Returns("The status as it was, with its source in `text`, to be written anew."));
    }

    private static async Task<Ok<StatusEntity>> PostAsync(
        HttpContext context, RequestFields fields, Caller caller, Idempotency idempotency, AccountStore accounts, OwnTimeline own, Db db, CancellationToken cancellationToken)
    {
        var author = await accounts.ByIdAsync(caller.Account, caller.Account, cancellationToken) ?? throw ApiException.NotFound();
        var draft = StatusDraft.Of(fields, author);
        var host = new Uri(BaseUrl.Of(context)).Authority;
        var (id, isNew) = await idempotency.WriteAsync(db, write => StatusWriter.PostAsync(write, caller, draft, host), cancellationToken);
        if (isNew)
        {
            await own.PushAsync(caller.Account, id);
        }
        return TypedResults.Ok((await LoadAsync(db, caller, id, cancellationToken)).ToEntity(BaseUrl.Of(context)));
    }

    private static async Task<Ok<StatusEntity>> ShowAsync(HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok((await LoadAsync(db, caller, id, cancellationToken)).ToEntity(BaseUrl.Of(context)));

    private static async Task<Ok<DeletedStatusEntity>> DeleteAsync(HttpContext context, long id, Caller caller, Db db, StatusWriter writer, CancellationToken cancellationToken)
    {
        var status = await LoadAsync(db, caller, id, cancellationToken);
        if (!await writer.DeleteAsync(caller.Account, id, cancellationToken))
        {
            throw ApiException.NotFound();
        }
        return TypedResults.Ok(new DeletedStatusEntity(status.ToEntity(BaseUrl.Of(context)), status.Status.Text));
    }

    private static async Task<LoadedStatus> LoadAsync(Db db, Caller caller, long id, CancellationToken cancellationToken) =>
        await db.FindAsync(caller.AccountId, async connection =>
            (await StatusStore.VisibleAsync(connection, caller.AccountId, [id], cancellationToken)).SingleOrDefault(), cancellationToken)
        ?? throw ApiException.NotFound();
}
