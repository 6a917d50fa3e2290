using Microblog.ApiService.Search;

namespace Microblog.ApiService.Tests.Search;

public sealed class StatusQueryTests
{
    [Theory]
    [InlineData("two words", "two|words")]
    [InlineData("\"two words\" more", "two words|more")]
    [InlineData("“typographic quotes”", "typographic quotes")]
    [InlineData("\"never closed", "never closed")]
    [InlineData("yes -no -\"not this\"", "yes|!no|!not this")]
    [InlineData("a - b", "a|b")]
    [InlineData("-", "")]
    [InlineData("\"", "")]
    [InlineData("-\"", "")]
    [InlineData("() & | ! <-> ' \\ :*", "")]
    [InlineData("a&b' | c:* <-> !!", "a&b'|c:*")]
    [InlineData("unknown:thing before:yesterday has:wings", "unknown:thing|before:yesterday|has:wings")]
    [InlineData("\"from:me\"", "from:me")]
    [InlineData("#1 #a&b \"#quoted\" #", "#1|#a&b|#quoted")]
    public void Words_phrases_and_exclusions_are_told_apart_and_nothing_is_an_error(string text, string terms)
    {
        var query = StatusQuery.Parse(text);

        Assert.Equal(terms, string.Join('|', query.Terms.Select(term => (term.IsExcluded ? "!" : "") + term.Text)));
        Assert.Empty(query.Operators);
    }

    [Theory]
    [InlineData("from:@Alice", OperatorKind.From, "alice", false)]
    [InlineData("-from:me", OperatorKind.From, "me", true)]
    [InlineData("HAS:media", OperatorKind.Media, "media", false)]
    [InlineData("-has:poll", OperatorKind.Poll, "poll", true)]
    [InlineData("is:Reply", OperatorKind.Reply, "reply", false)]
    [InlineData("is:sensitive", OperatorKind.Sensitive, "sensitive", false)]
    [InlineData("language:de", OperatorKind.Language, "de", false)]
    [InlineData("before:2026-01-31", OperatorKind.Before, "2026-01-31", false)]
    [InlineData("during:2026-01-31", OperatorKind.During, "2026-01-31", false)]
    [InlineData("#CamelCase", OperatorKind.Hashtag, "camelcase", false)]
    [InlineData("-#no_thanks", OperatorKind.Hashtag, "no_thanks", true)]
    public void Operators_are_read_in_any_case(string text, OperatorKind kind, string value, bool isExcluded)
    {
        var condition = Assert.Single(StatusQuery.Parse(text).Operators);

        Assert.Equal((kind, value, isExcluded), (condition.Kind, condition.Value, condition.IsExcluded));
    }

    [Fact]
    public void What_comes_after_twenty_parts_is_not_looked_at()
    {
        var query = StatusQuery.Parse(string.Join(' ', Enumerable.Range(0, 100)));

        Assert.Equal(StatusQuery.MaxParts, query.Terms.Count);
    }
}
