using System.Globalization;
using System.Text;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>Character classes shared by the scanners; names follow Ruby's, in which Mastodon states its rules.</summary>
internal static class Characters
{
    /// <summary>Ruby's <c>[[:word:]]</c>: letters, marks, decimal digits and connecting punctuation such as <c>_</c>.</summary>
    public static bool IsWord(Rune rune) => rune.IsAscii
        ? char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '_'
        : Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation
            || Rune.IsLetter(rune)
            || IsMark(rune);

    /// <summary>Combining marks of every kind.</summary>
    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    /// <summary>
    /// Whether an address may contain the character at all. Directional controls are out: they could make an
    /// address look like another one.
    /// </summary>
    public static bool IsUrlCharacter(Rune rune) =>
        !Rune.IsWhiteSpace(rune)
        && !Rune.IsControl(rune)
        && rune != Rune.ReplacementChar
        && rune.Value is not (0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)
            or 0xFEFF or 0xFFFE or 0xFFFF);

    /// <summary>The first character of a text; a broken surrogate pair and an empty text give U+FFFD.</summary>
    public static Rune First(ReadOnlySpan<char> text, out int length)
    {
        _ = Rune.DecodeFromUtf16(text, out var rune, out length);
        return rune;
    }

    /// <summary>The last character of a text; a broken surrogate pair and an empty text give U+FFFD.</summary>
    public static Rune Last(ReadOnlySpan<char> text)
    {
        _ = Rune.DecodeLastFromUtf16(text, out var rune, out _);
        return rune;
    }
}
