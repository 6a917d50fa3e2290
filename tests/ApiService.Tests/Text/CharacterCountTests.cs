using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Tests.Text;

public sealed class CharacterCountTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("hello", 5)]
    [InlineData("a\nb", 3)]
    [InlineData("a\r\nb", 3)]
    [InlineData("日本語", 3)]
    [InlineData("✨", 1)]
    [InlineData("👍🏽", 1)]
    [InlineData("👨‍👩‍👧‍👦", 1)]
    [InlineData("🏳️‍⚧️🏳️‍⚧️", 2)]
    [InlineData("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1)]
    [InlineData("🇩🇪🇫🇷", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("cafe\u0301 x\u0301y", 7)]
    [InlineData("1\uFE0F\u20E3!", 2)]
    [InlineData("https://a.example", 23)]
    [InlineData("https://example.org/a/very/long/path/that/counts/as/nothing/more", 23)]
    [InlineData("(https://a.example.)", 26)]
    [InlineData("https://a.example https://a.example", 47)]
    [InlineData("https://localhost", 17)]
    [InlineData("example.org", 11)]
    [InlineData("@alice", 6)]
    [InlineData("@alice@example.org", 6)]
    [InlineData("@alice@example.org hi", 9)]
    [InlineData("alice@example.org", 17)]
    [InlineData("#cats", 5)]
    public void A_text_has_the_number_of_characters_a_client_shows(string text, int count)
    {
        Assert.Equal(count, CharacterCount.Of(text));
    }

    [Fact]
    public void The_content_warning_counts_in_full()
    {
        Assert.Equal(7, CharacterCount.Of("hello", "cw"));
        Assert.Equal(2, CharacterCount.Of("", "👍🏽!"));
        Assert.Equal(5 + 36, CharacterCount.Of("hello", "https://example.org/counts/as/itself"));
        Assert.Equal(5, CharacterCount.Of("hello", spoilerText: null));
    }

    [Fact]
    public void The_limits_are_those_announced_to_clients()
    {
        Assert.Equal(256, CharacterCount.MaxCharacters);
        Assert.Equal(23, CharacterCount.CharactersReservedPerUrl);
    }

    [Fact]
    public void An_overlong_address_counts_in_full()
    {
        Assert.True(CharacterCount.Of("https://example.org/?" + string.Concat(Enumerable.Repeat("#foo?", 1000))) > 4096);
    }

    [Fact]
    public void A_mention_with_an_overlong_domain_counts_in_full()
    {
        Assert.Equal(307, CharacterCount.Of($"@alice@{new string('b', 300)}"));
    }

    [Fact]
    public void Marks_piled_on_one_letter_cannot_pass_as_one_character()
    {
        Assert.Equal(1, CharacterCount.Of("a" + new string('\u0301', 31)));
        Assert.Equal(2, CharacterCount.Of("a" + new string('\u0301', 32)));
        Assert.True(CharacterCount.Of("a" + new string('\u0301', 10_000)) > CharacterCount.MaxCharacters);
    }

    [Fact]
    public void A_text_beyond_all_limits_is_not_examined()
    {
        var hostile = new string('\u0301', 10_000_000);

        Assert.Equal(hostile.Length, CharacterCount.Of(hostile));
        Assert.Equal(hostile.Length + 2, CharacterCount.Of("hi", hostile));
    }

    [Fact]
    public void A_parsed_text_counts_as_the_text_itself()
    {
        const string text = "@alice@example.org see https://example.org/a/long/path #cats";

        Assert.Equal(CharacterCount.Of(text, "cw"), CharacterCount.Of(StatusText.Parse(text), "cw"));
    }
}
