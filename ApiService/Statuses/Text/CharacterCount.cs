using System.Globalization;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>
/// Counts characters the way Mastodon and its clients do, so that the number a client shows is the number that decides.
/// </summary>
public static class CharacterCount
{
    /// <summary>The most characters a status may have, content warning included.</summary>
    public const int MaxCharacters = 256;

    /// <summary>What each address counts, however long it is.</summary>
    public const int CharactersReservedPerUrl = 23;

    // Nothing within the limits is longer, so a longer text need not be looked at.
    private const int MaxCodeUnits = 65_536;

    // The longest emoji and stacked letters in use need about half. Without a limit, one letter with a million
    // combining marks would count as one character.
    private const int MaxCodeUnitsPerCharacter = 32;

    /// <summary>
    /// The characters (grapheme clusters) of a text and its content warning. An address counts
    /// <see cref="CharactersReservedPerUrl"/>, <c>@name@domain</c> counts as <c>@name</c>, a cluster of more than 32
    /// code units counts once for each 32 begun. A text of more than 65,536 UTF-16 code units is not examined; its
    /// number of code units is returned.
    /// </summary>
    public static int Of(string text, string? spoilerText = null)
    {
        ArgumentNullException.ThrowIfNull(text);

        var codeUnits = text.Length + (spoilerText?.Length ?? 0);

        return codeUnits > MaxCodeUnits ? codeUnits : Of(StatusText.Parse(text), spoilerText);
    }

    /// <summary>As <see cref="Of(string, string?)"/>, for a text that is parsed already, of any length.</summary>
    public static int Of(ParsedText text, string? spoilerText = null)
    {
        ArgumentNullException.ThrowIfNull(text);

        var count = Clusters(spoilerText);
        var position = 0;

        foreach (var entity in text.Entities)
        {
            if (entity.Kind is TextEntityKind.Hashtag)
            {
                continue;
            }

            count += Clusters(text.Text.AsSpan(position, entity.Start - position));
            count += entity.Kind is TextEntityKind.Url ? CharactersReservedPerUrl : LocalLength(text.NameOf(entity));
            position = entity.End;
        }

        return count + Clusters(text.Text.AsSpan(position));
    }

    private static int LocalLength(ReadOnlySpan<char> handle) => 1 + (handle.IndexOf('@') is >= 0 and var at ? at : handle.Length);

    private static int Clusters(ReadOnlySpan<char> text)
    {
        var count = 0;

        while (!text.IsEmpty)
        {
            // Printable ASCII needs no tables, but what follows can still combine with the last of it.
            var ascii = text.IndexOfAnyExceptInRange(' ', '~') is >= 0 and var other ? other - 1 : text.Length;

            if (ascii > 0)
            {
                count += ascii;
                text = text[ascii..];
                continue;
            }

            var length = StringInfo.GetNextTextElementLength(text);
            count += (length + MaxCodeUnitsPerCharacter - 1) / MaxCodeUnitsPerCharacter;
            text = text[length..];
        }

        return count;
    }
}
