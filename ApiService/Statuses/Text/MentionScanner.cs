using System.Text;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>Finds <c>@name</c> and <c>@name@domain</c>.</summary>
internal static class MentionScanner
{
    private const int MaxDomainLength = 253;

    /// <summary>The mention whose <c>@</c> stands at <paramref name="at"/>, if there is one.</summary>
    public static TextEntity? Match(ReadOnlySpan<char> text, int at)
    {
        // Excludes e-mail addresses, and profile addresses and queries such as /@alice and ?x=@alice.
        if (at > 0 && (text[at - 1] is '/' or '=' || Characters.IsWord(Characters.Last(text[..at]))))
        {
            return null;
        }

        var name = MeasureDotted(text[(at + 1)..], asciiOnly: true);

        if (name == 0)
        {
            return null;
        }

        var end = at + 1 + name;

        if (end < text.Length && text[end] is '@')
        {
            var domain = MeasureDotted(text[(end + 1)..], asciiOnly: false);

            if (domain > MaxDomainLength)
            {
                return null;
            }

            end += domain > 0 ? domain + 1 : 0;
        }

        return IsSpoiltBy(text[end..]) ? null : new TextEntity(TextEntityKind.Mention, at, end - at);
    }

    // Word characters, with dots and hyphens only between them, so that "@alice." ends before the full stop.
    private static int MeasureDotted(ReadOnlySpan<char> text, bool asciiOnly)
    {
        var end = 0;
        var position = 0;

        while (position < text.Length)
        {
            var rune = Characters.First(text[position..], out var length);
            position += length;

            if (Characters.IsWord(rune) && (rune.IsAscii || !asciiOnly))
            {
                end = position;
            }
            else if (end == 0 || rune.Value is not ('.' or '-'))
            {
                break;
            }
        }

        return end;
    }

    private static bool IsSpoiltBy(ReadOnlySpan<char> rest) =>
        rest is ['@' or '＠', ..] || rest is [':', '/', '/', ..] || IsAccentedLatin(Characters.First(rest, out _));

    // A name cannot contain accented letters, so what was matched would be only the front of a word.
    private static bool IsAccentedLatin(Rune rune) =>
        rune.Value is (>= 0xC0 and <= 0x2AF and not 0xD7 and not 0xF7)
            or (>= 0x300 and <= 0x36F)
            or (>= 0x1E00 and <= 0x1EFF);
}
