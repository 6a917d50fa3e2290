using Microblog.ApiService.Filters;

namespace Microblog.ApiService.Tests.Filters;

public sealed class KeywordPatternTests
{
    [Theory]
    [InlineData("cat", true, "a cat.", true)]
    [InlineData("cat", true, "CAT", true)]
    [InlineData("cat", true, "concatenate", false)]
    [InlineData("cat", true, "concatenate the cat", true)]
    [InlineData("cat", true, "cats", false)]
    [InlineData("cat", true, "#cat", true)]
    [InlineData("cat", true, "cat_food", false)]
    [InlineData("cat", false, "concatenate", true)]
    [InlineData("two words", true, "in two words, please", true)]
    [InlineData("two words", true, "two wordsmiths", false)]
    [InlineData("#tag", true, "a #tag here", true)]
    [InlineData("#tag", true, "a #tags here", false)]
    [InlineData("c++", true, "I like C++", true)]
    [InlineData("c++", true, "ccc", false)]
    [InlineData(".*", false, "anything", false)]
    [InlineData("(a|b)[", false, "x (A|B)[ y", true)]
    [InlineData("лиса", true, "рыжая Лиса бежит", true)]
    [InlineData("лиса", true, "лисами", false)]
    [InlineData("東京", true, "私は東京に行く", true)]
    [InlineData("แมว", true, "ฉันชอบแมวมาก", true)]
    [InlineData("बिल्ली", true, "मेरी बिल्ली है", true)]
    [InlineData("बिल्ल", true, "मेरी बिल्ली है", false)]
    [InlineData("😀", true, "so 😀😀 happy", true)]
    [InlineData("👩‍👩‍👧", true, "my 👩‍👩‍👧!", true)]
    [InlineData("café", true, "un cafe\u0301 noir", true)]
    [InlineData("ABC", true, "full width ＡＢＣ", true)]
    [InlineData("İstanbul", true, "İSTANBUL", true)]
    [InlineData("longer than the text", true, "text", false)]
    public void Keywords_match_in_any_case_and_script_and_every_character_stands_for_itself(string keyword, bool wholeWord, string text, bool matches)
    {
        Assert.Equal(matches, new KeywordPattern(keyword, wholeWord).IsMatch(KeywordPattern.Fold(text)));
    }
}
