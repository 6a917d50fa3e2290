using System.Buffers;
using System.Text;

namespace Microblog.ApiService.Statuses.Text;

/// <summary>Writes a parsed text as HTML. User input reaches the result only through <see cref="Escaped"/>.</summary>
internal sealed class HtmlWriter(
    ParsedText text, IReadOnlyDictionary<string, MentionedAccount> mentions, string baseUrl, bool isMultiline, string linkRel)
{
    // Longer addresses are shortened on screen; the rest is hidden by the client's style sheet, but still copied.
    private const int MaxShownCharacters = 30;

    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'");
    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\r\n");

    private readonly StringBuilder _html = new(text.Text.Length + 32 + (text.Entities.Length * 160));
    private readonly string _baseUrl = baseUrl.TrimEnd('/');

    public override string ToString() => _html.ToString();

    public void Raw(string html) => _html.Append(html);

    public void Body()
    {
        var position = 0;

        foreach (var entity in text.Entities)
        {
            Plain(position, entity.Start);
            position = entity.End;

            switch (entity.Kind)
            {
                case TextEntityKind.Url:
                    Link(text.Slice(entity));
                    break;
                case TextEntityKind.Mention:
                    Mention(entity);
                    break;
                case TextEntityKind.Hashtag:
                    Hashtag(text.NameOf(entity));
                    break;
            }
        }

        Plain(position, text.Text.Length);
    }

    // No entity contains a line break, so a run of them is never split between two calls.
    private void Plain(int start, int end)
    {
        while (start < end)
        {
            var rest = text.Text.AsSpan(start, end - start);
            var line = rest.IndexOfAny(LineBreaks) is >= 0 and var found ? found : rest.Length;

            Escaped(rest[..line]);
            start += line;

            if (line < rest.Length)
            {
                var run = rest[line..];
                var runEnd = run.IndexOfAnyExcept(LineBreaks) is >= 0 and var other ? other : run.Length;
                var isInside = start > 0 && start + runEnd < text.Text.Length;
                Break(run[..runEnd], isInside);
                start += runEnd;
            }
        }
    }

    private void Break(ReadOnlySpan<char> run, bool isInside)
    {
        if (isInside)
        {
            var isSingle = run.Length == 1 || run is "\r\n";
            Raw(!isMultiline ? " " : isSingle ? "<br />" : "</p><p>");
        }
    }

    private void Link(ReadOnlySpan<char> url)
    {
        var prefix = url.IndexOf('/') + 2;
        prefix += url[prefix..].StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? 4 : 0;

        var rest = url[prefix..];
        var shown = ShownLength(rest);

        Raw("<a href=\"");
        Escaped(url);
        Raw("\" target=\"_blank\" rel=\"");
        Raw(linkRel);
        Raw("\" translate=\"no\"><span class=\"invisible\">");
        Escaped(url[..prefix]);
        Raw(shown < rest.Length ? "</span><span class=\"ellipsis\">" : "</span><span class=\"\">");
        Escaped(rest[..shown]);
        Raw("</span><span class=\"invisible\">");
        Escaped(rest[shown..]);
        Raw("</span></a>");
    }

    private void Mention(TextEntity entity)
    {
        if (!mentions.TryGetValue(text.HandleOf(entity), out var account))
        {
            Escaped(text.Slice(entity));
            return;
        }

        Raw("<span class=\"h-card\" translate=\"no\"><a href=\"");
        Escaped(account.Url);
        Raw("\" class=\"u-url mention\">@<span>");
        Escaped(IsAmbiguous(account) ? account.Acct : account.Username);
        Raw("</span></a></span>");
    }

    private bool IsAmbiguous(MentionedAccount account)
    {
        foreach (var other in mentions.Values)
        {
            if (other.Acct != account.Acct && string.Equals(other.Username, account.Username, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private void Hashtag(ReadOnlySpan<char> name)
    {
        Raw("<a href=\"");
        Escaped(_baseUrl);
        Raw("/tags/");
        Raw(Uri.EscapeDataString(name));
        Raw("\" class=\"mention hashtag\" rel=\"tag\">#<span>");
        Escaped(name);
        Raw("</span></a>");
    }

    // An ellipsis in place of a single character would save nothing, so one more is shown then.
    private static int ShownLength(ReadOnlySpan<char> rest)
    {
        var position = 0;

        for (var i = 0; i < MaxShownCharacters && position < rest.Length; i++)
        {
            position += CharacterLength(rest[position..]);
        }

        return position < rest.Length && position + CharacterLength(rest[position..]) == rest.Length ? rest.Length : position;
    }

    private static int CharacterLength(ReadOnlySpan<char> rest)
    {
        _ = Characters.First(rest, out var length);
        return length;
    }

    private void Escaped(ReadOnlySpan<char> plain)
    {
        while (plain.IndexOfAny(Special) is >= 0 and var found)
        {
            _html.Append(plain[..found]).Append(plain[found] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                _ => "&#39;",
            });
            plain = plain[(found + 1)..];
        }

        _html.Append(plain);
    }
}
