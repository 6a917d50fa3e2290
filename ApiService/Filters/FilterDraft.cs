using System.Globalization;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Filters;

/// <summary>A filter as a client asks for it, checked; null is what the client did not send.</summary>
/// <param name="Title">Name.</param>
/// <param name="Context">Where it applies.</param>
/// <param name="Action">What clients do with what it meets.</param>
/// <param name="HasExpiry">Whether the client sets or clears the expiry.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="Keywords">Keywords to add, change or remove.</param>
public sealed record FilterDraft(string? Title, string[]? Context, string? Action, bool HasExpiry, DateTime? ExpiresAt, IReadOnlyList<KeywordDraft> Keywords)
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxTitle = 256;

    private static readonly TimeSpan MaxExpiry = TimeSpan.FromDays(36_500);

    /// <summary>Where a filter may apply.</summary>
    public static readonly string[] Contexts = ["home", "notifications", "public", "thread", "account"];

    /// <summary>Reads and checks the fields of a v2 filter.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="isNew">Whether what is required has to be there.</param>
    public static FilterDraft Of(RequestFields fields, bool isNew)
    {
        var errors = new FieldErrors();
        var title = fields.Has("title") || isNew ? StatusText.Clean(fields.Text("title")) : null;
        _ = errors.Add(title is "", "title", "ERR_BLANK", "can't be blank");
        _ = errors.Add(title?.Length > MaxTitle, "title", "ERR_TOO_LONG", $"is too long (maximum is {MaxTitle} characters)");
        var action = fields.Text("filter_action") is { Length: > 0 } word ? word : null;
        _ = errors.Add(action is not (null or "warn" or "hide" or "blur"), "filter_action", "ERR_INCLUSION", "is not included in the list");
        var context = ContextOf(fields, isNew, errors);
        var (hasExpiry, expiresAt) = ExpiryOf(fields, errors);
        var indices = fields.Indices("keywords_attributes");
        _ = errors.Add(indices.Count > StatusFilters.MaxKeywords, "keywords", "ERR_TOO_LONG", $"are too many (maximum is {StatusFilters.MaxKeywords})");
        errors.ThrowIfAny();
        return new FilterDraft(title, context, action, hasExpiry, expiresAt, [.. indices.Select(index => KeywordDraft.Of(fields, $"keywords_attributes[{index}]"))]);
    }

    /// <summary>Where a filter applies; faults go to <paramref name="errors"/>.</summary>
    public static string[]? ContextOf(RequestFields fields, bool isNew, FieldErrors errors)
    {
        var context = fields.List("context").Where(word => word.Length > 0).Distinct().ToArray();
        var isSent = fields.Has("context");
        _ = errors.Add((isSent || isNew) && (context.Length == 0 || !context.All(Contexts.Contains)), "context", "ERR_INVALID", "None or invalid context supplied");
        return isSent || isNew ? context : null;
    }

    /// <summary>When a filter ends, and whether the client says so at all; faults go to <paramref name="errors"/>.</summary>
    public static (bool IsSent, DateTime? ExpiresAt) ExpiryOf(RequestFields fields, FieldErrors errors)
    {
        if (fields.IsCleared("expires_in"))
        {
            return (true, null);
        }
        if (fields.Text("expires_in") is not { } text)
        {
            return (false, null);
        }
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds);
        _ = errors.Add(!isNumber, "expires_in", "ERR_INVALID", "is not a number of seconds");
        return (true, isNumber ? DateTime.UtcNow.AddSeconds(Math.Clamp(seconds, 0, MaxExpiry.TotalSeconds)) : null);
    }
}

/// <summary>A keyword as a client asks for it, checked; null is what the client did not send.</summary>
/// <param name="Id">The keyword to change; null to add one.</param>
/// <param name="Keyword">Text to look for.</param>
/// <param name="WholeWord">Whether it may not be a part of a word.</param>
/// <param name="IsRemoved">Whether the keyword goes.</param>
public sealed record KeywordDraft(long? Id, string? Keyword, bool? WholeWord, bool IsRemoved)
{
    /// <summary>Longest text to look for, in characters.</summary>
    public const int MaxKeyword = 512;

    /// <summary>Reads and checks a keyword.</summary>
    /// <param name="fields">The request.</param>
    /// <param name="parent">The object that the fields are members of; empty for the request itself.</param>
    /// <param name="isNew">Whether the keyword is new, whatever its id; by default one without an id is.</param>
    public static KeywordDraft Of(RequestFields fields, string parent = "", bool? isNew = null)
    {
        string Name(string member) => parent.Length == 0 ? member : $"{parent}[{member}]";
        var id = parent.Length == 0 ? null : fields.Id(Name("id"));
        var removed = parent.Length > 0 && fields.Flag(Name("_destroy")) == true;
        return new KeywordDraft(id, removed ? null : TextOf(fields, Name("keyword"), isNew ?? id is null), fields.Flag(Name("whole_word")), removed);
    }

    /// <summary>The text of a keyword; null when it was not sent and need not be.</summary>
    public static string? TextOf(RequestFields fields, string name, bool isNew)
    {
        var keyword = fields.Has(name) || isNew ? StatusText.Clean(fields.Text(name)) : null;
        var errors = new FieldErrors();
        var field = name is "phrase" ? name : "keyword";
        _ = errors.Add(keyword is "", field, "ERR_BLANK", "can't be blank");
        _ = errors.Add(keyword?.Length > MaxKeyword, field, "ERR_TOO_LONG", $"is too long (maximum is {MaxKeyword} characters)");
        errors.ThrowIfAny();
        return keyword;
    }
}
