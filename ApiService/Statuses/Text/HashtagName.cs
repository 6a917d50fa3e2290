using System.Text;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>The rules for the names of hashtags, without their <c>#</c>.</summary>
public static class HashtagName
{
    // Middle dot, katakana middle dot, zero-width non-joiner: Mastodon's separators inside a name, which cannot end one.
    // The zero-width joiner is ours: Sinhala and Malayalam words need it.
    private static ReadOnlySpan<char> InnerSeparators => ['\u00B7', '\u30FB', '\u200C', '\u200D'];

    /// <summary>
    /// Whether the whole text is a name: letters, marks, digits and underscores, with middle dots and zero-width
    /// joiners and non-joiners inside, and more than digits.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<char> name) => !name.IsEmpty && Measure(name) == name.Length;

    /// <summary>
    /// The identity of a hashtag: NFKC, lower case, without a leading <c>#</c> and without characters that no
    /// hashtag has. Two spellings are the same hashtag if this is equal. Empty if nothing is left.
    /// </summary>
    /// <remarks>Needs ICU: with globalization-invariant mode .NET leaves everything but ASCII as it is.</remarks>
    public static string Normalize(string name)
    {
        ArgumentNullException.ThrowIfNull(name);

        // Filtered before, because normalising fails on broken surrogate pairs; filtered after, because NFKC takes
        // some letters apart, even into characters with spaces; and again NFKC after the change of case.
        var folded = Filter(name).Normalize(NormalizationForm.FormKC).ToLowerInvariant().Normalize(NormalizationForm.FormKC);

        return Filter(folded).AsSpan().Trim(InnerSeparators).ToString();
    }

    /// <summary>The length of the name at the start of a text in UTF-16 code units; 0 if there is none.</summary>
    internal static int Measure(ReadOnlySpan<char> text)
    {
        var position = 0;
        var end = 0;
        var hasLetter = false;
        var hasSeparator = false;
        var isJoined = false;

        while (position < text.Length)
        {
            var rune = Characters.First(text[position..], out var length);
            var isWord = Characters.IsWord(rune);

            if (!isWord && (position == 0 || !IsInnerSeparator(rune)))
            {
                break;
            }

            if (isWord)
            {
                end = position + length;
                hasLetter |= Rune.IsLetter(rune);
                isJoined |= hasSeparator;
            }

            hasSeparator |= position > 0 && (rune.Value is '_' || IsInnerSeparator(rune));
            position += length;
        }

        return hasLetter || isJoined ? end : 0;
    }

    private static bool IsInnerSeparator(Rune rune) => rune.IsBmp && InnerSeparators.Contains((char)rune.Value);

    private static string Filter(string name)
    {
        var isClean = true;

        foreach (var rune in name.EnumerateRunes())
        {
            isClean &= Belongs(rune);
        }

        if (isClean)
        {
            return name;
        }

        var builder = new StringBuilder(name.Length);

        foreach (var rune in name.EnumerateRunes())
        {
            if (Belongs(rune))
            {
                builder.Append(rune);
            }
        }

        return builder.ToString();
    }

    // Variation selectors are marks, but they only choose between glyphs.
    private static bool Belongs(Rune rune) =>
        (Characters.IsWord(rune) || IsInnerSeparator(rune)) && rune.Value is not (>= 0xFE00 and <= 0xFE0F);
}
