using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Tests.Text;

public sealed class AccountHtmlTests
{
    private const string BaseUrl = "https://micro.example";

    private static readonly Dictionary<string, MentionedAccount> Nobody = [];

    [Theory]
    [InlineData("")]
    [InlineData("hi")]
    [InlineData("a\nb\n\nc <b> & https://example.org/ #cats @alice")]
    public void A_note_is_rendered_like_a_status(string note)
    {
        Assert.Equal(StatusHtml.Render(StatusText.Parse(note), Nobody, BaseUrl), AccountHtml.Note(note, BaseUrl));
    }

    [Fact]
    public void Known_mentions_become_links_in_both()
    {
        var people = new Dictionary<string, MentionedAccount> { ["alice"] = new("alice", "alice", BaseUrl + "/@alice") };

        Assert.Contains("@<span>alice</span></a>", AccountHtml.Note("of @alice", BaseUrl, people), StringComparison.Ordinal);
        Assert.Contains("@<span>alice</span></a>", AccountHtml.FieldValue("of @alice", BaseUrl, people), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("they/them", "they/them")]
    [InlineData("<b>", "&lt;b&gt;")]
    [InlineData("one\ntwo\r\n\r\nthree", "one two three")]
    [InlineData("https://example.org", "<a href=\"https://example.org\" target=\"_blank\" rel=\"nofollow noopener me\" translate=\"no\">"
        + "<span class=\"invisible\">https://</span><span class=\"\">example.org</span><span class=\"invisible\"></span></a>")]
    [InlineData("#cats", "<a href=\"https://micro.example/tags/cats\" class=\"mention hashtag\" rel=\"tag\">#<span>cats</span></a>")]
    public void A_field_is_one_line_whose_links_claim_the_page(string value, string html)
    {
        Assert.Equal(html, AccountHtml.FieldValue(value, BaseUrl));
    }
}
