using System.Net;
using System.Text.Json;
using Microblog.ApiService.Discovery;
using Microblog.ApiService.Hashtags;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Hashtags;

public sealed class TagTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_hashtag_is_the_same_in_any_spelling_and_shows_its_last_week()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.PostAsync("#Marmot");
        await alice.PostAsync("#marmot again");
        await bob.PostAsync("#MARMOT");
        await bob.PostAsync("#marmot among us", "private");
        Assert.True(await fixture.Api.Get<TrendsJob>().RunNowAsync(TestContext.Current.CancellationToken));
        await fixture.SettledAsync();

        var tag = (await alice.GetAsync("/api/v1/tags/MarMot")).Ok();

        Assert.Equal(["id", "name", "url", "history", "following", "featuring"], tag.Body.EnumerateObject().Select(member => member.Name));
        Assert.True(tag.Id > 0);
        Assert.Equal($"{alice.Address}tags/marmot", tag["url"].GetString());
        var history = tag["history"].EnumerateArray().ToList();
        Assert.Equal(7, history.Count);
        var today = new DateTimeOffset(DateTime.UtcNow.Date, TimeSpan.Zero).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((today, "3", "2"), (history[0].GetProperty("day").GetString(), history[0].GetProperty("uses").GetString(), history[0].GetProperty("accounts").GetString()));
        Assert.All(history.Skip(1), day => Assert.Equal("0", day.GetProperty("uses").GetString()));
    }

    [Fact]
    public async Task Nobody_sees_a_hashtag_without_what_is_a_viewers_and_an_unused_one_is_shown_too()
    {
        var tag = (await fixture.Nobody.GetAsync("/api/v1/tags/NeverUsed")).Ok();

        Assert.Equal(["id", "name", "url", "history"], tag.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal("NeverUsed", tag["name"].GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync("/api/v1/tags/no%20tag")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync("/api/v1/tags/123")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync($"/api/v1/tags/{new string('a', 300)}")).Status);
    }

    [Fact]
    public async Task Followed_hashtags_are_listed_newest_first_and_tell_the_worker()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        foreach (var name in new[] { "ant", "Bee", "cat" })
        {
            Assert.True((await alice.SendAsync(HttpMethod.Post, $"/api/v1/tags/{name}/follow")).Ok()["following"].GetBoolean());
        }
        await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/bee/follow");

        Assert.Equal(["cat", "Bee", "ant"], await NamesAsync(alice, "/api/v1/followed_tags"));
        var pages = await alice.PagesAsync("/api/v1/followed_tags?limit=2");
        Assert.Equal([2, 1], pages.Select(page => page.Count));
        Assert.Empty(await NamesAsync(bob, "/api/v1/followed_tags"));
        Assert.Equal(3, await fixture.Sandbox.ScalarAsync<int>("SELECT count(*) FROM tag_follows WHERE account_id = @Id", new { alice.Id }));

        Assert.False((await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/BEE/unfollow")).Ok()["following"].GetBoolean());
        Assert.False((await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/bee/unfollow")).Ok()["following"].GetBoolean());
        Assert.Equal(["cat", "ant"], await NamesAsync(alice, "/api/v1/followed_tags"));
    }

    [Fact]
    public async Task Nobody_follows_hashtags_without_end()
    {
        var alice = await fixture.People.AliceAsync();
        await fixture.Sandbox.ExecuteAsync("INSERT INTO tag_follows (account_id, hashtag) SELECT @Id, 'many' || n FROM generate_series(1, @most) n", new { alice.Id, most = TagEndpoints.MaxFollowed });

        var answer = await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/onemore/follow");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(HttpStatusCode.OK, (await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/many7/follow")).Status);
    }

    [Fact]
    public async Task Hashtags_need_a_token_with_the_scope()
    {
        var application = await fixture.People.RegisterAsync("read:statuses write:statuses read:accounts");
        var alice = await fixture.People.SignUpAsync("alice", await fixture.People.RegisterAsync("read write:accounts"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.SendAsync(HttpMethod.Post, "/api/v1/tags/a/follow")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync("/api/v1/followed_tags")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/a/follow")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await application.Client.GetAsync("/api/v1/followed_tags")).Status);
    }

    [Fact]
    public async Task A_featured_hashtag_is_on_the_profile_with_its_use()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.PostAsync("#Vole one");
        await alice.PostAsync("#vole two", "unlisted");
        await alice.PostAsync("#vole three", "private");

        var featured = (await alice.PostFormAsync("/api/v1/featured_tags", ("name", "#VOLE"))).Ok();
        await fixture.SettledAsync();

        Assert.Equal(["id", "name", "url", "statuses_count", "last_status_at"], featured.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("VOLE", "2", $"{alice.Address}@{alice.Username}/tagged/vole"), (featured["name"].GetString(), featured["statuses_count"].GetString(), featured["url"].GetString()));
        Assert.Equal(DateTime.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), featured["last_status_at"].GetString());
        Assert.Equal([featured.Id], (await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/featured_tags")).Ok().Ids);
        Assert.Equal(featured.Id, (await alice.PostAsync("/api/v1/featured_tags", new { name = "vole" })).Ok().Id);
        Assert.True((await alice.GetAsync("/api/v1/tags/vole")).Ok()["featuring"].GetBoolean());

        Assert.Equal(HttpStatusCode.NotFound, (await bob.DeleteAsync($"/api/v1/featured_tags/{featured.Id}")).Status);
        Assert.Equal("{}", (await alice.DeleteAsync($"/api/v1/featured_tags/{featured.Id}")).Ok().Text);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync($"/api/v1/featured_tags/{featured.Id}")).Status);
        Assert.Empty((await alice.GetAsync("/api/v1/featured_tags")).Ok().Ids);
    }

    [Fact]
    public async Task At_most_ten_hashtags_are_featured_even_when_asked_at_once()
    {
        var alice = await fixture.People.AliceAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 14).Select(n => alice.SendAsync(HttpMethod.Post, $"/api/v1/tags/shrew{n}/feature")));

        Assert.Equal(10, answers.Count(answer => answer.Status is HttpStatusCode.OK));
        Assert.All(answers.Where(answer => answer.Status is not HttpStatusCode.OK), answer => Assert.Equal("Validation failed: You have already featured the maximum number of hashtags", answer.Error));
        Assert.Equal(10, (await alice.GetAsync("/api/v1/featured_tags")).Ok().Ids.Count);
        Assert.False((await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/shrew0/unfeature")).Ok()["featuring"].GetBoolean());
    }

    [Fact]
    public async Task Suggested_are_the_hashtags_that_one_uses_most_and_does_not_feature()
    {
        var alice = await fixture.People.AliceAsync();
        await alice.PostAsync("#stoat #mink");
        await alice.PostAsync("#stoat #otter");
        await alice.PostAsync("#otter #stoat");
        await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/stoat/feature");

        Assert.Equal(["otter", "mink"], await NamesAsync(alice, "/api/v1/featured_tags/suggestions"));
    }

    [Theory]
    [InlineData("", "Validation failed: Name can't be blank")]
    [InlineData("no tag", "Validation failed: Name is invalid")]
    [InlineData("123", "Validation failed: Name is invalid")]
    public async Task What_is_no_hashtag_cannot_be_featured(string name, string error)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostAsync("/api/v1/featured_tags", new { name });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, error), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task The_tags_of_a_status_have_the_names_by_which_timelines_are_asked()
    {
        var alice = await fixture.People.AliceAsync();

        var status = (await alice.PostAsync("/api/v1/statuses", new { status = "#CamelCase #Ünïcode" })).Ok();

        Assert.Equal(["camelcase", "ünïcode"], status["tags"].EnumerateArray().Select(tag => tag.GetProperty("name").GetString()));
        Assert.Equal($"{alice.Address}tags/camelcase", status["tags"][0].GetProperty("url").GetString());
    }

    private static async Task<List<string?>> NamesAsync(Client reader, string path) =>
        [.. (await reader.GetAsync(path)).Ok().Body.EnumerateArray().Select((JsonElement tag) => tag.GetProperty("name").GetString())];
}
