using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class RedirectTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("https://evil.example/callback")]
    [InlineData("https://app.example/callback/")]
    [InlineData("https://app.example/callback?a=1")]
    [InlineData("https://app.example/CALLBACK")]
    [InlineData("https://app.example/callback#f")]
    [InlineData("https://app.example:443/callback")]
    [InlineData("https://app.example/callback/../callback")]
    [InlineData("https://app.example@evil.example/callback")]
    [InlineData("http://app.example/callback")]
    [InlineData("//app.example/callback")]
    [InlineData("javascript:alert(1)")]
    [InlineData("urn:ietf:wg:oauth:2.0:oob")]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_address_that_is_not_registered_is_never_gone_to(string? uri)
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);
        await browser.LogInAsync(await browser.FollowAsync(flow.Ask()), alice.Username);

        var asked = await browser.GetAsync(flow.Ask(("redirect_uri", uri)));
        var answered = await browser.PostAsync(flow.Ask(("redirect_uri", uri)), ("decision", "deny"));

        foreach (var page in new[] { asked, answered })
        {
            Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, Browser.LocationOf(page)));
            Assert.Equal("text/html", page.Response.Content.Headers.ContentType?.MediaType);
            Assert.Contains("redirect_uri", page.Text);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("a\0b")]
    public async Task An_unknown_application_gets_a_page_and_no_redirect(string clientId)
    {
        using var browser = new Browser(fixture.Api.Address);

        var page = await browser.GetAsync($"/oauth/authorize?response_type=code&client_id={Uri.EscapeDataString(clientId)}&redirect_uri={Uri.EscapeDataString(Flow.Callback)}");

        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, Browser.LocationOf(page)));
        Assert.Contains("client_id", page.Text);
    }

    [Theory]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb", true)]
    [InlineData("http://127.0.0.1:8080/cb", "http://127.0.0.1:49152/cb", true)]
    [InlineData("http://[::1]/cb", "http://[::1]:49152/cb", true)]
    [InlineData("http://localhost:3000/", "http://localhost:4000/", true)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152/other", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:49152/cb\n", false)]
    [InlineData("http://127.0.0.1/cb", "http://localhost:49152/cb", false)]
    [InlineData("http://127.0.0.1/cb", "https://127.0.0.1:49152/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:80@evil.example/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb", false)]
    public async Task Only_the_port_of_a_loopback_address_may_differ(string registered, string asked, bool isTaken)
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address, registered);
        using var browser = new Browser(fixture.Api.Address);

        var answer = await browser.GetAsync(flow.Ask(("redirect_uri", asked)));

        Assert.Equal(isTaken ? HttpStatusCode.Found : HttpStatusCode.BadRequest, answer.Status);
    }

    [Theory]
    [InlineData("myapp://callback")]
    [InlineData("com.example.app:/callback")]
    [InlineData("https://app.example/straße")]
    public async Task A_scheme_of_its_own_or_letters_beyond_ascii_are_fine(string uri)
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address, uri);
        var alice = await fixture.People.AliceAsync();

        Assert.Equal("read write", (await flow.RedeemAsync(await flow.CodeAsync(alice))).Ok()["scope"].GetString());
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("/oauth/authorize?\r\nSet-Cookie: a=b")]
    [InlineData("/oauth/authorize.evil.example?")]
    [InlineData("/auth/sign_out")]
    public async Task The_log_in_goes_on_to_nowhere_else(string returnTo)
    {
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);

        var answer = await browser.SubmitAsync(await browser.GetAsync("/auth/sign_in?return_to=" + Uri.EscapeDataString(returnTo)), ("email", alice.Username), ("password", People.Password));

        Assert.Equal((HttpStatusCode.SeeOther, "/auth/sign_in"), (answer.Status, Browser.LocationOf(answer)));
        // Also of somebody who is signed in already.
        Assert.Null(Browser.LocationOf(await browser.GetAsync("/auth/sign_in?return_to=" + Uri.EscapeDataString(returnTo))));
    }
}
