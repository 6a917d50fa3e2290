using System.Globalization;
using System.Text;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>
/// Measures the domain of an address. At least two labels; the last one must look like a top-level domain. There is
/// no list of top-level domains here: it would be out of date every month.
/// </summary>
internal static class DomainScanner
{
    private const int MaxLength = 253;
    private const int MaxLabelLength = 63;

    /// <summary>The length of the longest domain at the start of a text in UTF-16 code units; 0 if there is none.</summary>
    public static int Measure(ReadOnlySpan<char> text)
    {
        var longest = 0;
        var isCut = false;
        var position = 0;
        var isAfterName = false;

        while (true)
        {
            var label = Label.Read(text[position..]);

            if (label.Length > MaxLabelLength || position + label.Length > MaxLength)
            {
                return 0;
            }

            // After a cut ("example.comを") only an ASCII top-level domain can show that the label was meant whole.
            if (isAfterName && label.TopLevelLength is > 0 and var length
                && (!isCut || label.IsAscii) && CanFollow(text[(position + length)..]))
            {
                longest = position + length;
                isCut |= length < label.Length;
            }

            position += label.Length;

            if (!label.IsValid || position == text.Length || text[position] is not '.')
            {
                return longest;
            }

            position++;
            isAfterName = !label.HasUnderscore;
        }
    }

    // "example.com@evil.example" is no address of example.com, and "a.comhttp://b.com" none of "comhttp".
    private static bool CanFollow(ReadOnlySpan<char> rest) =>
        rest is not ['@' or '+' or '-' or '_', ..] && rest is not [':', '/', '/', ..];

    private readonly record struct Label(int Length, int TopLevelLength, bool IsValid, bool IsAscii, bool HasUnderscore)
    {
        public static Label Read(ReadOnlySpan<char> text)
        {
            var length = 0;
            var asciiLetters = 0;
            var isAscii = true;
            var isForeignWord = true;
            var hasUnderscore = false;

            while (length < text.Length)
            {
                var rune = Characters.First(text[length..], out var consumed);

                if (!IsAllowed(rune))
                {
                    break;
                }

                if (asciiLetters == length && rune.IsAscii && Rune.IsLetter(rune))
                {
                    asciiLetters++;
                }

                isAscii &= rune.IsAscii;
                isForeignWord &= !rune.IsAscii && (Rune.IsLetter(rune) || Characters.IsMark(rune));
                hasUnderscore |= rune.Value is '_';
                length += consumed;
            }

            var label = text[..length];
            var isPunycode = label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase);
            var isValid = length > 0 && !IsJoiner(label[0]) && !IsJoiner(label[^1]) && (isAscii || !isPunycode);

            var topLevelLength = isPunycode ? (isValid && length > 4 && !hasUnderscore ? length : 0)
                : isForeignWord ? length
                : asciiLetters == length || !char.IsAscii(label[asciiLetters]) ? asciiLetters
                : 0;

            return new Label(length, topLevelLength >= 2 ? topLevelLength : 0, isValid, isAscii, hasUnderscore);
        }

        private static bool IsJoiner(char character) => character is '-' or '_';

        // Symbols are allowed because of domains such as ✪df.ws; zero-width joiners occur in Persian and Indic ones.
        private static bool IsAllowed(Rune rune) => rune.IsAscii
            ? char.IsAsciiLetterOrDigit((char)rune.Value) || IsJoiner((char)rune.Value)
            : rune.Value is 0x200C or 0x200D
                || (rune != Rune.ReplacementChar
                    && (Rune.IsLetter(rune) || Rune.IsNumber(rune) || Characters.IsMark(rune)
                        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol));
    }
}
