using System.Globalization;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Search;

/// <summary>
/// What somebody typed to find statuses: words, <c>"phrases"</c>, <c>-exclusions</c>, <c>#hashtags</c> and operators such as
/// <c>from:alice</c> or <c>before:2026-01-31</c>. Nothing is an error: what is no operator is a word.
/// </summary>
/// <param name="Terms">Words and phrases.</param>
/// <param name="Operators">Operators.</param>
public sealed record StatusQuery(IReadOnlyList<StatusQuery.Term> Terms, IReadOnlyList<StatusQuery.Condition> Operators)
{
    /// <summary>Terms and operators at most; what follows is not looked at.</summary>
    public const int MaxParts = 20;

    /// <summary>A word or phrase.</summary>
    /// <param name="Text">As typed, without quotes.</param>
    /// <param name="IsExcluded">Whether it must not be there.</param>
    public sealed record Term(string Text, bool IsExcluded);

    /// <summary>A condition that is no word.</summary>
    /// <param name="Kind">What is asked.</param>
    /// <param name="Value">What it should be; in lower case, a hashtag in its normal form.</param>
    /// <param name="Date">The day, for those about time.</param>
    /// <param name="IsExcluded">Whether it must not hold.</param>
    public sealed record Condition(OperatorKind Kind, string Value, DateTime Date, bool IsExcluded);

    /// <summary>True when nothing is asked.</summary>
    public bool IsEmpty => Terms.Count == 0 && Operators.Count == 0;

    /// <summary>Reads what was typed; takes time in proportion to its length.</summary>
    public static StatusQuery Parse(string text)
    {
        var (terms, operators) = (new List<Term>(), new List<Condition>());
        var position = 0;
        while (terms.Count + operators.Count < MaxParts && Next(text, ref position) is var (word, isQuoted, isExcluded))
        {
            if (!isQuoted && OperatorOf(word, isExcluded) is { } found)
            {
                operators.Add(found);
            }
            else if (word.Any(char.IsLetterOrDigit) || word.Any(char.IsSurrogate))
            {
                terms.Add(new Term(word, isExcluded));
            }
        }
        return new StatusQuery(terms, operators);
    }

    private static (string Word, bool IsQuoted, bool IsExcluded)? Next(string text, ref int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }
        if (position == text.Length)
        {
            return null;
        }
        var isExcluded = text[position] is '-' && position + 1 < text.Length && !char.IsWhiteSpace(text[position + 1]);
        position += isExcluded ? 1 : 0;
        var isQuoted = IsQuote(text[position]);
        var start = isQuoted ? ++position : position;
        while (position < text.Length && !(isQuoted ? IsQuote(text[position]) : char.IsWhiteSpace(text[position])))
        {
            position++;
        }
        var word = text[start..position];
        // Past the closing quote.
        position += isQuoted && position < text.Length ? 1 : 0;
        return (word, isQuoted, isExcluded);
    }

    private static bool IsQuote(char c) => c is '"' or '“' or '”' or '„';

    private static Condition? OperatorOf(string word, bool isExcluded)
    {
        if (word[0] is '#' or '＃' && HashtagName.IsValid(word.AsSpan(1)))
        {
            return new Condition(OperatorKind.Hashtag, HashtagName.Normalize(word), default, isExcluded);
        }
        if (word.Split(':', 2) is not [var name, { Length: > 0 } text])
        {
            return null;
        }
        var value = text.ToLowerInvariant();
        var hasDate = DateTime.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) && date.Year is > 1970 and < 9999;
        OperatorKind? kind = (name.ToLowerInvariant(), value) switch
        {
            ("from", _) => OperatorKind.From,
            ("has", "media") => OperatorKind.Media,
            ("has", "poll") => OperatorKind.Poll,
            ("is", "reply") => OperatorKind.Reply,
            ("is", "sensitive") => OperatorKind.Sensitive,
            ("language", _) => OperatorKind.Language,
            ("before", _) when hasDate => OperatorKind.Before,
            ("after", _) when hasDate => OperatorKind.After,
            ("during", _) when hasDate => OperatorKind.During,
            _ => null,
        };
        return kind is { } known ? new Condition(known, value.TrimStart('@'), date, isExcluded) : null;
    }
}

/// <summary>What a condition of a search for statuses is about.</summary>
public enum OperatorKind
{
    /// <summary>The author: a name, or <c>me</c>.</summary>
    From,

    /// <summary>Attached media.</summary>
    Media,

    /// <summary>A poll.</summary>
    Poll,

    /// <summary>An answer to another status.</summary>
    Reply,

    /// <summary>Marked as sensitive.</summary>
    Sensitive,

    /// <summary>The language stated.</summary>
    Language,

    /// <summary>Before the day begins (UTC).</summary>
    Before,

    /// <summary>After the day has ended.</summary>
    After,

    /// <summary>On the day.</summary>
    During,

    /// <summary>Bears the hashtag: exactly this one, where a word would also be found as a part of longer ones.</summary>
    Hashtag,
}
