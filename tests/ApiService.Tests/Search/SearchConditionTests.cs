using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Search;

public sealed class SearchConditionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_hashtag_finds_what_bears_it_and_not_what_bears_a_longer_one_or_only_the_word()
    {
        var alice = await fixture.People.AliceAsync();
        var tagged = await alice.PostAsync("An #Aardwolf");
        var longer = await alice.PostAsync("An #aardwolf_cub and a #den");
        var word = await alice.PostAsync("An aardwolf");

        Assert.Equal([tagged], await StatusesAsync(alice, "#aardwolf"));
        Assert.Equal([tagged], await StatusesAsync(alice, "#AARDWOLF an from:me"));
        Assert.Equal([word, longer], await StatusesAsync(alice, "aardwolf -#aardwolf"));
        Assert.Equal([longer], await StatusesAsync(alice, "#den #aardwolf_cub"));
    }

    [Fact]
    public async Task Statuses_with_media_are_told_from_those_without()
    {
        var alice = await fixture.People.AliceAsync();
        var bare = await alice.PostAsync("numbat bare");
        var pictured = await alice.PostAsync("numbat pictured");
        await fixture.Sandbox.ExecuteAsync(
            "INSERT INTO media_attachments (account_id, status_id, original_key, small_key, content_type, width, height, small_width, small_height, blurhash) VALUES (@Id, @pictured, 'o', 's', 'image/png', 1, 1, 1, 1, '')", new { alice.Id, pictured });
        await fixture.SettledAsync();

        Assert.Equal([pictured], await StatusesAsync(alice, "numbat has:media"));
        Assert.Equal([bare], await StatusesAsync(alice, "numbat -has:media"));
    }

    private static async Task<List<long>> StatusesAsync(Client reader, string query) =>
        [.. (await reader.GetAsync($"/api/v2/search?type=statuses&q={Uri.EscapeDataString(query)}")).Ok()["statuses"].EnumerateArray().Select(Answer.IdOf)];
}
