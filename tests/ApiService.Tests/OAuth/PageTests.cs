using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class PageTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Every_page_is_kept_by_nobody_framed_by_nobody_and_runs_nothing()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);
        var logIn = await browser.FollowAsync(flow.Ask());
        var wrong = await browser.SubmitAsync(logIn, ("email", alice.Username), ("password", "wrong"));
        var consent = await browser.LogInAsync(logIn, alice.Username);
        var signUp = await browser.GetAsync("/auth/sign_up");
        var error = await browser.GetAsync("/oauth/authorize");

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest],
            new[] { logIn, wrong, consent, signUp, error }.Select(page => page.Status));
        foreach (var page in new[] { logIn, wrong, consent, signUp, error })
        {
            Assert.Equal("default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'", page.Header("Content-Security-Policy"));
            Assert.Equal(("DENY", "no-store", "nosniff", "no-referrer"), (page.Header("X-Frame-Options"), page.Header("Cache-Control"), page.Header("X-Content-Type-Options"), page.Header("Referrer-Policy")));
            Assert.DoesNotContain("<script", page.Text);
            Assert.Contains("<html lang=\"en\">", page.Text);
            Assert.Contains("<main>", page.Text);
            Assert.Single(System.Text.RegularExpressions.Regex.Matches(page.Text, "<h1>"));
        }
    }

    [Fact]
    public async Task Every_field_has_a_label_and_a_wrong_form_says_what_is_wrong_first()
    {
        using var browser = new Browser(fixture.Api.Address);
        var logIn = await browser.GetAsync("/auth/sign_in");
        var wrong = await browser.SubmitAsync(logIn, ("email", "nobody@example.org"), ("password", "wrong"));
        var signUp = await browser.SubmitAsync(await browser.GetAsync("/auth/sign_up"), ("username", "not allowed"));

        foreach (var page in new[] { logIn, wrong, signUp })
        {
            foreach (System.Text.RegularExpressions.Match input in System.Text.RegularExpressions.Regex.Matches(page.Text, "<input id=\"([^\"]+)\""))
            {
                Assert.Contains($"<label for=\"{input.Groups[1].Value}\">", page.Text);
            }
        }
        Assert.Contains("""<a href="#user_email">The email address or the password is wrong.</a>""", wrong.Text);
        Assert.Contains("value=\"nobody@example.org\"", wrong.Text);
        Assert.Contains("role=\"alert\"", signUp.Text);
        Assert.Contains("""<a href="#user_name">User name must contain only letters, numbers and underscores</a>""", signUp.Text);
        Assert.Contains("""<a href="#user_password">""", signUp.Text);
        Assert.Contains("""<a href="#user_agreement">""", signUp.Text);
    }

    [Fact]
    public async Task The_name_of_an_application_is_text_and_nothing_else()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address, "myapp://x/\"><script>alert(2)</script>".Replace(" ", "", StringComparison.Ordinal), name: "<script>alert(1)</script>\"'&");
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);

        var consent = (await browser.LogInAsync(await browser.FollowAsync(flow.Ask(("state", "\"><script>alert(3)</script>"))), alice.Username)).Ok();

        Assert.DoesNotContain("<script", consent.Text);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;", consent.Text);
    }

    [Fact]
    public async Task What_was_typed_is_text_and_nothing_else()
    {
        using var browser = new Browser(fixture.Api.Address);

        var page = await browser.SubmitAsync(await browser.GetAsync("/auth/sign_in?return_to=/oauth/authorize?%22%3E%3Cscript%3E"), ("email", "\"><script>alert(1)</script>"), ("password", "x"));

        Assert.DoesNotContain("<script", page.Text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_form_that_another_site_made_up_changes_nothing(string? formToken)
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);
        await browser.LogInAsync(await browser.FollowAsync(flow.Ask()), alice.Username);
        (string, string)[] forged = formToken is null ? [] : [("form_token", formToken)];

        var allowed = await browser.PostAsync(flow.Ask(), [.. forged, ("decision", "allow")]);
        var loggedOut = await browser.PostAsync("/auth/sign_out", forged);
        var loggedIn = await browser.PostAsync("/auth/sign_in", [.. forged, ("email", alice.Username), ("password", People.Password)]);
        var signedUp = await browser.PostAsync("/auth/sign_up", [.. forged, ("username", "mallory"), ("email", "m@example.org"), ("password", People.Password), ("agreement", "1")]);

        foreach (var answer in new[] { allowed, loggedOut, loggedIn, signedUp })
        {
            Assert.Equal((HttpStatusCode.Forbidden, null), (answer.Status, Browser.LocationOf(answer)));
        }
        Assert.Contains("@" + alice.Username, (await browser.GetAsync("/auth/sign_in")).Text);
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM accounts WHERE username = 'mallory'"));
    }

    [Fact]
    public async Task The_token_of_one_browsers_form_is_of_no_use_in_another()
    {
        var alice = await fixture.People.AliceAsync();
        using var attacker = new Browser(fixture.Api.Address);
        using var victim = new Browser(fixture.Api.Address);
        await victim.GetAsync("/auth/sign_in");

        var hidden = System.Text.RegularExpressions.Regex.Match((await attacker.GetAsync("/auth/sign_in")).Text, "form_token\" value=\"([^\"]+)\"").Groups[1].Value;
        var answer = await victim.PostAsync("/auth/sign_in", ("form_token", hidden), ("email", alice.Username), ("password", People.Password));

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    [Fact]
    public async Task The_cookie_is_out_of_reach_and_new_with_each_log_in_and_log_out()
    {
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);
        var logIn = await browser.GetAsync("/auth/sign_in");
        var cookie = logIn.Header("Set-Cookie")!;
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        var planted = browser.Cookies.Single().Value;

        var signedIn = await browser.LogInAsync(logIn, alice.Username);
        var session = browser.Cookies.Single().Value;
        Assert.NotEqual(planted, session);
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM browser_sessions s WHERE s::text LIKE '%' || @session || '%'", new { session }));

        await browser.SubmitAsync(signedIn);
        Assert.NotEqual(session, browser.Cookies.Single().Value);
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM browser_sessions WHERE secret_hash = sha256(convert_to(@session, 'UTF8'))", new { session }));
        Assert.Contains("user_password", (await browser.GetAsync("/auth/sign_in")).Text);
    }

    [Fact]
    public async Task Under_https_the_cookie_goes_over_nothing_else()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:PublicUrl=https://microblog.example");

        var cookie = (await api.People.Nobody.GetAsync("/auth/sign_in")).Header("Set-Cookie")!;

        Assert.StartsWith("__Host-", cookie);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/;", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_session_is_known_to_every_process()
    {
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        var alice = await fixture.People.AliceAsync();
        using var browser = new Browser(fixture.Api.Address);
        var consent = await browser.LogInAsync(await browser.FollowAsync(flow.Ask()), alice.Username);
        using var elsewhere = new Browser(other.Address);
        elsewhere.Add(browser.Cookies.Single());

        var back = await elsewhere.SubmitAsync(consent, ("decision", "allow"));

        Assert.NotNull(Browser.ParameterOf(back, "code"));
    }

    [Fact]
    public async Task Signing_up_on_the_way_leads_to_the_question_of_the_application()
    {
        var flow = await Flow.RegisterAsync(fixture.Api.Address);
        using var browser = new Browser(fixture.Api.Address);
        var logIn = await browser.FollowAsync(flow.Ask());
        var link = WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(logIn.Text, "href=\"(/auth/sign_up[^\"]*)\"").Groups[1].Value);

        var consent = await browser.FollowAsync(await browser.SubmitAsync(
            await browser.GetAsync(link), ("username", "brand_new"), ("email", "brand_new@example.org"), ("password", People.Password), ("agreement", "1")));

        Assert.Contains("@brand_new", consent.Ok().Text);
        var code = Browser.ParameterOf(await browser.SubmitAsync(consent, ("decision", "allow")), "code")!;
        (await flow.RedeemAsync(code)).Ok();
        var taken = await browser.SubmitAsync(await browser.GetAsync(link), ("username", "Brand_New"), ("email", "other@example.org"), ("password", People.Password), ("agreement", "1"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, taken.Status);
        Assert.Contains("User name has already been taken", taken.Text);
    }

    [Fact]
    public async Task Closed_registrations_are_closed_everywhere_and_the_instance_says_so()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:Registrations=closed");
        using var browser = new Browser(api.Address);
        var application = await api.People.RegisterAsync("write");

        var byApi = await application.Client.PostAsync("/api/v1/accounts", new { username = "late", email = "late@example.org", password = People.Password, agreement = true });
        var page = await browser.GetAsync("/auth/sign_up");
        var logIn = await browser.GetAsync("/auth/sign_in");
        var byForm = await browser.PostAsync("/auth/sign_up", [.. FormTokenOf(logIn), ("username", "late"), ("email", "late@example.org"), ("password", People.Password), ("agreement", "1")]);

        Assert.Equal((HttpStatusCode.Forbidden, "This server does not take new accounts at the moment"), (byApi.Status, byApi.Error));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (page.Status, byForm.Status));
        Assert.Contains("does not take new accounts", page.Text);
        Assert.DoesNotContain("sign_up", logIn.Text);
        Assert.False((await browser.GetAsync("/api/v1/instance")).Ok()["registrations"].GetBoolean());
        Assert.False((await browser.GetAsync("/api/v2/instance")).Ok()["registrations"].GetProperty("enabled").GetBoolean());
    }

    private static (string, string)[] FormTokenOf(Answer page) => [("form_token", System.Text.RegularExpressions.Regex.Match(page.Text, "form_token\" value=\"([^\"]+)\"").Groups[1].Value)];
}
