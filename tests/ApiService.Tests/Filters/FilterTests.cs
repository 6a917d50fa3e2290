using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microblog.ApiService.Filters;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Filters;

public sealed class FilterTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_filter_is_made_with_its_keywords_and_changed_and_removed()
    {
        var alice = await fixture.People.AliceAsync();

        var made = (await alice.PostAsync("/api/v2/filters", new
        {
            title = "Spoilers",
            context = new[] { "home", "thread" },
            filter_action = "hide",
            expires_in = 3600,
            keywords_attributes = new object[] { new { keyword = "ending", whole_word = false }, new { keyword = "finale" } },
        })).Ok();

        Assert.Equal(["id", "title", "context", "expires_at", "filter_action", "keywords", "statuses"], made.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Spoilers", "hide"), (made["title"].GetString(), made["filter_action"].GetString()));
        Assert.Equal(["home", "thread"], made["context"].EnumerateArray().Select(word => word.GetString()));
        Assert.InRange(made["expires_at"].GetDateTime(), DateTime.UtcNow.AddMinutes(58), DateTime.UtcNow.AddMinutes(61));
        Assert.Equal([("ending", false), ("finale", true)], Keywords(made));
        var first = made["keywords"][0].GetProperty("id").GetString();
        var second = made["keywords"][1].GetProperty("id").GetString();

        var changed = await PutAsync(alice, $"/api/v2/filters/{made.Id}", new
        {
            title = "No spoilers",
            expires_in = (int?)null,
            keywords_attributes = new object[] { new { id = first, _destroy = true }, new { id = second, keyword = "last episode" }, new { keyword = "twist" } },
        });
        Assert.Equal(("No spoilers", "hide", JsonValueKind.Null), (changed.Ok()["title"].GetString(), changed["filter_action"].GetString(), changed["expires_at"].ValueKind));
        Assert.Equal([("last episode", true), ("twist", true)], Keywords(changed));
        Assert.Equal(changed.Text, (await alice.GetAsync($"/api/v2/filters/{made.Id}")).Text);
        Assert.Equal([made.Id], (await alice.GetAsync("/api/v2/filters")).Ok().Ids);

        Assert.Equal("{}", (await alice.DeleteAsync($"/api/v2/filters/{made.Id}")).Ok().Text);
        Assert.Empty((await alice.GetAsync("/api/v2/filters")).Ok().Ids);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"/api/v2/filters/{made.Id}")).Status);
    }

    [Fact]
    public async Task A_filter_can_come_as_a_form_too()
    {
        var alice = await fixture.People.AliceAsync();

        var made = (await alice.PostFormAsync("/api/v2/filters", ("title", "Form"), ("context[]", "home"), ("context[]", "public"), ("expires_in", ""),
            ("keywords_attributes[0][keyword]", "one"), ("keywords_attributes[0][whole_word]", "0"), ("keywords_attributes[1637][keyword]", "two"))).Ok();

        Assert.Equal([("one", false), ("two", true)], Keywords(made));
        Assert.Equal(("warn", JsonValueKind.Null), (made["filter_action"].GetString(), made["expires_at"].ValueKind));
    }

    [Fact]
    public async Task Keywords_and_statuses_have_routes_of_their_own()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var status = await bob.PostAsync("Look at this");
        await fixture.SettledAsync();
        var filter = await MakeAsync(alice);

        var keyword = (await alice.PostAsync($"/api/v2/filters/{filter}/keywords", new { keyword = "one", whole_word = false })).Ok();
        Assert.Equal(["id", "keyword", "whole_word"], keyword.Body.EnumerateObject().Select(member => member.Name));
        Assert.True((await PutAsync(alice, $"/api/v2/filters/keywords/{keyword.Id}", new { whole_word = true })).Ok()["whole_word"].GetBoolean());
        Assert.Equal("one", (await alice.GetAsync($"/api/v2/filters/keywords/{keyword.Id}")).Ok()["keyword"].GetString());
        Assert.Equal([keyword.Id], (await alice.GetAsync($"/api/v2/filters/{filter}/keywords")).Ok().Ids);

        var named = (await alice.PostAsync($"/api/v2/filters/{filter}/statuses", new { status_id = $"{status}" })).Ok();
        Assert.Equal($"{status}", named["status_id"].GetString());
        Assert.Equal([named.Id], (await alice.GetAsync($"/api/v2/filters/{filter}/statuses")).Ok().Ids);
        Assert.Equal(named.Text, (await alice.GetAsync($"/api/v2/filters/statuses/{named.Id}")).Ok().Text);
        var twice = await alice.PostAsync($"/api/v2/filters/{filter}/statuses", new { status_id = $"{status}" });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Validation failed: Status has already been taken"), (twice.Status, twice.Error));

        foreach (var path in new[] { $"/api/v2/filters/keywords/{keyword.Id}", $"/api/v2/filters/statuses/{named.Id}" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync(path)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await bob.DeleteAsync(path)).Status);
            Assert.Equal("{}", (await alice.DeleteAsync(path)).Ok().Text);
            Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync(path)).Status);
        }
    }

    [Fact]
    public async Task Filters_of_others_do_not_exist()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var filter = await MakeAsync(alice, "secret");
        var keyword = (await alice.GetAsync($"/api/v2/filters/{filter}/keywords")).Ok().Ids.Single();
        var own = await MakeAsync(bob);
        var status = await bob.PostAsync("Mine", "direct");

        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"/api/v2/filters/{filter}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(bob, $"/api/v2/filters/{filter}", new { title = "Taken" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.DeleteAsync($"/api/v2/filters/{filter}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"/api/v2/filters/{filter}/keywords")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.PostAsync($"/api/v2/filters/{filter}/keywords", new { keyword = "a" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(bob, $"/api/v2/filters/keywords/{keyword}", new { keyword = "a" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(bob, $"/api/v2/filters/{own}", new { keywords_attributes = new[] { new { id = $"{keyword}", keyword = "a" } } })).Status);
        (await PutAsync(bob, $"/api/v2/filters/{own}", new { keywords_attributes = new[] { new { id = $"{keyword}", _destroy = true } } })).Ok();
        Assert.Equal(HttpStatusCode.NotFound, (await bob.PostAsync($"/api/v2/filters/{filter}/statuses", new { status_id = $"{status}" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync($"/api/v2/filters/{filter}/statuses", new { status_id = $"{status}" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"/api/v1/filters/{keyword}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.DeleteAsync($"/api/v1/filters/{keyword}")).Status);
        Assert.Equal([("secret", true)], Keywords((await alice.GetAsync($"/api/v2/filters/{filter}")).Ok()));
    }

    [Theory]
    [InlineData("""{"context":["home"]}""", "Validation failed: Title can't be blank")]
    [InlineData("""{"title":" ","context":["home"]}""", "Validation failed: Title can't be blank")]
    [InlineData("""{"title":"a"}""", "Validation failed: Context None or invalid context supplied")]
    [InlineData("""{"title":"a","context":["home","elsewhere"]}""", "Validation failed: Context None or invalid context supplied")]
    [InlineData("""{"title":"a","context":["home"],"filter_action":"burn"}""", "Validation failed: Filter action is not included in the list")]
    [InlineData("""{"title":"a","context":["home"],"expires_in":"soon"}""", "Validation failed: Expires in is not a number of seconds")]
    [InlineData("""{"title":"a","context":["home"],"keywords_attributes":[{"keyword":""}]}""", "Validation failed: Keyword can't be blank")]
    [InlineData("""{"title":"a","context":["home"],"keywords_attributes":[{"whole_word":true}]}""", "Validation failed: Keyword can't be blank")]
    public async Task A_faulty_filter_is_refused_whole(string body, string error)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostAsync("/api/v2/filters", JsonSerializer.Deserialize<JsonElement>(body));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, error), (answer.Status, answer.Error));
        Assert.Empty((await alice.GetAsync("/api/v2/filters")).Ok().Ids);
    }

    [Fact]
    public async Task Filters_and_keywords_are_limited_even_when_asked_at_once()
    {
        var alice = await fixture.People.AliceAsync();
        var filter = await MakeAsync(alice);
        await fixture.Sandbox.ExecuteAsync("INSERT INTO filters (account_id, title, context, action) SELECT @Id, 'f', '{home}', 'warn' FROM generate_series(1, @most)", new { alice.Id, most = StatusFilters.MaxFilters - 3 });
        await fixture.Sandbox.ExecuteAsync("INSERT INTO filter_keywords (account_id, filter_id, keyword, whole_word) SELECT @Id, @filter, 'w' || n, true FROM generate_series(1, @most) n", new { alice.Id, filter, most = StatusFilters.MaxKeywords - 2 });

        var filters = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => alice.PostAsync("/api/v2/filters", new { title = $"{n}", context = new[] { "home" } })));
        var keywords = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => alice.PostAsync($"/api/v2/filters/{filter}/keywords", new { keyword = $"{n}" })));

        Assert.Equal(2, filters.Count(answer => answer.Status is HttpStatusCode.OK));
        Assert.Equal(2, keywords.Count(answer => answer.Status is HttpStatusCode.OK));
        Assert.All(filters.Concat(keywords), answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task A_repeated_key_makes_one_filter()
    {
        var alice = await fixture.People.AliceAsync();
        Task<Answer> MakeOnceAsync() => alice.SendAsync(HttpMethod.Post, "/api/v2/filters", JsonContent.Create(new { title = "Once", context = new[] { "home" } }), ("Idempotency-Key", "filter"));

        var answers = await Task.WhenAll(MakeOnceAsync(), MakeOnceAsync(), MakeOnceAsync());

        Assert.Single(answers.Select(answer => answer.Ok().Id).Distinct());
        Assert.Single((await alice.GetAsync("/api/v2/filters")).Ok().Ids);
    }

    [Fact]
    public async Task Filters_need_their_scopes()
    {
        var alice = await fixture.People.SignUpAsync("alice", await fixture.People.RegisterAsync("read:filters read:accounts write:accounts"));

        Assert.Equal(HttpStatusCode.OK, (await alice.GetAsync("/api/v2/filters")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await alice.PostAsync("/api/v2/filters", new { title = "a" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await alice.PostAsync("/api/v1/filters", new { phrase = "a" })).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync("/api/v1/filters")).Status);
    }

    internal static async Task<long> MakeAsync(Person person, params string[] keywords) =>
        (await person.PostAsync("/api/v2/filters", new { title = "Filter", context = new[] { "home", "public" }, keywords_attributes = keywords.Select(keyword => new { keyword }) })).Ok().Id;

    internal static Task<Answer> PutAsync(Client client, string path, object fields) => client.SendAsync(HttpMethod.Put, path, JsonContent.Create(fields));

    private static List<(string?, bool)> Keywords(Answer filter) =>
        [.. filter["keywords"].EnumerateArray().Select(keyword => (keyword.GetProperty("keyword").GetString(), keyword.GetProperty("whole_word").GetBoolean()))];
}
