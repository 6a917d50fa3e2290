using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Tests.Text;

public sealed partial class HostileTextTests
{
    private const string BaseUrl = "https://micro.example";

    // Pieces that mean something to one of the scanners or to HTML; random letters alone would seldom meet.
    private static readonly string[] Pieces =
    [
        "https://", "http://", "www.", "example.org", ".com", "xn--", "localhost", ":80", "/", "?", "=", "&", "#", "＃", "@", "＠", "alice",
        "bob", "(", ")", "[", "]", "<", ">", "\"", "'", "`", "\\", "</p>", "<script>", "<a href=\"", "javascript:", "&amp;", "&#39;", "-->",
        "\n", "\r\n", "\r", "\n\n", " ", "\t", "\u3000", "\u00A0", ".", ",", "-", "_", "·", "・", "\u200C", "1", "é", "e\u0301", "日本", "「",
        "」", "。", "😀", "👨‍👩‍👧", "\uFE0F", "\u202E", "\uFEFF", "\0", "\uD83D", "\uDE00", "ß", "x", "%0a", "{", "}",
    ];

    private static readonly Dictionary<string, MentionedAccount> People = new()
    {
        ["alice"] = new("alice", "alice", BaseUrl + "/@alice"),
        ["bob@example.org"] = new("bob", "bob@example.org", "https://example.org/@bob?a=1&b=<\">"),
    };

    // Half a surrogate pair does not survive in the data of a theory.
    public static TheoryData<string> Repetitions => [.. Pieces.Where(piece => !char.IsSurrogate(piece[^1]) || piece.Length > 1),
        "http://a.bc/(", "http://a.bc/(x)", "http://a.bc/((", "http://a.bc/(()", "http://a.bc/?", "http://a.bc", "http://a.bc ", "http://a.",
        "@a", "@a@", "@a@b", "@a.", "@a@b.", ".@a-", "#a", " #a", "#·", " #1", "#a·", "#http://", "#ahttp", "a.", "é.", "http:", "://", "(.",
        "http://a.bc/http://", "http://a.bc/.", "http://a.bc/)", "a-", "http://-", "https://xn--", "@a\u0301", "\r\r\n", "http://a.bc:1"];

    [Theory]
    [MemberData(nameof(Repetitions))]
    public void Twenty_times_the_text_takes_about_twenty_times_the_time(string piece)
    {
        var small = string.Concat(Enumerable.Repeat(piece, (5_000 / piece.Length) + 1));
        var large = string.Concat(Enumerable.Repeat(small, 20));
        Process(small);

        var smallTime = Fastest(small);
        var largeTime = Fastest(large);

        // Quadratic work would take 400 times as long, and seconds. The slack is for a busy machine.
        Assert.True(
            largeTime < TimeSpan.FromMilliseconds(250) || largeTime < smallTime * 120,
            $"5,000 characters: {smallTime.TotalMilliseconds:F2} ms, 100,000: {largeTime.TotalMilliseconds:F2} ms");
    }

    [Fact]
    public void Every_tag_in_the_html_is_one_of_ours_whatever_the_text()
    {
        var random = new Random(20_260_101);

        for (var round = 0; round < 20_000; round++)
        {
            var text = Compose(random, random.Next(1, 40));
            var html = StatusHtml.Render(StatusText.Parse(text), People, BaseUrl);
            var field = AccountHtml.FieldValue(text, BaseUrl, People);

            AssertOnlyOurs(html, text);
            AssertOnlyOurs(field, text);
        }
    }

    [Fact]
    public void Reading_the_html_back_gives_the_text_whatever_the_text()
    {
        var random = new Random(20_260_102);

        for (var round = 0; round < 20_000; round++)
        {
            var text = StatusText.Clean(Compose(random, random.Next(1, 40)));
            var html = StatusHtml.Render(StatusText.Parse(text), new Dictionary<string, MentionedAccount>(), BaseUrl);
            var plain = html.Replace("</p><p>", "\n\n", StringComparison.Ordinal).Replace("<br />", "\n", StringComparison.Ordinal);
            plain = System.Net.WebUtility.HtmlDecode(Tag().Replace(plain, ""));

            Assert.Equal(string.IsNullOrWhiteSpace(text) ? "" : Squeeze(text), Squeeze(plain));
        }
    }

    [Fact]
    public void Entities_are_ordered_and_apart_and_start_with_their_sign_whatever_the_text()
    {
        var random = new Random(20_260_103);

        for (var round = 0; round < 20_000; round++)
        {
            var parsed = StatusText.Parse(Compose(random, random.Next(1, 60)));
            var end = 0;

            foreach (var entity in parsed.Entities)
            {
                var slice = parsed.Slice(entity).ToString();

                Assert.True(entity.Start >= end && entity.Length > 1, parsed.Text);
                Assert.DoesNotContain(slice, char.IsWhiteSpace);
                Assert.DoesNotContain(slice, char.IsControl);
                Assert.True(entity.Kind switch
                {
                    TextEntityKind.Url => Uri.TryCreate(slice, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo == "",
                    TextEntityKind.Mention => slice[0] is '@',
                    _ => slice[0] is '#' or '＃' && HashtagName.IsValid(slice.AsSpan(1)),
                }, slice);
                end = entity.End;
            }

            Assert.True(CharacterCount.Of(parsed) >= 0);
        }
    }

    [Fact]
    public void A_clean_text_has_no_character_a_database_or_a_page_would_refuse()
    {
        var random = new Random(20_260_104);

        for (var round = 0; round < 20_000; round++)
        {
            var clean = StatusText.Clean(Compose(random, random.Next(1, 40)));

            Assert.Equal(clean, StatusText.Clean(clean));
            Assert.Equal(clean, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean)));
            Assert.DoesNotContain(clean, character => char.IsControl(character) && character is not ('\n' or '\t'));
        }
    }

    private static void AssertOnlyOurs(string html, string text)
    {
        var rest = OurTag().Replace(html, "");

        Assert.True(rest.AsSpan().IndexOfAny("<>\"'") < 0, $"{text} => {html}");
        Assert.DoesNotContain('&', OurCharacterReference().Replace(rest, ""));
        Assert.Equal(Count(html, "<p>"), Count(html, "</p>"));
        Assert.Equal(Count(html, "<a "), Count(html, "</a>"));
        Assert.Equal(Count(html, "<span"), Count(html, "</span>"));
    }

    private static string Compose(Random random, int pieces)
    {
        var builder = new StringBuilder();

        for (var i = 0; i < pieces; i++)
        {
            builder.Append(random.Next(20) == 0 ? ((char)random.Next(0x10000)).ToString() : Pieces[random.Next(Pieces.Length)]);
        }

        return builder.ToString();
    }

    private static string Squeeze(string text) =>
        BlankLines().Replace(text.Trim('\n'), "\n\n").Replace('＃', '#');

    private static TimeSpan Fastest(string text)
    {
        var fastest = TimeSpan.MaxValue;

        for (var run = 0; run < 3; run++)
        {
            var start = Stopwatch.GetTimestamp();
            Process(text);
            var elapsed = Stopwatch.GetElapsedTime(start);
            fastest = elapsed < fastest ? elapsed : fastest;
        }

        return fastest;
    }

    private static void Process(string text)
    {
        var parsed = StatusText.Parse(StatusText.Clean(text));
        _ = parsed.MentionedHandles();
        _ = parsed.Hashtags();
        _ = CharacterCount.Of(parsed);
        _ = StatusHtml.Render(parsed, People, BaseUrl);
    }

    private static int Count(string text, string part) => (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;

    [GeneratedRegex("""</?p>|<br />|</a>|</span>|<span(?: class="(?:invisible|ellipsis|)"| class="h-card" translate="no")?>|<a href="https?://[^"'<>\n]*" (?:target="_blank" rel="nofollow noopener(?: me)?" translate="no"|class="u-url mention"|class="mention hashtag" rel="tag")>""", RegexOptions.IgnoreCase)]
    private static partial Regex OurTag();

    [GeneratedRegex("&(?:amp|lt|gt|quot|#39);")]
    private static partial Regex OurCharacterReference();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("\n{2,}")]
    private static partial Regex BlankLines();
}
