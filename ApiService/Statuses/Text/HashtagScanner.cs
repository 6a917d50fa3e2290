using System.Globalization;
using System.Text;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>Finds <c>#name</c>.</summary>
internal static class HashtagScanner
{
    /// <summary>The hashtag whose <c>#</c> stands at <paramref name="hash"/>, if there is one.</summary>
    public static TextEntity? Match(ReadOnlySpan<char> text, int hash)
    {
        if (hash > 0 && !CanPrecede(Characters.Last(text[..hash])))
        {
            return null;
        }

        var name = text.Slice(hash + 1, HashtagName.Measure(text[(hash + 1)..]));

        if (text[(hash + 1 + name.Length)..] is [':', '/', '/', ..])
        {
            name = WithoutScheme(name);
        }

        return name.IsEmpty ? null : new TextEntity(TextEntityKind.Hashtag, hash, name.Length + 1);
    }

    // Mastodon takes a hashtag only after white space. Brackets, quotes, commas, emoji and the punctuation of scripts
    // written without spaces are allowed here too; none of them stands before the # of an address.
    private static bool CanPrecede(Rune rune)
    {
        if (rune.IsAscii)
        {
            return rune.Value is ' ' or (>= '\t' and <= '\r') or '(' or '[' or '{' or '"' or '\'' or ',';
        }

        // U+FE0E and U+FE0F are the marks that end many emoji.
        return Rune.IsWhiteSpace(rune)
            || rune.Value is 0xFE0E or 0xFE0F
            || (Rune.IsPunctuation(rune) && Rune.GetUnicodeCategory(rune) is not UnicodeCategory.ConnectorPunctuation)
            || (Rune.IsSymbol(rune) && rune.Value is not 0xFFFD);
    }

    // In "#tagshttps://" the scheme belongs to an address typed without a space.
    private static ReadOnlySpan<char> WithoutScheme(ReadOnlySpan<char> name)
    {
        var scheme = name.EndsWith("https", StringComparison.OrdinalIgnoreCase) ? 5
            : name.EndsWith("http", StringComparison.OrdinalIgnoreCase) ? 4
            : 0;

        return scheme == name.Length ? name : name[..HashtagName.Measure(name[..^scheme])];
    }
}
