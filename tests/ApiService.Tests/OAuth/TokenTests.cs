using System.Net;
using System.Text;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class TokenTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string InvalidClient = "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.";

    [Fact]
    public async Task Client_credentials_become_a_token_of_the_application()
    {
        var application = await fixture.People.RegisterAsync("read write");

        var answer = (await AskAsync(application, ("grant_type", "client_credentials"), ("scope", "read write"))).Ok();

        Assert.Equal("Bearer", answer["token_type"].GetString());
        Assert.Equal("read write", answer["scope"].GetString());
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(answer["created_at"].GetInt64()), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal(["access_token", "token_type", "scope", "created_at"], answer.Body.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Nothing_that_is_stored_is_a_token()
    {
        var application = await fixture.People.RegisterAsync("read");

        var rows = await fixture.Sandbox.ListAsync<string>("SELECT t::text FROM access_tokens t");
        Assert.NotEmpty(rows);
        Assert.DoesNotContain(rows, row => application.Client.Token!.Split('.').Any(row.Contains));
    }

    [Fact]
    public async Task Without_a_scope_the_token_reads_only()
    {
        var application = await fixture.People.RegisterAsync("read write");

        Assert.Equal("read", (await AskAsync(application, ("grant_type", "client_credentials"))).Ok()["scope"].GetString());
    }

    [Theory]
    [InlineData("write")]
    [InlineData("read write")]
    [InlineData("nonsense")]
    public async Task A_scope_beyond_what_was_registered_is_refused(string scope)
    {
        var application = await fixture.People.RegisterAsync("read");

        var answer = await AskAsync(application, ("grant_type", "client_credentials"), ("scope", scope));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_scope"), (answer.Status, answer.Error));
        Assert.Equal("The requested scope is invalid, unknown, or malformed", answer["error_description"].GetString());
    }

    [Fact]
    public async Task A_narrower_scope_than_registered_is_granted()
    {
        var application = await fixture.People.RegisterAsync("read write");

        Assert.Equal("read:statuses write:follows", (await AskAsync(application, ("grant_type", "client_credentials"), ("scope", "read:statuses write:follows"))).Ok()["scope"].GetString());
    }

    [Fact]
    public async Task A_wrong_secret_is_refused()
    {
        var application = await fixture.People.RegisterAsync("read");

        var answer = await AskAsync(application with { ClientSecret = "wrong" }, ("grant_type", "client_credentials"));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
        Assert.Equal(InvalidClient, answer["error_description"].GetString());
    }

    [Fact]
    public async Task No_client_at_all_is_refused()
    {
        var answer = await fixture.Nobody.PostFormAsync("/oauth/token", ("grant_type", "client_credentials"));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("refresh_token")]
    [InlineData("made_up")]
    public async Task An_unknown_grant_is_refused(string grant)
    {
        var application = await fixture.People.RegisterAsync("read");

        var answer = await AskAsync(application, ("grant_type", grant));

        Assert.Equal((HttpStatusCode.BadRequest, "unsupported_grant_type"), (answer.Status, answer.Error));
    }

    [Theory]
    [InlineData("", "grant_type")]
    [InlineData("authorization_code", "code")]
    [InlineData("password", "username")]
    public async Task A_missing_parameter_is_named(string grant, string parameter)
    {
        var application = await fixture.People.RegisterAsync("read");

        var answer = await AskAsync(application, ("grant_type", grant));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
        Assert.Equal($"The parameter {parameter} is missing.", answer["error_description"].GetString());
    }

    [Fact]
    public async Task A_client_may_authenticate_by_http_basic()
    {
        var application = await fixture.People.RegisterAsync("read");

        var right = await BasicAsync($"{application.ClientId}:{application.ClientSecret}");
        var wrong = await BasicAsync($"{application.ClientId}:wrong");
        var garbled = await fixture.Nobody.SendAsync(HttpMethod.Post, "/oauth/token", Form(("grant_type", "client_credentials")), ("Authorization", "Basic %%%"));

        Assert.Equal(HttpStatusCode.OK, right.Status);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (wrong.Status, wrong.Error));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (garbled.Status, garbled.Error));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task The_password_grant_takes_email_or_username_in_any_case(bool byEmail, bool upperCase)
    {
        var application = await fixture.People.RegisterAsync("read write");
        var alice = await fixture.People.AliceAsync();
        var login = byEmail ? $"{alice.Username}@example.org" : alice.Username;

        var answer = await AskAsync(application, ("grant_type", "password"), ("username", upperCase ? login.ToUpperInvariant() : login), ("password", People.Password), ("scope", "read write"));

        var account = await new Client(fixture.Api.Address, answer.Ok()["access_token"].GetString()).GetAsync("/api/v1/accounts/verify_credentials");
        Assert.Equal(alice.Id, account.Ok().Id);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    public async Task A_wrong_password_is_refused_like_an_unknown_account(string password)
    {
        var application = await fixture.People.RegisterAsync("read");
        var alice = await fixture.People.AliceAsync();

        var known = await AskAsync(application, ("grant_type", "password"), ("username", alice.Username), ("password", password));
        var unknown = await AskAsync(application, ("grant_type", "password"), ("username", "nobody_at_all"), ("password", password));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (known.Status, known.Error));
        Assert.Equal(unknown.Text, known.Text);
    }

    [Fact]
    public async Task The_password_grant_can_be_switched_off()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:PasswordGrant=false");
        var application = await api.People.RegisterAsync("read");
        var alice = await api.People.AliceAsync();

        var answer = await api.People.Nobody.PostFormAsync(
            "/oauth/token", ("grant_type", "password"), ("client_id", application.ClientId), ("client_secret", application.ClientSecret), ("username", alice.Username), ("password", People.Password));

        Assert.Equal((HttpStatusCode.BadRequest, "unsupported_grant_type"), (answer.Status, answer.Error));
    }

    [Fact]
    public void Production_refuses_to_start_with_the_password_grant()
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => ApiApp.Build(fixture.Sandbox.Arguments("--environment=Production", "--Microblog:PasswordGrant=true")));

        Assert.Contains("Microblog:PasswordGrant", refusal.Message);
    }

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private Task<Answer> AskAsync(Application application, params (string, string)[] fields) =>
        fixture.Nobody.PostFormAsync("/oauth/token", [("client_id", application.ClientId), ("client_secret", application.ClientSecret), .. fields]);

    private Task<Answer> BasicAsync(string credentials) => fixture.Nobody.SendAsync(
        HttpMethod.Post, "/oauth/token", Form(("grant_type", "client_credentials")), ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))));
}
