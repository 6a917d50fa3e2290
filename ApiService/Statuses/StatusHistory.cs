using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Quotes;
using Microblog.ApiService.Statuses.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Statuses;

/// <summary>The versions and the source of a status, and its edit (https://docs.joinmastodon.org/methods/statuses/#edit, #history, #source).</summary>
public static class StatusHistory
{
    /// <summary>Versions shown at most, the newest ones; the first one is always among them.</summary>
    private const int MaxVersions = 200;

    /// <summary>Maps the routes of edits.</summary>
    public static void MapStatusEdits(this IEndpointRouteBuilder routes)
    {
        var status = routes.MapGroup("/api/v1/statuses/{id:long}");
        status.MapPut("", EditAsync).RequireScope("write:statuses");
        status.MapGet("/history", HistoryAsync).AllowAnonymousOrScope("read:statuses");
        status.MapGet("/source", SourceAsync).RequireScope("read:statuses");
    }

    private static async Task<Ok<StatusEntity>> EditAsync(HttpContext context, RequestFields fields, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var author = caller.Account;
        var before = (await StatusAnswers.LoadAsync(db, caller, id, cancellationToken)).Status;
        if (before.AccountId != author || before.ReblogOfId is not null)
        {
            throw ApiException.NotFound();
        }
        var errors = new FieldErrors();
        var content = StatusContent.Of(fields, errors, sensitive: false, before.Language);
        var media = MediaChange.Of(fields);
        var policy = QuoteEndpoints.PolicyOf(fields, errors);
        errors.ThrowIfAny();
        var host = new Uri(BaseUrl.Of(context)).Authority;
        await db.WriteAsync(author, async write =>
        {
            await StatusEditor.EditAsync(write, author, id, content, media, host);
            return policy is null || await QuoteEndpoints.ApplyPolicyAsync(write, author, id, policy);
        }, cancellationToken);
        return await StatusAnswers.OfAsync(context, db, caller, id, cancellationToken);
    }

    private static async Task<Ok<StatusSourceEntity>> SourceAsync(long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var status = (await StatusAnswers.LoadAsync(db, caller, id, cancellationToken)).Status;
        return TypedResults.Ok(new StatusSourceEntity(id.ToApi(), status.Text, status.SpoilerText));
    }

    private static async Task<Ok<IReadOnlyList<StatusEditEntity>>> HistoryAsync(HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Edits =
            """
            SELECT number, text, spoiler_text, sensitive, poll_options, media::text AS media, created_at FROM status_edits
            WHERE status_id = @id AND (number = 0 OR number > (SELECT max(number) FROM status_edits WHERE status_id = @id) - @MaxVersions) ORDER BY number
            """;
        // Also those whom the text of today no longer addresses: earlier texts did.
        const string Mentions = "SELECT m.status_id, a.id, a.username FROM mentions m JOIN accounts a ON a.id = m.account_id WHERE m.status_id = @id";
        var status = await StatusAnswers.LoadAsync(db, caller, id, cancellationToken);
        var baseUrl = BaseUrl.Of(context);
        return TypedResults.Ok(await db.ReadAsync<IReadOnlyList<StatusEditEntity>>(caller.AccountId, async connection =>
        {
            var edits = await connection.ListAsync<EditRow>(Edits, new { id, MaxVersions }, cancellationToken);
            var media = await StatusMedia.ByIdsAsync(connection, status.Status.AccountId, [.. edits.SelectMany(edit => MediaVersion.Parse(edit.Media)).Select(version => version.MediaId)], cancellationToken);
            var mentioned = LoadedStatus.Mentioned(await connection.ListAsync<MentionRow>(Mentions, new { id }, cancellationToken), baseUrl);
            var (author, today) = (status.Author.ToEntity(baseUrl), status.Status);
            var current = new EditRow(0, today.Text, today.SpoilerText, today.Sensitive, status.Poll?.Options, Media: null, today.EditedAt ?? today.CreatedAt);
            return [.. edits.Append(current).Select(edit => new StatusEditEntity(
                StatusHtml.Render(StatusText.Parse(edit.Text), mentioned, baseUrl), edit.SpoilerText, edit.Sensitive, edit.CreatedAt, author,
                edit.PollOptions is { } options ? new StatusEditPoll([.. options.Select(option => new StatusEditPollOption(option))]) : null,
                edit.Media is null ? [.. status.Media.Select(row => row.ToEntity(MediaUrl.Of(context)))] : MediaVersion.Entities(edit.Media, media, MediaUrl.Of(context)), []))];
        }, cancellationToken));
    }

    private sealed record EditRow(int Number, string Text, string SpoilerText, bool Sensitive, string[]? PollOptions, string? Media, DateTime CreatedAt);
}

/// <summary>https://docs.joinmastodon.org/entities/StatusSource/</summary>
public sealed record StatusSourceEntity(string Id, string Text, string SpoilerText);

/// <summary>https://docs.joinmastodon.org/entities/StatusEdit/</summary>
public sealed record StatusEditEntity(
    string Content, string SpoilerText, bool Sensitive, DateTime CreatedAt, AccountEntity Account,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] StatusEditPoll? Poll,
    IReadOnlyList<MediaAttachmentEntity> MediaAttachments, IReadOnlyList<EmptyBody> Emojis);

/// <summary>The poll of an earlier version.</summary>
public sealed record StatusEditPoll(IReadOnlyList<StatusEditPollOption> Options);

/// <summary>An option of the poll of an earlier version.</summary>
public sealed record StatusEditPollOption(string Title);
