using System.Globalization;
using System.Text;

namespace Microblog.Seed.Texts;

/// <summary>Reads texts from a fortune file (texts between lines of a single %) or from a file with one text per line.</summary>
internal static class TextFile
{
    /// <summary>The texts of a file that may be posted, in the order of the file.</summary>
    /// <param name="name">The file's name without folder and extension; becomes the hashtag.</param>
    /// <param name="content">The file's content; in files of lines, lines that start with # are skipped.</param>
    public static IEnumerable<SeedText> Parse(string name, string content)
    {
        var lines = content.ReplaceLineEndings("\n").Split('\n');
        var hashtag = ToHashtag(name);
        var texts = lines.Contains("%") ? Between(lines) : lines.Where(line => !line.StartsWith('#')).Select(Unwrap);
        return texts.Where(TextRules.IsUsable).Select(text => new SeedText(text, hashtag));
    }

    /// <summary>Turns "songs-poems" into "SongsPoems".</summary>
    public static string ToHashtag(string name)
    {
        var words = name.Split(['-', '_', '.', ' '], StringSplitOptions.RemoveEmptyEntries);
        var tag = string.Concat(words.Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));
        return words.Length > 1 ? tag : name.ToLowerInvariant();
    }

    private static IEnumerable<string> Between(string[] lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines.Append("%"))
        {
            if (line == "%")
            {
                yield return Unwrap(text.ToString());
                text.Clear();
            }
            else
            {
                text.Append(line).Append('\n');
            }
        }
    }

    // Fortune files are wrapped for terminals. A line break is kept where the next line is indented (verse, signature),
    // starts a part of a dialogue, or follows a blank line.
    private static string Unwrap(string text)
    {
        var result = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var words = string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (words.Length == 0)
            {
                continue;
            }

            if (result.Length > 0)
            {
                result.Append(StartsNewLine(line, words) ? '\n' : ' ');
            }

            result.Append(words);
        }

        return result.ToString();
    }

    private static bool StartsNewLine(string line, string words) =>
        char.IsWhiteSpace(line[0]) || words.StartsWith("--", StringComparison.Ordinal)
        || (words.Length > 2 && words[1] == ':' && char.IsUpper(words[0]));
}
