using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Instance;

public sealed class DiscoveryTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Node_info_is_found_where_it_is_said_to_be_and_counts_exactly()
    {
        var link = (await fixture.Nobody.GetAsync("/.well-known/nodeinfo")).Ok()["links"][0];
        Assert.Equal("http://nodeinfo.diaspora.software/ns/schema/2.0", link.GetProperty("rel").GetString());
        var address = new Uri(link.GetProperty("href").GetString()!);
        var (users, posts) = Sizes(await fixture.Nobody.GetAsync(address));

        var (alice, _) = await fixture.People.AliceAndBobAsync();
        await alice.PostAsync("Hello");
        await fixture.SettledAsync();
        var node = (await fixture.Nobody.GetAsync(address)).Ok();

        Assert.Equal((users + 2, posts + 1), Sizes(node));
        Assert.Equal(("2.0", "microblog", "mastodon"), (node["version"].GetString(), node["software"].GetProperty("name").GetString(), node["metadata"].GetProperty("upstream").GetProperty("name").GetString()));
        Assert.True(node["openRegistrations"].GetBoolean());
        Assert.True(node["usage"].GetProperty("users").GetProperty("activeHalfyear").GetInt64() >= node["usage"].GetProperty("users").GetProperty("activeMonth").GetInt64());
        var stats = (await fixture.Nobody.GetAsync("/api/v1/instance")).Ok()["stats"];
        Assert.Equal((users + 2, posts + 1), (stats.GetProperty("user_count").GetInt64(), stats.GetProperty("status_count").GetInt64()));

        static (long, long) Sizes(Answer node) => (node.Ok()["usage"].GetProperty("users").GetProperty("total").GetInt64(), node["usage"].GetProperty("localPosts").GetInt64());
    }

    [Fact]
    public async Task Web_finger_finds_accounts_by_handle_and_by_address()
    {
        var alice = await fixture.People.AliceAsync();
        var authority = fixture.Api.Address.Authority;

        var byHandle = await FindAsync($"acct:{alice.Username.ToUpperInvariant()}@{authority}");
        var byAddress = await FindAsync($"http://{authority}/@{alice.Username}");

        Assert.Equal($"acct:{alice.Username}@{authority}", byHandle.Body.GetProperty("subject").GetString());
        Assert.Equal(byHandle.Text, byAddress.Text);
        Assert.Equal($"http://{authority}/@{alice.Username}", byHandle.Body.GetProperty("links")[0].GetProperty("href").GetString());
        Assert.Equal("application/jrd+json; charset=utf-8", byHandle.Response.Header);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("?resource=", 400)]
    [InlineData("?resource=acct:nobody_at_all@{host}", 404)]
    [InlineData("?resource=acct:alice@elsewhere.example", 404)]
    [InlineData("?resource=acct:alice", 404)]
    [InlineData("?resource=https://elsewhere.example/@alice", 404)]
    [InlineData("?resource=acct:%00@{host}", 404)]
    public async Task Web_finger_refuses_what_it_does_not_know(string query, int status)
    {
        var answer = await fixture.Nobody.GetAsync("/.well-known/webfinger" + query.Replace("{host}", fixture.Api.Address.Authority, StringComparison.Ordinal));

        Assert.Equal(status, (int)answer.Status);
        Assert.NotNull(answer.Error);
    }

    [Fact]
    public async Task Host_meta_leads_to_web_finger()
    {
        var answer = await fixture.Nobody.GetAsync("/.well-known/host-meta");

        Assert.Equal("application/xrd+xml; charset=utf-8", answer.Header("Content-Type"));
        Assert.Equal($"http://{fixture.Api.Address.Authority}/.well-known/webfinger?resource={{uri}}", XDocument.Parse(answer.Text).Root!.Elements().Single().Attribute("template")!.Value);
    }

    [Fact]
    public async Task About_pages_show_what_is_configured()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:Rules:0=Be kind", "--Microblog:Rules:1=No spam", "--Microblog:PrivacyPolicy=<p>None of your business is ours.</p>");
        var nobody = api.People.Nobody;

        var rules = (await nobody.GetAsync("/api/v1/instance/rules")).Ok().Body.EnumerateArray().Select(rule => (rule.GetProperty("id").GetString(), rule.GetProperty("text").GetString()));

        Assert.Equal([("1", "Be kind"), ("2", "No spam")], rules);
        Assert.Equal(2, (await nobody.GetAsync("/api/v2/instance")).Ok()["rules"].GetArrayLength());
        Assert.Contains("<ol id=\"rules\"><li>Be kind</li><li>No spam</li></ol>", (await nobody.GetAsync("/auth/sign_up")).Ok().Text, StringComparison.Ordinal);
        Assert.Contains("<p class=\"hint\" id=\"rules\">This server has set no rules", (await fixture.Nobody.GetAsync("/auth/sign_up")).Ok().Text, StringComparison.Ordinal);
        Assert.Equal("<p>None of your business is ours.</p>", (await nobody.GetAsync("/api/v1/instance/privacy_policy")).Ok()["content"].GetString());
        Assert.Equal("", (await nobody.GetAsync("/api/v1/instance/extended_description")).Ok()["content"].GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync("/api/v1/instance/privacy_policy")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync("/api/v1/instance/terms_of_service")).Status);
    }

    [Theory]
    [InlineData("/api/v1/instance/peers", "[]")]
    [InlineData("/api/v1/instance/translation_languages", "{}")]
    [InlineData("/api/v1/custom_emojis", "[]")]
    [InlineData("/api/v1/announcements", "[]")]
    public async Task What_this_server_does_not_have_is_empty(string path, string body) => Assert.Equal(body, (await fixture.Nobody.GetAsync(path)).Ok().Text);

    [Fact]
    public async Task Languages_to_choose_from_have_a_code_and_a_name()
    {
        var languages = (await fixture.Nobody.GetAsync("/api/v1/instance/languages")).Ok().Body.EnumerateArray().ToDictionary(language => language.GetProperty("code").GetString()!, language => language.GetProperty("name").GetString());

        Assert.Equal(("English", "German", "Japanese"), (languages["en"], languages["de"], languages["ja"]));
        Assert.All(languages.Keys, code => Assert.Matches("^[a-z]{2,3}$", code));
    }

    [Fact]
    public async Task Activity_has_twelve_weeks_the_current_one_first()
    {
        var alice = await fixture.People.AliceAsync();
        await alice.PostStatusesAsync(2);
        await fixture.SettledAsync();
        // Another process, as this one may remember an earlier answer.
        await using var api = await ApiHost.StartAsync(fixture.Sandbox);

        var weeks = (await api.People.Nobody.GetAsync("/api/v1/instance/activity")).Ok().Body.EnumerateArray().ToList();

        Assert.Equal(12, weeks.Count);
        var starts = weeks.Select(week => DateTimeOffset.FromUnixTimeSeconds(Number(week, "week"))).ToList();
        Assert.All(starts, start => Assert.Equal((DayOfWeek.Monday, TimeSpan.Zero), (start.DayOfWeek, start.TimeOfDay)));
        Assert.Equal(starts.OrderDescending(), starts);
        Assert.Equal(await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM statuses"), Number(weeks[0], "statuses"));
        Assert.Equal(await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM accounts"), Number(weeks[0], "registrations"));
        Assert.Equal(await fixture.Sandbox.ScalarAsync<long>("SELECT count(DISTINCT account_id) FROM statuses"), Number(weeks[0], "logins"));
        Assert.Equal(0, Number(weeks[11], "statuses"));

        static long Number(JsonElement week, string name) => long.Parse(week.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Its media type is not the API's, so the client of the tests leaves it unread.</summary>
    private async Task<(JsonElement Body, string Text, (string? Header, int Status) Response)> FindAsync(string resource)
    {
        var answer = (await fixture.Nobody.GetAsync($"/.well-known/webfinger?resource={Uri.EscapeDataString(resource)}")).Ok();
        return (JsonSerializer.Deserialize<JsonElement>(answer.Text), answer.Text, (answer.Header("Content-Type"), (int)answer.Status));
    }
}
