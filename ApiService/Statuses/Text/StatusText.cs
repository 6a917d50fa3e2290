using System.Buffers;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>Reads what people type: tidies it and finds the addresses, mentions and hashtags in it.</summary>
public static class StatusText
{
    // Every entity contains exactly one of these before anything else about it has to be known.
    private static readonly SearchValues<char> Openers = SearchValues.Create(":@#＃");

    // The white space at the ends that Mastodon removes. Other spaces stay: they can be part of a drawing.
    private static readonly SearchValues<char> EdgeSpace = SearchValues.Create(" \t\n\v\f\r\0");

    /// <summary>
    /// Finds the entities of a text by Mastodon's rules. Where two could overlap, the one that starts first wins.
    /// The time taken is proportional to the length of the text, whatever it contains.
    /// </summary>
    public static ParsedText Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);

        List<TextEntity>? entities = null;
        var position = 0;
        var free = 0;

        while (text.AsSpan(position).IndexOfAny(Openers) is var next && next >= 0)
        {
            position += next;

            TextEntity? found = text[position] switch
            {
                ':' => UrlScanner.Match(text, position, free),
                '@' => MentionScanner.Match(text, position),
                _ => HashtagScanner.Match(text, position),
            };

            if (found is not { } entity)
            {
                position++;
                continue;
            }

            // An overlong address is no entity, but it is stepped over whole: looking into it again for each
            // address it contains would cost quadratic time.
            if (entity.Kind is not TextEntityKind.Url || entity.Length <= UrlScanner.MaxLength)
            {
                (entities ??= []).Add(entity);
            }

            position = free = entity.End;
        }

        return new ParsedText(text, entities is null ? [] : [.. entities]);
    }

    /// <summary>
    /// Tidies a text before it is counted and stored: removes white space at both ends, makes every line break
    /// <c>\n</c>, drops NUL and other control characters except tab, drops byte order marks, and replaces halves of
    /// surrogate pairs by U+FFFD, because PostgreSQL stores neither NUL nor broken pairs.
    /// </summary>
    /// <remarks>
    /// There is no Unicode normalisation, as in Mastodon: even NFC replaces some ideographs used in names.
    /// </remarks>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var kept = Trim(text);

        for (var i = 0; i < kept.Length; i++)
        {
            if (NeedsCleaning(kept[i]))
            {
                return Rewrite(kept);
            }
        }

        return kept.Length == text.Length ? text : kept.ToString();
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAnyExcept(EdgeSpace);

        return start < 0 ? [] : text[start..(text.LastIndexOfAnyExcept(EdgeSpace) + 1)];
    }

    private static bool NeedsCleaning(char character) =>
        (char.IsControl(character) && character is not ('\n' or '\t'))
        || char.IsSurrogate(character)
        || character is '\uFEFF';

    private static string Rewrite(ReadOnlySpan<char> text)
    {
        var rented = ArrayPool<char>.Shared.Rent(text.Length);
        var length = 0;

        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];

            if (character is '\r')
            {
                rented[length++] = '\n';
                i += i + 1 < text.Length && text[i + 1] is '\n' ? 1 : 0;
            }
            else if (char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                rented[length++] = character;
                rented[length++] = text[++i];
            }
            else if (char.IsSurrogate(character))
            {
                rented[length++] = '\uFFFD';
            }
            else if (!NeedsCleaning(character))
            {
                rented[length++] = character;
            }
        }

        // Dropping a control character can uncover more white space at an end.
        var cleaned = Trim(rented.AsSpan(0, length)).ToString();
        ArrayPool<char>.Shared.Return(rented);

        return cleaned;
    }
}
