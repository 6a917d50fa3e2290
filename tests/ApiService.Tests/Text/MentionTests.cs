using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Tests.Text;

public sealed class MentionTests
{
    [Theory]
    [InlineData("@alice", "@alice")]
    [InlineData("@alice hello", "@alice")]
    [InlineData("hello @alice", "@alice")]
    [InlineData("hello @alice.", "@alice")]
    [InlineData("hello @alice, hello", "@alice")]
    [InlineData("@alice's cat", "@alice")]
    [InlineData(".@alice", "@alice")]
    [InlineData("(@alice)", "@alice")]
    [InlineData("-@alice-", "@alice")]
    [InlineData("@aLice", "@aLice")]
    [InlineData("@12345", "@12345")]
    [InlineData("@_a_", "@_a_")]
    [InlineData("@alice.b-c", "@alice.b-c")]
    [InlineData("@alice--b..", "@alice--b")]
    [InlineData("@aliceに", "@alice")]
    [InlineData("toß @alice", "@alice")]
    [InlineData("🎉@alice", "@alice")]
    [InlineData("「@alice」", "@alice")]
    [InlineData("@alice@example.org", "@alice@example.org")]
    [InlineData("@alice@example.org.", "@alice@example.org")]
    [InlineData("@alice@Example.org/x", "@alice@Example.org")]
    [InlineData("@alice@bücher.example", "@alice@bücher.example")]
    [InlineData("@alice@localhost:3000", "@alice@localhost")]
    [InlineData("line\n@alice\nline", "@alice")]
    public void A_mention_is_found(string text, string mention)
    {
        Assert.Equal([mention], MentionsIn(text));
    }

    [Theory]
    [InlineData("@")]
    [InlineData("@ alice")]
    [InlineData("@-alice")]
    [InlineData("mail alice@example.org today")]
    [InlineData("é@alice")]
    [InlineData("の@alice")]
    [InlineData("_@alice")]
    [InlineData("/@alice")]
    [InlineData("?x=@alice")]
    [InlineData("https://example.org/@alice")]
    [InlineData("example.org/@alice")]
    [InlineData("@alice@")]
    [InlineData("@alice@example.org@")]
    [InlineData("@_@")]
    [InlineData("@aliceì")]
    [InlineData("@alice\u0301")]
    [InlineData("@http://example.org")]
    [InlineData("@ålice")]
    public void What_is_no_mention_is_not_found(string text)
    {
        Assert.Empty(MentionsIn(text));
    }

    [Fact]
    public void A_mention_with_an_overlong_domain_is_plain_text()
    {
        Assert.Single(MentionsIn($"@alice@{new string('a', 253)}"));
        Assert.Empty(MentionsIn($"@alice@{new string('a', 254)}"));
    }

    [Fact]
    public void Handles_are_lower_case_and_distinct_and_keep_their_order()
    {
        var parsed = StatusText.Parse("@Bob @alice @BOB @Alice@Example.org #bob");

        Assert.Equal(["bob", "alice", "alice@example.org"], parsed.MentionedHandles());
    }

    [Fact]
    public void A_text_without_mentions_has_no_handles()
    {
        Assert.Empty(StatusText.Parse("alice #alice https://alice.example/@alice").MentionedHandles());
    }

    private static IEnumerable<string> MentionsIn(string text)
    {
        var parsed = StatusText.Parse(text);

        return parsed.Entities.Where(entity => entity.Kind is TextEntityKind.Mention).Select(entity => parsed.Slice(entity).ToString());
    }
}
