using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Tests.Text;

public sealed class UrlTests
{
    [Theory]
    [InlineData("https://example.org")]
    [InlineData("http://example.org/")]
    [InlineData("HTTPS://Example.ORG/Path")]
    [InlineData("https://sub_domain-x.example.org/a")]
    [InlineData("https://a.b.cd")]
    [InlineData("https://example.photography")]
    [InlineData("https://example.org:8443/a")]
    [InlineData("https://example.org?a=b")]
    [InlineData("https://example.org/?#top")]
    [InlineData("https://example.org/search?q=a%20b&lang=en#part-2")]
    [InlineData("https://example.org/a.b,c;d/e")]
    [InlineData("https://example.org/path-ending-in-")]
    [InlineData("https://example.org/path+ending+")]
    [InlineData("https://example.org/@alice/1234")]
    [InlineData("https://example.org/it's/here")]
    [InlineData("https://example.org/#")]
    [InlineData("https://example.org/wiki/Film_(2010)")]
    [InlineData("https://example.org/wiki/A_(b_(c))_d")]
    [InlineData("https://example.org/wiki/Люди")]
    [InlineData("https://ja.example.org/wiki/日本")]
    [InlineData("https://example.org/search?q=✓")]
    [InlineData("https://例え.jp/path")]
    [InlineData("https://nic.みんな/")]
    [InlineData("https://bücher.example/😀")]
    [InlineData("https://www.例えexample.org/")]
    [InlineData("https://xn--r8jz45g.xn--zckzah/")]
    [InlineData("https://✪x.example/ab")]
    public void A_whole_address_is_found(string url)
    {
        Assert.Equal([url], UrlsIn(url));
        Assert.Equal([url], UrlsIn($"see {url} please"));
        Assert.Equal([url], UrlsIn($"見て{url}\nnext"));
    }

    [Theory]
    [InlineData("https://example.org.", "https://example.org")]
    [InlineData("https://example.org!", "https://example.org")]
    [InlineData("https://example.org, then", "https://example.org")]
    [InlineData("https://example.org'", "https://example.org")]
    [InlineData("https://example.org>", "https://example.org")]
    [InlineData("https://example.org#part", "https://example.org")]
    [InlineData("https://example.org/a.", "https://example.org/a")]
    [InlineData("https://example.org/a...", "https://example.org/a")]
    [InlineData("https://example.org/a?", "https://example.org/a")]
    [InlineData("https://example.org/a?b=c?", "https://example.org/a?b=c")]
    [InlineData("https://example.org/,", "https://example.org/")]
    [InlineData("https://example.org/a:", "https://example.org/a")]
    [InlineData("\"https://example.org/a\"", "https://example.org/a")]
    [InlineData("<https://example.org/a>", "https://example.org/a")]
    [InlineData("(https://example.org/a)", "https://example.org/a")]
    [InlineData("(https://example.org/a_(b))", "https://example.org/a_(b)")]
    [InlineData("(https://example.org/?a=b)", "https://example.org/?a=b")]
    [InlineData("[x](https://example.org/a)", "https://example.org/a")]
    [InlineData("「[https://example.org/」", "https://example.org/")]
    [InlineData("https://example.org/a(b", "https://example.org/a")]
    [InlineData("https://example.org/a()", "https://example.org/a")]
    [InlineData("https://example.org/a<b>c</b>", "https://example.org/a")]
    [InlineData("https://example.org/?a=<script>", "https://example.org/?a=")]
    [InlineData("https://example.org/　next", "https://example.org/")]
    [InlineData("https://example.org/?a=b　next", "https://example.org/?a=b")]
    [InlineData("https://example.org/\u202Cnext", "https://example.org/")]
    [InlineData("https://example.orgを見て", "https://example.org")]
    [InlineData("https://example.org。次", "https://example.org")]
    [InlineData("https://example.org:123456", "https://example.org")]
    [InlineData("https://example.org.-", "https://example.org")]
    public void What_belongs_to_the_sentence_stays_outside(string text, string url)
    {
        Assert.Equal([url], UrlsIn(text));
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("https://localhost")]
    [InlineData("https://no-top-level")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://example.x")]
    [InlineData("https://example.c0m")]
    [InlineData("https://example.com-with-hyphens")]
    [InlineData("https://example.c_o_m")]
    [InlineData("https://-example.org")]
    [InlineData("https://example-.org")]
    [InlineData("https://_example.org")]
    [InlineData("https://under_score.org")]
    [InlineData("https://trailing_.example_.org")]
    [InlineData("https://.example.org")]
    [InlineData("https://user:password@example.org")]
    [InlineData("https://example.com@evil.example")]
    [InlineData("https://www\\.example\\.org")]
    [InlineData("https://xn--はじめ.org")]
    [InlineData("https:///example.org")]
    [InlineData("https:example.org")]
    [InlineData("://example.org")]
    [InlineData("ahttps://example.org")]
    [InlineData("9http://example.org")]
    [InlineData("@http://example.org")]
    [InlineData("#http://example.org")]
    [InlineData("$http://example.org")]
    [InlineData("http://a.comhttp://b.com")]
    [InlineData("ftp://example.org")]
    [InlineData("gemini://example.org")]
    [InlineData("javascript:alert(1)")]
    [InlineData("javascript://example.org/%0aalert(1)")]
    [InlineData("data:text/html,https")]
    public void What_is_no_web_address_is_not_found(string text)
    {
        Assert.Empty(UrlsIn(text));
    }

    [Fact]
    public void Half_a_surrogate_pair_ends_an_address()
    {
        Assert.Empty(UrlsIn("https://ex\uD800ample.org"));
        Assert.Equal(["https://example.org/a"], UrlsIn("https://example.org/a\uD800b"));
    }

    [Fact]
    public void Several_addresses_are_found_in_order()
    {
        var urls = UrlsIn("https://a.example/1 and http://b.example?x=1, (https://c.example/) https://a.example/1");

        Assert.Equal(["https://a.example/1", "http://b.example?x=1", "https://c.example/", "https://a.example/1"], urls);
    }

    [Fact]
    public void An_address_inside_an_address_belongs_to_it()
    {
        const string url = "https://example.org/to?u=https://other.example/@alice#tag";

        Assert.Equal([new TextEntity(TextEntityKind.Url, 0, url.Length)], StatusText.Parse(url).Entities);
    }

    [Fact]
    public void Domains_and_labels_have_their_maximum_lengths()
    {
        var label = new string('a', 63);

        Assert.Single(UrlsIn($"https://{label}.org"));
        Assert.Empty(UrlsIn($"https://{label}a.org"));
        Assert.Empty(UrlsIn($"https://www.example.{label}a.org"));
        Assert.Single(UrlsIn($"https://{label}.{label}.{label}.{new string('b', 57)}.org"));
        Assert.Empty(UrlsIn($"https://{label}.{label}.{label}.{new string('b', 58)}.org"));
    }

    [Fact]
    public void An_overlong_address_is_plain_text_and_so_is_everything_in_it()
    {
        const string start = "https://example.org/";

        Assert.Single(UrlsIn(start + new string('a', 4096 - start.Length)));
        Assert.Empty(UrlsIn(start + new string('a', 4097 - start.Length)));
        Assert.Equal(["https://b.example"], UrlsIn($"{start}{new string('a', 5000)}/https://c.example https://b.example"));
    }

    private static IEnumerable<string> UrlsIn(string text)
    {
        var parsed = StatusText.Parse(text);

        return parsed.Entities.Where(entity => entity.Kind is TextEntityKind.Url).Select(entity => parsed.Slice(entity).ToString());
    }
}
