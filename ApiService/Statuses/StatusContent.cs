using System.Globalization;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Statuses;

/// <summary>What a status says, as a client asks for it when it posts or edits; checked.</summary>
/// <param name="Text">Cleaned text with its entities.</param>
/// <param name="SpoilerText">Content warning; empty for none.</param>
/// <param name="Sensitive">Whether media are hidden at first.</param>
/// <param name="Language">ISO 639 code, or null.</param>
/// <param name="Poll">Poll, or null.</param>
/// <param name="MediaIds">Its attachments, in their order.</param>
public sealed record StatusContent(ParsedText Text, string SpoilerText, bool Sensitive, string? Language, PollDraft? Poll, long[] MediaIds)
{
    /// <summary>Reads the fields and adds what is wrong with them.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="errors">Gets the faults.</param>
    /// <param name="sensitive">Whether media are hidden where the client does not say.</param>
    /// <param name="language">Language where the client does not say.</param>
    public static StatusContent Of(RequestFields fields, FieldErrors errors, bool sensitive, string? language)
    {
        var warning = StatusText.Clean(fields.Text("spoiler_text"));
        var (text, spoiler) = Arrange(StatusText.Clean(fields.Text("status")), warning, fields.List("media_ids").Any(id => id.Length > 0));
        var parsed = StatusText.Parse(text);
        var media = Media(fields, errors);
        errors.Add(text.Length == 0 && media.Length == 0, "text", "ERR_BLANK", "can't be blank");
        errors.Add(CharacterCount.Of(parsed, spoiler) > CharacterCount.MaxCharacters, "text", "ERR_TOO_LONG", $"character limit of {CharacterCount.MaxCharacters} exceeded");
        language = fields.Text("language") is { Length: > 0 } code ? code : language;
        errors.Add(language is not null && !IsLanguage(language), "language", "ERR_INVALID", "is not a language code");
        var poll = PollDraft.Of(fields, errors);
        errors.Add(poll is not null && media.Length > 0, "media_ids", "ERR_INVALID", "cannot be attached to a post that has a poll");
        return new StatusContent(parsed, spoiler, (fields.Flag("sensitive") ?? sensitive) || warning.Length > 0, language, poll, media);
    }

    /// <summary>A content warning with nothing behind it is the text itself.</summary>
    public static (string Text, string Spoiler) Arrange(string text, string spoiler, bool hasMedia) => text.Length == 0 && !hasMedia ? (spoiler, "") : (text, spoiler);

    private static bool IsLanguage(string code) => code.Length is >= 2 and <= 12 && code.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static long[] Media(RequestFields fields, FieldErrors errors)
    {
        string[] sent = [.. fields.List("media_ids").Where(id => id.Length > 0).Distinct()];
        errors.Add(sent.Length > MediaLimits.MaxAttachments, "media_ids", "ERR_TOO_MANY", $"can't contain more than {MediaLimits.MaxAttachments} items");
        var ids = sent.Select(id => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null).ToList();
        errors.Add(ids.Contains(null), "media_ids", "ERR_INVALID", "contain an item that does not exist");
        return [.. ids.OfType<long>()];
    }
}
