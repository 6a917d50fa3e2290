using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Instance;

public sealed class InstanceTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("/api/v1/instance")]
    [InlineData("/api/v2/instance")]
    public async Task Both_versions_state_the_limits_that_clients_count_by(string path)
    {
        var answer = (await fixture.Nobody.GetAsync(path)).Ok();

        var statuses = answer["configuration"].GetProperty("statuses");
        Assert.Equal((256, 23, 4), (statuses.GetProperty("max_characters").GetInt32(), statuses.GetProperty("characters_reserved_per_url").GetInt32(), statuses.GetProperty("max_media_attachments").GetInt32()));
        Assert.Matches(@"^4\.3\.0 \(compatible; Microblog \d+\.\d+\.\d+\)$", answer["version"].GetString());
        Assert.Equal(JsonValueKind.Array, answer["rules"].ValueKind);
        Assert.Equal(JsonValueKind.Array, answer["languages"].ValueKind);
    }

    [Fact]
    public async Task Version_1_has_what_old_clients_read()
    {
        var answer = (await fixture.Nobody.GetAsync("/api/v1/instance")).Ok();

        Assert.Equal(fixture.Api.Address.Authority, answer["uri"].GetString());
        Assert.Equal(256, answer["max_toot_chars"].GetInt32());
        Assert.StartsWith("ws://", answer["urls"].GetProperty("streaming_api").GetString());
        Assert.All(["user_count", "status_count", "domain_count"], name => Assert.Equal(JsonValueKind.Number, answer["stats"].GetProperty(name).ValueKind));
        Assert.True(answer["registrations"].GetBoolean());
        Assert.All(["title", "short_description", "description", "email", "thumbnail", "approval_required", "invites_enabled", "contact_account"], name => Assert.True(answer.Body.TryGetProperty(name, out _), name));
    }

    [Fact]
    public async Task Version_2_has_what_new_clients_read()
    {
        var answer = (await fixture.Nobody.GetAsync("/api/v2/instance")).Ok();

        Assert.Equal(fixture.Api.Address.Authority, answer["domain"].GetString());
        Assert.Equal(2, answer["api_versions"].GetProperty("mastodon").GetInt32());
        Assert.StartsWith("ws://", answer["configuration"].GetProperty("urls").GetProperty("streaming").GetString());
        Assert.True(answer["registrations"].GetProperty("enabled").GetBoolean());
        Assert.All(["title", "source_url", "description", "usage", "thumbnail", "icon", "contact"], name => Assert.True(answer.Body.TryGetProperty(name, out _), name));
        Assert.All(["accounts", "media_attachments", "polls", "translation"], name => Assert.True(answer["configuration"].TryGetProperty(name, out _), name));
    }

    [Fact]
    public async Task Accounts_that_posted_this_month_are_active()
    {
        var (alice, _) = await fixture.People.AliceAndBobAsync();
        await fixture.SettledAsync();
        var before = await ActiveAsync();

        await alice.PostAsync("Hello");
        await fixture.SettledAsync();

        Assert.Equal(before + 1, await ActiveAsync());

        async Task<long> ActiveAsync() =>
            (await fixture.Nobody.GetAsync("/api/v2/instance")).Ok()["usage"].GetProperty("users").GetProperty("active_month").GetInt64();
    }

    [Fact]
    public async Task Contact_and_source_are_addresses_even_where_none_is_configured()
    {
        var (old, answer) = ((await fixture.Nobody.GetAsync("/api/v1/instance")).Ok(), (await fixture.Nobody.GetAsync("/api/v2/instance")).Ok());

        var email = $"postmaster@{fixture.Api.Address.Host}";
        Assert.Equal((email, email), (old["email"].GetString(), answer["contact"].GetProperty("email").GetString()));
        Assert.Equal(fixture.Api.Address, new Uri(answer["source_url"].GetString()!));
    }

    [Fact]
    public async Task Contact_and_source_are_those_that_are_configured()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:ContactEmail=help@social.example", "--Microblog:SourceUrl=https://code.example/microblog");

        var (old, answer) = ((await api.People.Nobody.GetAsync("/api/v1/instance")).Ok(), (await api.People.Nobody.GetAsync("/api/v2/instance")).Ok());

        Assert.Equal(("help@social.example", "help@social.example"), (old["email"].GetString(), answer["contact"].GetProperty("email").GetString()));
        Assert.Equal("https://code.example/microblog", answer["source_url"].GetString());
    }

    [Fact]
    public async Task Addresses_follow_the_public_url_when_one_is_configured()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:PublicUrl=https://social.example/");
        var alice = await api.People.AliceAsync();

        var status = (await alice.PostAsync("/api/v1/statuses", new { status = "Hello" })).Ok();
        var home = (await alice.GetAsync("/api/v1/timelines/home?limit=1")).Ok();
        var instance = (await api.People.Nobody.GetAsync("/api/v2/instance")).Ok();

        Assert.Equal($"https://social.example/@{alice.Username}/{status.Id}", status["url"].GetString());
        Assert.StartsWith("https://social.example/api/v1/timelines/home?", home.Link("prev")!.AbsoluteUri);
        Assert.Equal(("social.example", "wss://social.example"), (instance["domain"].GetString(), instance["configuration"].GetProperty("urls").GetProperty("streaming").GetString()));
    }
}
