using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Tests.Text;

public sealed class StatusHtmlTests
{
    private const string BaseUrl = "https://micro.example";

    private static readonly Dictionary<string, MentionedAccount> People = new()
    {
        ["alice"] = new("Alice", "Alice", BaseUrl + "/@Alice"),
        ["bob@micro.example"] = new("bob", "bob", BaseUrl + "/@bob"),
        ["carol"] = new("carol", "carol", BaseUrl + "/@carol"),
        ["carol@other.example"] = new("carol", "carol@other.example", "https://other.example/@carol"),
    };

    [Theory]
    [InlineData("", "")]
    [InlineData(" \n\u3000", "")]
    [InlineData("hi", "<p>hi</p>")]
    [InlineData("a\nb\nc", "<p>a<br />b<br />c</p>")]
    [InlineData("a\n\nb", "<p>a</p><p>b</p>")]
    [InlineData("a\n\n\n\nb\nc", "<p>a</p><p>b<br />c</p>")]
    [InlineData("a\r\nb\r\n\r\nc\rd", "<p>a<br />b</p><p>c<br />d</p>")]
    [InlineData("\n\na\n", "<p>a</p>")]
    [InlineData("a\n \nb", "<p>a<br /> <br />b</p>")]
    [InlineData("a  b\tc", "<p>a  b\tc</p>")]
    [InlineData("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>")]
    [InlineData("&lt;b&gt;", "<p>&amp;lt;b&amp;gt;</p>")]
    [InlineData("<script>alert(\"x\")</script>", "<p>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</p>")]
    [InlineData("<img src=\"javascript:alert('x');\">", "<p>&lt;img src=&quot;javascript:alert(&#39;x&#39;);&quot;&gt;</p>")]
    [InlineData("https://www\\.example\\.org", "<p>https://www\\.example\\.org</p>")]
    [InlineData("@nobody and @nobody@other.example", "<p>@nobody and @nobody@other.example</p>")]
    public void Text_becomes_paragraphs(string text, string html)
    {
        Assert.Equal(html, Render(text));
    }

    [Theory]
    [InlineData("https://example.org/a", "https://", "", "example.org/a", "")]
    [InlineData("http://www.example.org/a", "http://www.", "", "example.org/a", "")]
    [InlineData("https://nic.みんな/", "https://", "", "nic.みんな/", "")]
    [InlineData("https://example.org/123456789012345678", "https://", "", "example.org/123456789012345678", "")]
    [InlineData("https://example.org/1234567890123456789", "https://", "", "example.org/1234567890123456789", "")]
    [InlineData("https://example.org/12345678901234567890", "https://", "ellipsis", "example.org/123456789012345678", "90")]
    [InlineData("https://example.org/1234567890😀😀😀😀😀😀😀😀😀x", "https://", "ellipsis", "example.org/1234567890😀😀😀😀😀😀😀😀", "😀x")]
    public void An_address_becomes_a_link_shortened_on_screen_only(string url, string prefix, string cssClass, string shown, string hidden)
    {
        var html = $"<p><a href=\"{url}\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\"><span class=\"invisible\">{prefix}</span>"
            + $"<span class=\"{cssClass}\">{shown}</span><span class=\"invisible\">{hidden}</span></a></p>";

        Assert.Equal(html, Render(url));
    }

    [Fact]
    public void An_address_is_escaped_in_every_place()
    {
        var html = Render("https://example.org/?a='&b=2&c=3&d=4&e=5&f=\"");

        Assert.Equal(
            "<p><a href=\"https://example.org/?a=&#39;&amp;b=2&amp;c=3&amp;d=4&amp;e=5&amp;f=\" target=\"_blank\" rel=\"nofollow noopener\""
            + " translate=\"no\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">example.org/?a=&#39;&amp;b=2&amp;c=3&amp;d=4&amp;e</span>"
            + "<span class=\"invisible\">=5&amp;f=</span></a>&quot;</p>",
            html);
    }

    [Theory]
    [InlineData("@alice", "Alice", "/@Alice")]
    [InlineData("@ALICE", "Alice", "/@Alice")]
    [InlineData("@Bob@Micro.example", "bob", "/@bob")]
    public void A_known_mention_links_to_the_profile(string mention, string shown, string path)
    {
        var people = People.Where(person => !person.Key.StartsWith("carol", StringComparison.Ordinal)).ToDictionary();
        var html = StatusHtml.Render(StatusText.Parse($"hi {mention}!"), people, BaseUrl);

        Assert.Equal(
            $"<p>hi <span class=\"h-card\" translate=\"no\"><a href=\"{BaseUrl}{path}\" class=\"u-url mention\">@<span>{shown}</span></a></span>!</p>",
            html);
    }

    [Fact]
    public void Namesakes_are_told_apart_by_their_domain()
    {
        Assert.Contains("@<span>carol@other.example</span>", Render("@carol@other.example"), StringComparison.Ordinal);
        Assert.Contains("@<span>carol</span>", Render("@carol"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#Cats", "Cats", "Cats")]
    [InlineData("＃Cats", "Cats", "Cats")]
    [InlineData("#catsタグ", "cats%E3%82%BF%E3%82%B0", "catsタグ")]
    [InlineData("#one·two", "one%C2%B7two", "one·two")]
    public void A_hashtag_links_to_its_timeline_in_its_spelling(string hashtag, string path, string shown)
    {
        var html = $"<p><a href=\"{BaseUrl}/tags/{path}\" class=\"mention hashtag\" rel=\"tag\">#<span>{shown}</span></a></p>";

        Assert.Equal(html, Render(hashtag));
        Assert.Equal(html, StatusHtml.Render(StatusText.Parse(hashtag), People, BaseUrl + "/"));
    }

    [Fact]
    public void Entities_and_line_breaks_may_touch()
    {
        var html = Render("#a\n#b\n\n@nobody\nhttps://a.example");

        Assert.StartsWith($"<p><a href=\"{BaseUrl}/tags/a\"", html, StringComparison.Ordinal);
        Assert.Contains($"</a><br /><a href=\"{BaseUrl}/tags/b\"", html, StringComparison.Ordinal);
        Assert.Contains("</a></p><p>@nobody<br /><a href=\"https://a.example\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_caller_passes_is_escaped_too()
    {
        var people = new Dictionary<string, MentionedAccount> { ["eve"] = new("<eve>", "<eve>", "\"><script>") };
        var html = StatusHtml.Render(StatusText.Parse("@eve #a"), people, "https://x\"><b>");

        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;eve&gt;", html, StringComparison.Ordinal);
    }

    private static string Render(string text) => StatusHtml.Render(StatusText.Parse(text), People, BaseUrl);
}
