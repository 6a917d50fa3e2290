namespace Microblog.ApiService.Statuses.Text;

/// <summary>Finds http and https addresses, leaving out the punctuation and brackets that belong to the sentence.</summary>
internal static class UrlScanner
{
    /// <summary>Longer addresses, in UTF-16 code units, stay plain text.</summary>
    public const int MaxLength = 4096;

    private const int MaxPortDigits = 5;

    /// <summary>
    /// The address whose scheme ends with the colon at <paramref name="colon"/> and does not begin before
    /// <paramref name="free"/>, if there is one. It may exceed <see cref="MaxLength"/>.
    /// </summary>
    public static TextEntity? Match(ReadOnlySpan<char> text, int colon, int free)
    {
        if (text[colon..] is not [':', '/', '/', ..])
        {
            return null;
        }

        var start = colon - SchemeLength(text[free..colon]);

        if (start == colon || (start > 0 && !CanPrecede(text[start - 1])))
        {
            return null;
        }

        var domain = DomainScanner.Measure(text[(colon + 3)..]);

        if (domain == 0)
        {
            return null;
        }

        var end = colon + 3 + domain;
        end += MeasurePort(text[end..]);
        end += MeasurePath(text[end..]);
        end += MeasureQuery(text[end..]);

        return new TextEntity(TextEntityKind.Url, start, end - start);
    }

    private static int SchemeLength(ReadOnlySpan<char> before) =>
        before.EndsWith("https", StringComparison.OrdinalIgnoreCase) ? 5
        : before.EndsWith("http", StringComparison.OrdinalIgnoreCase) ? 4
        : 0;

    private static bool CanPrecede(char character) =>
        !char.IsAsciiLetterOrDigit(character) && character is not ('@' or '＠' or '$' or '#' or '＃' or '\uFEFF');

    private static int MeasurePort(ReadOnlySpan<char> text)
    {
        if (text is not [':', ..])
        {
            return 0;
        }

        var digits = text[1..].IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length - 1 : digits;

        return digits is > 0 and <= MaxPortDigits ? digits + 1 : 0;
    }

    private static int MeasurePath(ReadOnlySpan<char> text)
    {
        if (text is not ['/', ..])
        {
            return 0;
        }

        var end = 1;
        var position = 1;

        while (position < text.Length)
        {
            if (text[position] is '(')
            {
                var group = MeasureGroup(text[position..], depth: 1);

                if (group == 0)
                {
                    break;
                }

                end = position += group;
                continue;
            }

            var rune = Characters.First(text[position..], out var length);

            if (!Characters.IsUrlCharacter(rune) || rune.Value is '<' or '>' or ')' or '?')
            {
                break;
            }

            position += length;

            if (!IsTrailingInPath(text[position - 1]))
            {
                end = position;
            }
        }

        return end;
    }

    /// <summary>
    /// The length of a bracketed group, with at most one level of brackets inside: <c>(film)</c>. Without that limit
    /// unclosed brackets would make the time quadratic.
    /// </summary>
    private static int MeasureGroup(ReadOnlySpan<char> text, int depth)
    {
        var position = 1;

        while (position < text.Length)
        {
            if (text[position] is ')')
            {
                return position > 1 ? position + 1 : 0;
            }

            if (text[position] is '(')
            {
                var inner = depth < 2 ? MeasureGroup(text[position..], depth + 1) : 0;

                if (inner == 0)
                {
                    return 0;
                }

                position += inner;
                continue;
            }

            var rune = Characters.First(text[position..], out var length);

            if (!Characters.IsUrlCharacter(rune) || rune.Value is '<' or '>' or '?')
            {
                return 0;
            }

            position += length;
        }

        return 0;
    }

    private static int MeasureQuery(ReadOnlySpan<char> text)
    {
        if (text is not ['?', ..])
        {
            return 0;
        }

        var end = 0;
        var position = 1;

        while (position < text.Length)
        {
            var rune = Characters.First(text[position..], out var length);

            if (!Characters.IsUrlCharacter(rune) || rune.Value is '"' or '<' or '>' or '\\' or '`' or '{' or '}')
            {
                break;
            }

            position += length;

            if (!rune.IsAscii || char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '_' or '&' or '=' or '#' or '/' or '-')
            {
                end = position;
            }
        }

        return end;
    }

    private static bool IsTrailingInPath(char character) => character
        is '!' or '*' or '"' or '\'' or '「' or '」' or ';' or ':' or '=' or ',' or '.' or '$' or '%' or '[' or ']'
        or '~' or '&' or '|';
}
