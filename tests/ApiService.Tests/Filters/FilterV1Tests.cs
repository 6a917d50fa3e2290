using System.Net;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Filters;

public sealed class FilterV1Tests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_filter_of_an_older_client_is_a_keyword_of_a_newer_one()
    {
        var alice = await fixture.People.AliceAsync();

        var made = (await alice.PostAsync("/api/v1/filters", new { phrase = "spoiler", context = new[] { "thread", "home" }, irreversible = true, whole_word = false, expires_in = 600 })).Ok();

        Assert.Equal(["id", "phrase", "context", "whole_word", "expires_at", "irreversible"], made.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("spoiler", false, true), (made["phrase"].GetString(), made["whole_word"].GetBoolean(), made["irreversible"].GetBoolean()));
        Assert.Equal(["thread", "home"], made["context"].EnumerateArray().Select(word => word.GetString()));
        var newer = (await alice.GetAsync("/api/v2/filters")).Ok().Body[0];
        Assert.Equal(("spoiler", "hide", $"{made.Id}"), (newer.GetProperty("title").GetString(), newer.GetProperty("filter_action").GetString(), newer.GetProperty("keywords")[0].GetProperty("id").GetString()));

        var changed = (await FilterTests.PutAsync(alice, $"/api/v1/filters/{made.Id}", new { phrase = "twist", context = new[] { "home" }, irreversible = false, expires_in = "" })).Ok();
        Assert.Equal(("twist", false, JsonValueKind.Null), (changed["phrase"].GetString(), changed["irreversible"].GetBoolean(), changed["expires_at"].ValueKind));
        Assert.Equal(changed.Text, (await alice.GetAsync($"/api/v1/filters/{made.Id}")).Ok().Text);
        Assert.Equal([made.Id], (await alice.GetAsync("/api/v1/filters")).Ok().Ids);

        Assert.Equal("{}", (await alice.DeleteAsync($"/api/v1/filters/{made.Id}")).Ok().Text);
        Assert.Empty((await alice.GetAsync("/api/v2/filters")).Ok().Ids);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync($"/api/v1/filters/{made.Id}")).Status);
    }

    [Fact]
    public async Task What_several_keywords_share_an_older_client_cannot_change()
    {
        var alice = await fixture.People.AliceAsync();
        var filter = await FilterTests.MakeAsync(alice, "one", "two");
        var ids = (await alice.GetAsync("/api/v1/filters")).Ok().Ids;

        var refused = await FilterTests.PutAsync(alice, $"/api/v1/filters/{ids[0]}", new { phrase = "one", context = new[] { "thread" } });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("three", (await FilterTests.PutAsync(alice, $"/api/v1/filters/{ids[0]}", new { phrase = "three", context = new[] { "home", "public" } })).Ok()["phrase"].GetString());

        (await alice.DeleteAsync($"/api/v1/filters/{ids[0]}")).Ok();
        Assert.Equal([ids[1]], (await alice.GetAsync($"/api/v2/filters/{filter}/keywords")).Ok().Ids);
    }

    [Theory]
    [InlineData("""{"context":["home"]}""", "Validation failed: Phrase can't be blank")]
    [InlineData("""{"phrase":"a"}""", "Validation failed: Context None or invalid context supplied")]
    public async Task A_faulty_filter_is_refused(string body, string error)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostAsync("/api/v1/filters", JsonSerializer.Deserialize<JsonElement>(body));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, error), (answer.Status, answer.Error));
    }
}
