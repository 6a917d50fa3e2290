using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Pages;

public sealed class PageTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_profile_shows_what_everybody_may_see_and_describes_itself()
    {
        var alice = await fixture.People.AliceAsync();
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET display_name = 'Alice <b>\"&', note = 'Hello <script>alert(1)</script>' WHERE id = @Id", new { alice.Id });
        await alice.PostAsync("Seen by all <i>");
        await alice.PostAsync("Seen by finders", "unlisted");
        await alice.PostAsync("Only followers", "private");
        await alice.PostAsync("Only named", "direct");
        await fixture.SettledAsync();

        var page = (await fixture.Nobody.GetAsync($"/@{alice.Username.ToUpperInvariant()}")).Ok();

        Assert.Equal("text/html; charset=utf-8", page.Header("Content-Type"));
        Assert.Contains("Seen by all &lt;i&gt;", page.Text, StringComparison.Ordinal);
        Assert.Contains("Seen by finders", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Only", page.Text, StringComparison.Ordinal);
        Assert.Contains("4 posts · 0 following · 0 followers", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>\"", page.Text, StringComparison.Ordinal);
        Assert.Contains($"<meta property=\"og:title\" content=\"Alice &lt;b&gt;&quot;&amp; (@{alice.Username}@{alice.Address.Authority})\">", page.Text, StringComparison.Ordinal);
        Assert.Contains($"<link rel=\"canonical\" href=\"{alice.Address}@{alice.Username}\">", page.Text, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; style-src 'self'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_of_a_status_leads_to_its_page()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var warned = (await alice.PostAsync("/api/v1/statuses", new { status = "The butler", spoiler_text = "Who did it", language = "en" })).Ok();

        await bob.PostAsync("/api/v1/statuses", new { status = "Her?", in_reply_to_id = warned.Id });
        await fixture.SettledAsync();

        var page = (await fixture.Nobody.GetAsync(new Uri(warned["url"].GetString()!))).Ok();

        Assert.Contains("<details><summary>Who did it</summary><div class=\"content\" lang=\"en\"><p>The butler</p></div></details>", page.Text, StringComparison.Ordinal);
        Assert.Contains("<meta property=\"og:description\" content=\"Who did it\">", page.Text, StringComparison.Ordinal);
        Assert.Contains("· 1 reply · 0 reblogs · 0 favourites", page.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync($"/@{bob.Username}/{warned.Id}")).Status);
        var byUri = await fixture.Nobody.GetAsync(new Uri(warned["uri"].GetString()!));
        Assert.Equal((HttpStatusCode.Found, $"/@{alice.Username}/{warned.Id}"), (byUri.Status, byUri.Header("Location")));
    }

    [Theory]
    [InlineData("private")]
    [InlineData("direct")]
    public async Task What_is_not_public_has_no_page_not_even_for_its_author(string visibility)
    {
        var alice = await fixture.People.AliceAsync();
        var id = await alice.PostAsync("Hidden", visibility);

        foreach (var reader in new[] { alice, fixture.Nobody })
        {
            var page = await reader.GetAsync($"/@{alice.Username}/{id}");
            Assert.Equal((HttpStatusCode.NotFound, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
            Assert.DoesNotContain("Hidden", page.Text, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync($"/api/oembed?url={alice.Address}@{alice.Username}/{id}")).Status);
        }
    }

    [Fact]
    public async Task Hashtags_have_pages_and_long_ones_go_on()
    {
        var alice = await fixture.People.AliceAsync();
        await alice.PostStatusesAsync(21, "#Heron");
        await alice.PostAsync("#heron unlisted", "unlisted");

        var page = (await fixture.Nobody.GetAsync("/tags/HERON")).Ok();
        var next = System.Text.RegularExpressions.Regex.Match(page.Text, "rel=\"next\" href=\"([^\"]+)\"").Groups[1].Value;
        var rest = (await fixture.Nobody.GetAsync($"/tags/heron{next}")).Ok();
        var tagged = (await fixture.Nobody.GetAsync($"/@{alice.Username}/tagged/heron")).Ok();

        Assert.Equal(20, page.Text.Split("<article").Length - 1);
        Assert.Equal(1, rest.Text.Split("<article").Length - 1);
        Assert.DoesNotContain("unlisted", page.Text, StringComparison.Ordinal);
        Assert.Contains("unlisted", tagged.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync("/tags/%20")).Status);
    }

    [Theory]
    [InlineData("/@nobody_of_this_name")]
    [InlineData("/@nobody/12345")]
    [InlineData("/@%3Cscript%3E")]
    public async Task Who_is_not_here_has_no_page(string path)
    {
        var page = await fixture.Nobody.GetAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suspended_account_has_no_page()
    {
        var alice = await fixture.People.AliceAsync();
        var id = await alice.PostAsync("Here");
        await fixture.SettledAsync();
        Assert.Equal(HttpStatusCode.OK, (await fixture.Nobody.GetAsync($"/@{alice.Username}")).Status);

        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE id = @Id", new { alice.Id });
        await fixture.SettledAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync($"/@{alice.Username}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync($"/@{alice.Username}/{id}")).Status);
    }

    [Fact]
    public async Task Other_sites_can_show_a_status()
    {
        var alice = await fixture.People.AliceAsync();
        var status = (await alice.PostAsync("/api/v1/statuses", new { status = "Show <me>" })).Ok();

        var embed = (await fixture.Nobody.GetAsync($"/api/oembed?url={Uri.EscapeDataString(status["url"].GetString()!)}&maxwidth=300")).Ok();

        Assert.Equal(["type", "version", "title", "author_name", "author_url", "provider_name", "provider_url", "cache_age", "html", "width", "height"], embed.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("rich", 300), (embed["type"].GetString(), embed["width"].GetInt32()));
        Assert.Contains("<p>Show &lt;me&gt;</p>", embed["html"].GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync("/api/oembed?url=https://elsewhere.example/@a/1")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync("/api/oembed")).Status);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/docs")]
    [InlineData("/auth/sign_in")]
    [InlineData("/tags/heron")]
    public async Task Pages_have_an_icon_of_this_server(string path)
    {
        var icon = System.Text.RegularExpressions.Regex.Match((await fixture.Nobody.GetAsync(path)).Ok().Text, "<link rel=\"icon\" href=\"([^\"]+)\" type=\"([^\"]+)\">");

        Assert.Equal(icon.Groups[2].Value, (await fixture.Nobody.GetAsync(icon.Groups[1].Value)).Ok().Header("Content-Type"));
    }
}
