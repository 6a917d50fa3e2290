using System.Text.RegularExpressions;
using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Collections;

/// <summary>What a client says about a collection, checked; null where it says nothing.</summary>
public sealed partial record CollectionDraft(string? Name, string? Description, string? Language, string? Hashtag, string? TagName, bool? Sensitive, bool? Discoverable)
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxName = 40;

    /// <summary>Longest description, in characters.</summary>
    public const int MaxDescription = 100;

    /// <summary>True when the language is to be changed; without one it is taken away.</summary>
    public bool SetsLanguage { get; private init; }

    /// <summary>True when the hashtag is to be changed; without one it is taken away.</summary>
    public bool SetsTag { get; private init; }

    /// <summary>Reads the fields of a request.</summary>
    /// <exception cref="ValidationException">Something is missing or wrong.</exception>
    public static CollectionDraft Read(RequestFields fields, bool isNew)
    {
        var name = fields.Has("name") || isNew ? StatusText.Clean(fields.Text("name")) : null;
        var description = fields.Has("description") ? StatusText.Clean(fields.Text("description")) : null;
        var language = fields.Text("language") is { Length: > 0 } code ? code.ToLowerInvariant() : null;
        var tag = fields.Text("tag_name") is { Length: > 0 } text ? text : null;
        var hashtag = tag is null ? null : TagStore.Normalized(tag);
        var errors = new FieldErrors();
        _ = errors.Add(name is { Length: 0 }, "name", "ERR_BLANK", "can't be blank")
            || errors.Add(Length(name) > MaxName, "name", "ERR_TOO_LONG", $"is too long (maximum is {MaxName} characters)");
        errors.Add(Length(description) > MaxDescription, "description", "ERR_TOO_LONG", $"is too long (maximum is {MaxDescription} characters)");
        errors.Add(language is not null && !LanguagePattern().IsMatch(language), "language", "ERR_INVALID", "is not a language code");
        errors.Add(tag is not null && hashtag is null, "tag_name", "ERR_INVALID", "is not a hashtag");
        errors.ThrowIfAny();
        return new CollectionDraft(name, description, language, hashtag, hashtag is null ? null : TagStore.Spelling(tag!), fields.Flag("sensitive"), fields.Flag("discoverable"))
        {
            SetsLanguage = language is not null || fields.IsCleared("language"),
            SetsTag = hashtag is not null || fields.IsCleared("tag_name"),
        };
    }

    private static int Length(string? text) => text?.EnumerateRunes().Count() ?? 0;

    [GeneratedRegex("^[a-z]{2,3}(-[a-z]{2,4})?$", RegexOptions.NonBacktracking)]
    private static partial Regex LanguagePattern();
}
