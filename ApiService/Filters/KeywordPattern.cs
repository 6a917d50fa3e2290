using System.Globalization;
using System.Text;

namespace Microblog.ApiService.Filters;

/// <summary>
/// A keyword, matched in any case and whatever way its characters are composed; every character stands for itself. A whole word is
/// not a part of a longer one, where its script separates words at all: Chinese, Japanese, Thai and others do not.
/// </summary>
/// <param name="keyword">As its owner wrote it.</param>
/// <param name="wholeWord">Whether it may not be a part of a word.</param>
public sealed class KeywordPattern(string keyword, bool wholeWord)
{
    /// <summary>As its owner wrote it.</summary>
    public string Keyword => keyword;

    /// <summary>What is looked for in a text that went through <see cref="Fold"/>.</summary>
    public string Folded { get; } = Fold(keyword);

    /// <summary>The same text in the one form that texts are compared in (NFKC); case is left to the comparison.</summary>
    public static string Fold(string text) => Ascii.IsValid(text) ? text : text.Normalize(NormalizationForm.FormKC);

    /// <summary>Whether a folded text contains the keyword.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        for (var start = 0; start <= text.Length - Folded.Length;)
        {
            var found = text[start..].IndexOf(Folded, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                return false;
            }
            var (from, to) = (start + found, start + found + Folded.Length);
            if (!wholeWord || (!IsJoined(Last(text[..from]), First(text[from..])) && !IsJoined(Last(text[..to]), First(text[to..]))))
            {
                return true;
            }
            start = from + 1;
        }
        return false;
    }

    /// <summary>Whether two neighbours belong to one word.</summary>
    private static bool IsJoined(Rune? left, Rune? right) => left is { } before && right is { } after && IsWord(before) && IsWord(after);

    private static bool IsWord(Rune rune) => !IsUnspaced(rune.Value) && (Rune.IsLetterOrDigit(rune) || rune.Value is '_' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    /// <summary>Scripts written without spaces between words: Thai, Lao, Tibetan, Myanmar, Khmer, kana, and the ideographs.</summary>
    private static bool IsUnspaced(int value) => value
        is (>= 0x0E00 and <= 0x0FFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);

    private static Rune? First(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out var rune, out _) is System.Buffers.OperationStatus.Done ? rune : null;

    private static Rune? Last(ReadOnlySpan<char> text) => Rune.DecodeLastFromUtf16(text, out var rune, out _) is System.Buffers.OperationStatus.Done ? rune : null;
}
