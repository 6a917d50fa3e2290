using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Tests.Text;

public sealed class CleanTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData(" \t\r\n\v\f\0 ", "")]
    [InlineData("  hello  ", "hello")]
    [InlineData("\r\nhello\r\n", "hello")]
    [InlineData("a\r\nb\rc\nd", "a\nb\nc\nd")]
    [InlineData("a\r\r\nb", "a\n\nb")]
    [InlineData("a\tb", "a\tb")]
    [InlineData("a  b", "a  b")]
    [InlineData("a\0b\u0001\u001B\u007F\u0085c", "abc")]
    [InlineData("\u0001 hello \u0001", "hello")]
    [InlineData("\uFEFFhello", "hello")]
    [InlineData("\u3000hello", "\u3000hello")]
    [InlineData("👨‍👩‍👧 ok", "👨‍👩‍👧 ok")]
    [InlineData("\u202Eabc\u202C", "\u202Eabc\u202C")]
    public void A_text_is_tidied(string? text, string clean)
    {
        Assert.Equal(clean, StatusText.Clean(text));
        Assert.Equal(clean, StatusText.Clean(clean));
    }

    [Fact]
    public void Halves_of_surrogate_pairs_are_replaced()
    {
        Assert.Equal("a\uFFFDb", StatusText.Clean("a\uD83Db"));
        Assert.Equal("a\uFFFD", StatusText.Clean("a\uDE00"));
        Assert.Equal("\uFFFD\uD83D\uDE00", StatusText.Clean("\uD83D\uD83D\uDE00"));
        Assert.Equal("\uFFFD", StatusText.Clean("\uD83D"));
    }

    [Fact]
    public void Composed_and_decomposed_letters_stay_as_they_were_typed()
    {
        Assert.Equal("e\u0301\uFA19", StatusText.Clean("e\u0301\uFA19"));
    }

    [Fact]
    public void A_clean_text_is_returned_as_it_is()
    {
        var text = new string('a', 5000);

        Assert.Same(text, StatusText.Clean(text));
    }
}
