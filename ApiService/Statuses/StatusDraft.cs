using Microblog.ApiService.Accounts;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Statuses;

/// <summary>A status as a client asks for it, checked (https://docs.joinmastodon.org/methods/statuses/#create).</summary>
/// <param name="Text">Cleaned text with its entities.</param>
/// <param name="SpoilerText">Content warning; empty for none.</param>
/// <param name="Visibility">Who may see it.</param>
/// <param name="Sensitive">Whether media are hidden at first.</param>
/// <param name="Language">ISO 639 code, or null.</param>
/// <param name="InReplyToId">Id of the status it answers.</param>
public sealed record StatusDraft(ParsedText Text, string SpoilerText, Visibility Visibility, bool Sensitive, string? Language, long? InReplyToId)
{
    /// <summary>Reads and checks the fields; throws <see cref="ApiException"/> with 404 or 422.</summary>
    public static StatusDraft Of(RequestFields fields, AccountRow author)
    {
        var text = StatusText.Parse(StatusText.Clean(fields.Text("status")));
        var spoiler = StatusText.Clean(fields.Text("spoiler_text"));
        var errors = new FieldErrors();
        errors.Add(text.Text.Length == 0, "text", "ERR_BLANK", "can't be blank");
        errors.Add(CharacterCount.Of(text, spoiler) > CharacterCount.MaxCharacters, "text", "ERR_TOO_LONG", $"character limit of {CharacterCount.MaxCharacters} exceeded");
        var visibility = fields.Text("visibility") is { Length: > 0 } word ? VisibilityNames.Parse(word) : (Visibility)author.DefaultPrivacy;
        errors.Add(visibility is null, "visibility", "ERR_INCLUSION", "is not included in the list");
        var language = fields.Text("language") is { Length: > 0 } code ? code : author.Language;
        errors.Add(language is not null && (language.Length is < 2 or > 12 || !language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')), "language", "ERR_INVALID", "is not a language code");
        foreach (var unsupported in new[] { "scheduled_at", "media_ids", "poll[options]", "quoted_status_id" })
        {
            // Better refused than published at once, or without its pictures.
            errors.Add(fields.List(unsupported).Any(value => value.Length > 0), unsupported.Split('[')[0], "ERR_INVALID", "is not supported by this server");
        }
        var isReply = fields.Text("in_reply_to_id") is { Length: > 0 };
        if (isReply && fields.Id("in_reply_to_id") is null)
        {
            throw ParentNotFound();
        }
        errors.ThrowIfAny();
        return new StatusDraft(text, spoiler, visibility!.Value, fields.Flag("sensitive") ?? spoiler.Length > 0, language, fields.Id("in_reply_to_id"));
    }

    /// <summary>The answer when the status replied to is not there for the author.</summary>
    public static ApiException ParentNotFound() =>
        new(StatusCodes.Status404NotFound, "The post you are trying to reply to does not appear to exist.");
}
