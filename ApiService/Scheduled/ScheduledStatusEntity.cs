using System.Text.Json;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Quotes;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Scheduled;

/// <summary>https://docs.joinmastodon.org/entities/ScheduledStatus/</summary>
public sealed record ScheduledStatusEntity(string Id, DateTime ScheduledAt, ScheduledParams Params, IReadOnlyList<MediaAttachmentEntity> MediaAttachments);

/// <summary>The request as it will be carried out; stored as it is shown. Numbers where Mastodon has numbers.</summary>
public sealed record ScheduledParams(
    string Text, ScheduledPoll? Poll, string[]? MediaIds, bool Sensitive, string SpoilerText, string Visibility, string? Language, long? InReplyToId, string? QuotedStatusId, string? QuoteApprovalPolicy,
    long ApplicationId, DateTime? ScheduledAt, string? Idempotency, bool WithRateLimit)
{
    /// <summary>What a draft says.</summary>
    public static ScheduledParams Of(StatusDraft draft, long? applicationId)
    {
        var content = draft.Content;
        return new ScheduledParams(
            content.Text.Text, content.Poll is { } poll ? new ScheduledPoll(poll.Options, poll.ExpiresIn, poll.Multiple, poll.HideTotals) : null,
            content.MediaIds.Length > 0 ? [.. content.MediaIds.Select(id => id.ToApi())] : null, content.Sensitive, content.SpoilerText, draft.Visibility.ToApi(), content.Language, draft.InReplyToId,
            draft.QuotedStatusId.ToApi(), draft.QuotePolicy.ToApi(),
            applicationId ?? 0, ScheduledAt: null, Idempotency: null, WithRateLimit: false);
    }

    /// <summary>The draft that they were made of.</summary>
    public StatusDraft ToDraft() => new(
        new StatusContent(
            StatusText.Parse(Text), SpoilerText, Sensitive, Language, Poll is { } poll ? new PollDraft(poll.Options, poll.ExpiresIn, poll.Multiple, poll.HideTotals) : null,
            [.. (MediaIds ?? []).Select(id => long.Parse(id, System.Globalization.CultureInfo.InvariantCulture))]),
        VisibilityNames.Parse(Visibility) ?? Statuses.Visibility.Private, InReplyToId,
        QuotedStatusId is { } quoted ? long.Parse(quoted, System.Globalization.CultureInfo.InvariantCulture) : null, QuotePolicyNames.Parse(QuoteApprovalPolicy ?? "") ?? QuotePolicy.Nobody);
}

/// <summary>The poll of a scheduled status.</summary>
public sealed record ScheduledPoll(string[] Options, int ExpiresIn, bool Multiple, bool HideTotals);

/// <summary>A scheduled status as read from the database.</summary>
public sealed record ScheduledRow(long Id, long AccountId, DateTime ScheduledAt, string Params, long? ApplicationId, int Attempts, string Host)
{
    /// <summary>Columns of this record.</summary>
    public const string Columns = "id, account_id, scheduled_at, params::text AS params, application_id, attempts, host";

    /// <summary>The request to carry out.</summary>
    public ScheduledParams ToParams() => JsonSerializer.Deserialize(Params, ApiJson.Default.ScheduledParams) ?? throw new JsonException($"Scheduled status {Id} has no parameters");
}
