using Microblog.Seed.Texts;

namespace Microblog.Seed.Tests;

public sealed class TextTests
{
    [Fact]
    public void A_fortune_file_is_cut_at_percent_lines_and_unwrapped()
    {
        const string File = "A line that was\nwrapped for terminals.\n\t\t-- Somebody\n%\nQ:\tWhat is this, please?\nA:\tA dialogue.\n%\n";

        var texts = TextFile.Parse("songs-poems", File).ToArray();

        Assert.Equal(
            [
                new("A line that was wrapped for terminals.\n-- Somebody", "SongsPoems"),
                new SeedText("Q: What is this, please?\nA: A dialogue.", "SongsPoems"),
            ],
            texts);
    }

    [Fact]
    public void A_file_without_percent_lines_holds_one_text_per_line()
    {
        var texts = TextFile.Parse("wisdom", "# a comment\nMany hands make light work.\r\n\nMore haste, less speed.\n");

        Assert.Equal(["Many hands make light work.", "More haste, less speed."], texts.Select(text => text.Body));
    }

    [Theory]
    [InlineData("too short", false)]
    [InlineData("This text would mention @somebody by accident.", false)]
    [InlineData("See http://example.com for what links look like.", false)]
    [InlineData("A bell rings\a and nobody can see it, not usable.", false)]
    [InlineData("An ordinary sentence that anybody may read.", true)]
    public void Only_harmless_texts_are_used(string text, bool usable) => Assert.Equal(usable, TextRules.IsUsable(text));

    [Fact]
    public void Length_counts_visible_characters()
    {
        Assert.True(TextRules.Fits(string.Concat(Enumerable.Repeat("e\u0301", 256))));
        Assert.True(TextRules.Fits(string.Concat(Enumerable.Repeat("\U0001F44D\U0001F3FD", 256))));
        Assert.False(TextRules.Fits(new string('a', 257)));
    }

    [Fact]
    public void The_built_in_proverbs_are_a_few_hundred_usable_texts()
    {
        var texts = TextLibrary.BuiltIn().Texts;

        Assert.InRange(texts.Count, 300, 1_000);
        Assert.All(texts, text => Assert.True(TextRules.IsUsable(text.Body)));
    }
}
