using System.Text.Json;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Quotes;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Accounts;

/// <summary>What a client asks to change of a profile, checked (https://docs.joinmastodon.org/methods/accounts/#update_credentials). Null leaves a thing as it is.</summary>
public sealed record ProfileChange(
    string? DisplayName, string? Note, bool? Locked, bool? Bot, bool? Discoverable, bool? Indexable, bool? HideCollections,
    string? Fields, short? Privacy, bool? Sensitive, bool SetsLanguage, string? Language, string? AvatarKey = null, string? HeaderKey = null,
    short? QuotePolicy = null)
{
    private const int MaxDisplayName = 30;
    private const int MaxNote = 500;
    private const int MaxFields = 4;
    private const int MaxField = 255;

    /// <summary>Reads and checks the fields of a request.</summary>
    /// <exception cref="ValidationException">A field is too long or unknown.</exception>
    public static ProfileChange Of(RequestFields fields)
    {
        var displayName = fields.Text("display_name") is { } name ? OneLine(name) : null;
        var note = fields.Text("note") is { } text ? StatusText.Clean(text) : null;
        var language = fields.Text("source[language]") is { Length: > 0 } code ? code : null;
        var privacy = fields.Text("source[privacy]") is { Length: > 0 } word ? VisibilityNames.Parse(word) ?? Visibility.Direct : (Visibility?)null;
        var errors = new FieldErrors();
        errors.Add(Length(displayName) > MaxDisplayName, "display_name", "ERR_TOO_LONG", $"is too long (maximum is {MaxDisplayName} characters)");
        errors.Add(note is not null && CharacterCount.Of(note) > MaxNote, "note", "ERR_TOO_LONG", $"is too long (maximum is {MaxNote} characters)");
        errors.Add(privacy is Visibility.Direct, "privacy", "ERR_INCLUSION", "is not included in the list");
        errors.Add(language is not null && (language.Length is < 2 or > 12 || !language.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')), "language", "ERR_INVALID", "is not a language code");
        var quotePolicy = QuoteEndpoints.PolicyOf(fields, errors, "source[quote_policy]");
        var lines = Lines(fields, errors);
        errors.ThrowIfAny();
        return new ProfileChange(
            displayName, note, fields.Flag("locked"), fields.Flag("bot"), fields.Flag("discoverable"), fields.Flag("indexable"), fields.Flag("hide_collections"),
            lines is null ? null : JsonSerializer.Serialize(lines, ApiJson.Default.IReadOnlyListAccountField), (short?)privacy, fields.Flag("source[sensitive]"),
            fields.Has("source[language]") || fields.IsCleared("source[language]"), language, QuotePolicy: (short?)quotePolicy);
    }

    /// <summary>Applies the change in the caller's transaction.</summary>
    public Task<int> ApplyAsync(Write write, long account)
    {
        const string Sql =
            """
            UPDATE accounts SET
                display_name = coalesce(@DisplayName, display_name), note = coalesce(@Note, note), locked = coalesce(@Locked, locked), bot = coalesce(@Bot, bot),
                discoverable = coalesce(@Discoverable, discoverable), indexable = coalesce(@Indexable, indexable), hide_collections = coalesce(@HideCollections, hide_collections),
                fields = coalesce(@Fields::jsonb, fields), default_privacy = coalesce(@Privacy, default_privacy), default_sensitive = coalesce(@Sensitive, default_sensitive),
                default_quote_policy = coalesce(@QuotePolicy, default_quote_policy),
                language = CASE WHEN @SetsLanguage THEN @Language ELSE language END,
                avatar_key = coalesce(@AvatarKey, avatar_key), header_key = coalesce(@HeaderKey, header_key)
            WHERE id = @account AND suspended_at IS NULL
            """;
        return write.ExecuteAsync(Sql, new
        {
            account,
            DisplayName,
            Note,
            Locked,
            Bot,
            Discoverable,
            Indexable,
            HideCollections,
            Fields,
            Privacy,
            Sensitive,
            SetsLanguage,
            QuotePolicy,
            Language,
            AvatarKey,
            HeaderKey,
        });
    }

    /// <summary>The lines of the profile, which always replace all that were there; null when none were sent. Empty ones are left out.</summary>
    private static List<AccountField>? Lines(RequestFields fields, FieldErrors errors)
    {
        const string Name = "fields_attributes";
        var indices = fields.Indices(Name);
        if (indices.Count == 0)
        {
            return fields.IsCleared(Name) ? [] : null;
        }
        // A form may also send a list of names and a list of values.
        var sent = indices.SelectMany(index => index.Length == 0
            ? fields.List($"{Name}[][name]").Zip(fields.List($"{Name}[][value]"))
            : [(fields.Text($"{Name}[{index}][name]") ?? "", fields.Text($"{Name}[{index}][value]") ?? "")]);
        var lines = sent.Select(line => new AccountField(OneLine(line.First), OneLine(line.Second), null)).Where(line => line.Name.Length + line.Value.Length > 0).ToList();
        errors.Add(lines.Count > MaxFields, "fields", "ERR_TOO_LONG", $"is too long (maximum is {MaxFields} fields)");
        errors.Add(lines.Any(line => line.Name.Length == 0), "fields", "ERR_BLANK", "contains one with a value but no label");
        errors.Add(lines.Any(line => Length(line.Name) > MaxField || Length(line.Value) > MaxField), "fields", "ERR_TOO_LONG", $"contains one that is too long (maximum is {MaxField} characters)");
        return lines;
    }

    private static string OneLine(string text) => StatusText.Clean(text).ReplaceLineEndings(" ").Trim();

    /// <summary>Characters as people count them; as for a content warning, an address counts in full.</summary>
    private static int Length(string? text) => CharacterCount.Of("", text);
}
