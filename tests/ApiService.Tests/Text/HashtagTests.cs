using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Tests.Text;

public sealed class HashtagTests
{
    [Theory]
    [InlineData("#cats", "cats")]
    [InlineData("hello #cats!", "cats")]
    [InlineData("hello\u00A0#cats", "cats")]
    [InlineData("a\n#cats\nb", "cats")]
    [InlineData("(#cats)", "cats")]
    [InlineData("\"#cats\"", "cats")]
    [InlineData("#cats's", "cats")]
    [InlineData("「#猫」", "猫")]
    [InlineData("です。#猫", "猫")]
    [InlineData("🎉#cats", "cats")]
    [InlineData("❤️#cats", "cats")]
    [InlineData("＃ｃａｔｓ", "ｃａｔｓ")]
    [InlineData("#RubyOnRails", "RubyOnRails")]
    [InlineData("#3d", "3d")]
    [InlineData("#l33t5", "l33t5")]
    [InlineData("#world2026", "world2026")]
    [InlineData("#a", "a")]
    [InlineData("#_test", "_test")]
    [InlineData("#test_", "test_")]
    [InlineData("#2026_10", "2026_10")]
    [InlineData("#one·two·three·", "one·two·three")]
    [InlineData("#ぼっち・ざ・ろっく", "ぼっち・ざ・ろっく")]
    [InlineData("#نرم\u200Cافزار", "نرم\u200Cافزار")]
    [InlineData("#हिन्दी", "हिन्दी")]
    [InlineData("#ශ්\u200Dරී", "ශ්\u200Dරී")]
    [InlineData("✌\uFE0E#cats", "cats")]
    [InlineData("#cafe\u0301", "cafe\u0301")]
    [InlineData("#cats❤️dogs", "cats")]
    [InlineData("#cats://", "cats")]
    [InlineData("#catshttp://example.org", "cats")]
    [InlineData("#catshttps://example.org", "cats")]
    [InlineData("#cats-and-dogs", "cats")]
    public void A_hashtag_is_found(string text, string name)
    {
        Assert.Equal([name], NamesIn(text));
    }

    [Theory]
    [InlineData("#")]
    [InlineData("# cats")]
    [InlineData("#123")]
    [InlineData("#1️⃣")]
    [InlineData("#️⃣")]
    [InlineData("#_")]
    [InlineData("#·cats")]
    [InlineData("#!cats")]
    [InlineData("##")]
    [InlineData("a#cats")]
    [InlineData("é#cats")]
    [InlineData("猫#cats")]
    [InlineData("1#cats")]
    [InlineData("_#cats")]
    [InlineData("example.org/#cats")]
    [InlineData("example.org/a.#cats")]
    [InlineData("example.org/a?b=#cats")]
    [InlineData("example.org/a_(b)#cats")]
    [InlineData("https://example.org/a#cats")]
    [InlineData("https://example.org/a_(b)#cats")]
    [InlineData("&#x27;")]
    public void What_is_no_hashtag_is_not_found(string text)
    {
        Assert.Empty(NamesIn(text));
    }

    [Fact]
    public void Half_a_surrogate_pair_ends_a_hashtag()
    {
        Assert.Empty(NamesIn("#\uD83Dcats"));
        Assert.Equal(["cats"], NamesIn("#cats\uD83Ddogs"));
        Assert.Equal("catsdogs", HashtagName.Normalize("cats\uD83Ddogs"));
    }

    [Fact]
    public void Hashtags_that_touch_are_one_hashtag_and_text()
    {
        Assert.Equal(["cats"], NamesIn("#cats#dogs"));
        Assert.Equal(["cats", "dogs"], NamesIn("#cats,#dogs"));
    }

    [Fact]
    public void Spellings_of_one_hashtag_are_listed_once_as_first_written()
    {
        var hashtags = StatusText.Parse("#Cats #cats #ＣＡＴＳ #dogs @cats").Hashtags();

        Assert.Equal([new Hashtag("cats", "Cats"), new Hashtag("dogs", "dogs")], hashtags);
    }

    [Theory]
    [InlineData("cats", "cats")]
    [InlineData("CaTs", "cats")]
    [InlineData("#Cats", "cats")]
    [InlineData("＃Cats", "cats")]
    [InlineData("ＣＡＴＳ", "cats")]
    [InlineData("ﾈｺ", "ネコ")]
    [InlineData("ｶﾞ", "ガ")]
    [InlineData("cafe\u0301", "café")]
    [InlineData("ÉTÉ", "été")]
    [InlineData("ПРИВЕТ", "привет")]
    [InlineData("hello world", "helloworld")]
    [InlineData(".net!", "net")]
    [InlineData("cats❤️", "cats")]
    [InlineData("one·two", "one·two")]
    [InlineData("·one·", "one")]
    [InlineData("#", "")]
    [InlineData("", "")]
    public void A_name_has_one_identity(string name, string identity)
    {
        Assert.Equal(identity, HashtagName.Normalize(name));
    }

    [Fact]
    public void The_identity_of_an_identity_is_itself()
    {
        for (var character = '\0'; character < '\uFFFF'; character++)
        {
            var identity = HashtagName.Normalize($"a{character}b");

            Assert.Equal(identity, HashtagName.Normalize(identity));
        }
    }

    [Fact]
    public void The_identity_of_a_valid_name_is_valid()
    {
        for (var character = '\0'; character < '\uFFFF'; character++)
        {
            var name = $"a{character}";

            Assert.True(!HashtagName.IsValid(name) || HashtagName.IsValid(HashtagName.Normalize(name)), $"U+{(int)character:X4}");
        }
    }

    [Theory]
    [InlineData("cats", true)]
    [InlineData("one·two", true)]
    [InlineData("3d", true)]
    [InlineData("", false)]
    [InlineData("123", false)]
    [InlineData("#cats", false)]
    [InlineData("cats dogs", false)]
    [InlineData("cats·", false)]
    [InlineData("../cats", false)]
    public void A_name_is_valid_if_it_could_be_typed_as_a_hashtag(string name, bool isValid)
    {
        Assert.Equal(isValid, HashtagName.IsValid(name));
    }

    private static IEnumerable<string> NamesIn(string text)
    {
        var parsed = StatusText.Parse(text);

        return parsed.Entities.Where(entity => entity.Kind is TextEntityKind.Hashtag).Select(entity => parsed.NameOf(entity).ToString());
    }
}
