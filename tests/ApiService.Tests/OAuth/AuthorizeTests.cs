using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class AuthorizeTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("/oauth/authorize/?")]
    [InlineData("/oauth/authorize?")]
    public async Task Logging_in_and_allowing_gives_a_code_that_becomes_a_token(string path)
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);

        var logIn = await browser.FollowAsync(flow.Ask(("state", "a&b=c")).Replace("/oauth/authorize?", path, StringComparison.Ordinal));
        Assert.Contains("id=\"user_email\"", logIn.Ok().Text);
        Assert.Contains("id=\"user_password\"", logIn.Text);
        var consent = (await browser.LogInAsync(logIn, alice.Username)).Ok();
        Assert.Contains("Tests</strong> asks for access to your account <strong>@" + alice.Username, consent.Text);
        var back = await browser.SubmitAsync(consent, ("decision", "allow"));

        Assert.Equal(HttpStatusCode.SeeOther, back.Status);
        Assert.StartsWith(Flow.Callback + "?code=", Browser.LocationOf(back));
        Assert.Equal("a&b=c", Browser.ParameterOf(back, "state"));
        // What is asked for now does not count; what was agreed to does.
        var token = (await flow.RedeemAsync(Browser.ParameterOf(back, "code")!, ("scope", "read write follow push"))).Ok();
        Assert.Equal("read write", token["scope"].GetString());
        Assert.Equal(alice.Id, (await new Client(fixture.Api.Address, token["access_token"].GetString()).GetAsync("/api/v1/accounts/verify_credentials")).Ok().Id);
    }

    [Fact]
    public async Task Denying_is_told_to_the_application()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address, "https://app.example/cb?a=1");
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);

        var consent = await browser.LogInAsync(await browser.FollowAsync(flow.Ask(("state", "s"))), alice.Username);
        var back = await browser.SubmitAsync(consent, ("decision", "deny"));

        Assert.StartsWith("https://app.example/cb?a=1&error=access_denied&", Browser.LocationOf(back));
        Assert.Equal("s", Browser.ParameterOf(back, "state"));
        Assert.Equal("The resource owner or authorization server denied the request.", Browser.ParameterOf(back, "error_description"));
    }

    [Fact]
    public async Task Out_of_band_the_code_is_on_the_page()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address, "urn:ietf:wg:oauth:2.0:oob");
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);

        var page = (await flow.AllowAsync(browser, alice)).Ok();

        var code = System.Text.RegularExpressions.Regex.Match(page.Text, "<code[^>]*>([^<]+)</code>").Groups[1].Value;
        Assert.Equal("read write", (await flow.RedeemAsync(code)).Ok()["scope"].GetString());
    }

    [Fact]
    public async Task Who_has_agreed_before_is_sent_on_at_once_unless_more_or_a_log_in_is_asked_for()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);
        var token = (await flow.RedeemAsync(Browser.ParameterOf(await flow.AllowAsync(browser, alice), "code")!)).Ok()["access_token"].GetString()!;

        var again = await browser.FollowAsync(flow.Ask());
        Assert.Equal(HttpStatusCode.Found, again.Status);
        (await flow.RedeemAsync(Browser.ParameterOf(again, "code")!)).Ok();

        Assert.Contains("Allow access?", (await browser.FollowAsync(flow.Ask(("scope", "read write push")))).Ok().Text);

        var forced = (await browser.FollowAsync(flow.Ask(("force_login", "true")))).Ok();
        Assert.Contains("id=\"user_password\"", forced.Text);
        var afterwards = await browser.LogInAsync(forced, alice.Username);
        Assert.NotNull(Browser.ParameterOf(afterwards, "code"));
    }

    [Fact]
    public async Task Once_its_tokens_are_revoked_an_application_has_to_ask_again()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);
        var token = (await flow.RedeemAsync(Browser.ParameterOf(await flow.AllowAsync(browser, alice), "code")!)).Ok()["access_token"].GetString()!;

        (await flow.RevokeAsync(token)).Ok();

        Assert.Contains("Allow access?", (await browser.FollowAsync(flow.Ask())).Ok().Text);
    }

    [Fact]
    public async Task Somebody_else_can_log_in_on_the_way()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        using var browser = new Browser(fixture.Api.Address);
        await browser.LogInAsync(await browser.FollowAsync(flow.Ask()), alice.Username);

        var consent = await browser.LogInAsync(await browser.FollowAsync(flow.Ask(("force_login", "1"))), bob.Username);

        Assert.Contains("@" + bob.Username, consent.Ok().Text);
        Assert.DoesNotContain("@" + alice.Username, consent.Text);
    }

    /// <summary>A parameter, its value, and the error.</summary>
    public static TheoryData<string, string?, string> Wrong => new()
    {
        { "response_type", null, "invalid_request" },
        { "response_type", "token", "unsupported_response_type" },
        { "scope", "read admin:write", "invalid_scope" },
        { "scope", "nonsense", "invalid_scope" },
        { "code_challenge", Flow.Challenge, "invalid_request" },
        { "code_challenge_method", "S256", "invalid_request" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_request_is_told_to_the_application(string parameter, string? value, string error)
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        using var browser = new Browser(fixture.Api.Address);

        var back = await browser.GetAsync(flow.Ask((parameter, value), ("state", "s")));

        Assert.StartsWith(Flow.Callback, Browser.LocationOf(back));
        Assert.Equal((error, "s"), (Browser.ParameterOf(back, "error"), Browser.ParameterOf(back, "state")));
        Assert.NotNull(Browser.ParameterOf(back, "error_description"));
    }

    [Theory]
    [InlineData("plain", Flow.Challenge)]
    [InlineData("S256", "too-short")]
    [InlineData("S256", Flow.Challenge + "=")]
    public async Task A_challenge_that_protects_nothing_is_refused(string method, string challenge)
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        using var browser = new Browser(fixture.Api.Address);

        var back = await browser.GetAsync(flow.Ask(("code_challenge", challenge), ("code_challenge_method", method)));

        Assert.Equal("invalid_request", Browser.ParameterOf(back, "error"));
    }

    [Fact]
    public async Task A_parameter_that_is_there_twice_is_refused()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        using var browser = new Browser(fixture.Api.Address);

        Assert.Equal("invalid_request", Browser.ParameterOf(await browser.GetAsync(flow.Ask() + "&scope=write"), "error"));
        var twoAddresses = await browser.GetAsync(flow.Ask() + "&redirect_uri=" + Uri.EscapeDataString(Flow.Callback));
        Assert.Equal((HttpStatusCode.BadRequest, null), (twoAddresses.Status, Browser.LocationOf(twoAddresses)));
    }
}
