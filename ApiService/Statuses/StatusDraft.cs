using Microblog.ApiService.Http;
using Microblog.ApiService.Quotes;

namespace Microblog.ApiService.Statuses;

/// <summary>A status as a client asks for it, checked (https://docs.joinmastodon.org/methods/statuses/#create).</summary>
/// <param name="Content">What it says.</param>
/// <param name="Visibility">Who may see it.</param>
/// <param name="InReplyToId">Id of the status it answers.</param>
/// <param name="QuotedStatusId">Id of the status it quotes.</param>
/// <param name="QuotePolicy">Who may quote it.</param>
public sealed record StatusDraft(StatusContent Content, Visibility Visibility, long? InReplyToId, long? QuotedStatusId, QuotePolicy QuotePolicy)
{
    /// <summary>Reads and checks the fields; throws <see cref="ApiException"/> with 404 or 422.</summary>
    public static StatusDraft Of(RequestFields fields, PostingDefaults author)
    {
        var errors = new FieldErrors();
        var content = StatusContent.Of(fields, errors, author.DefaultSensitive, author.Language);
        var visibility = fields.Text("visibility") is { Length: > 0 } word ? VisibilityNames.Parse(word) : (Visibility)author.DefaultPrivacy;
        errors.Add(visibility is null, "visibility", "ERR_INCLUSION", "is not included in the list");
        if (fields.Text("in_reply_to_id") is { Length: > 0 } && fields.Id("in_reply_to_id") is null)
        {
            throw ParentNotFound();
        }
        if (fields.Text("quoted_status_id") is { Length: > 0 } && fields.Id("quoted_status_id") is null)
        {
            throw QuoteTarget.NotFound();
        }
        var policy = QuoteEndpoints.PolicyOf(fields, errors) ?? (QuotePolicy)author.DefaultQuotePolicy;
        errors.ThrowIfAny();
        // What a limited account posts is not recommended to strangers.
        var shown = visibility is Visibility.Public && author.IsLimited ? Visibility.Unlisted : visibility!.Value;
        return new StatusDraft(content, shown, fields.Id("in_reply_to_id"), fields.Id("quoted_status_id"), QuoteRules.Effective(policy, shown));
    }

    /// <summary>The answer when the status replied to is not there for the author.</summary>
    public static ApiException ParentNotFound() =>
        new(StatusCodes.Status404NotFound, "The post you are trying to reply to does not appear to exist.");
}

/// <summary>What an author has set for new statuses.</summary>
public sealed record PostingDefaults(short DefaultPrivacy, bool DefaultSensitive, string? Language, bool IsLimited, short DefaultQuotePolicy)
{
    /// <summary>Query for this record with the parameter <c>@author</c>.</summary>
    public const string Sql = "SELECT default_privacy, default_sensitive, language, limited_at IS NOT NULL AS is_limited, default_quote_policy FROM accounts WHERE id = @author AND suspended_at IS NULL";
}
