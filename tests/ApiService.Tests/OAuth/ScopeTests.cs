using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class ScopeTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Invalid = "The access token is invalid";
    private const string OutOfScope = "This action is outside the authorized scopes";
    private const string NeedsUser = "This method requires an authenticated user";

    /// <summary>Method, path, a scope that suffices, one that does not.</summary>
    public static TheoryData<string, string, string, string> Endpoints => new()
    {
        { "GET", "/api/v1/accounts/verify_credentials", "read:accounts", "read:statuses" },
        { "GET", "/api/v1/accounts/verify_credentials", "profile", "write" },
        { "GET", "/api/v1/accounts/relationships?id[]=1", "read:follows", "read:accounts" },
        { "GET", "/api/v1/accounts/relationships?id[]=1", "follow", "write:follows" },
        { "GET", "/api/v1/timelines/home", "read:statuses", "read:notifications" },
        { "GET", "/api/v1/timelines/home", "read", "follow" },
        { "GET", "/api/v1/notifications", "read:notifications", "read:statuses" },
        { "POST", "/api/v1/statuses", "write:statuses", "read" },
        { "POST", "/api/v1/statuses", "write", "write:follows" },
        { "DELETE", "/api/v1/statuses/1", "write:statuses", "write:accounts" },
        { "POST", "/api/v1/accounts/1/follow", "write:follows", "write:statuses" },
        { "POST", "/api/v1/accounts/1/follow", "follow", "read:follows" },
        { "POST", "/api/v1/accounts/1/unfollow", "write:follows", "read" },
    };

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task An_endpoint_asks_for_its_scope(string method, string path, string enough, string tooLittle)
    {
        var verb = new HttpMethod(method);
        var person = await PersonAsync(enough);
        var limited = await PersonAsync(tooLittle);
        var application = (await fixture.People.RegisterAsync($"{enough} write:accounts")).Client;

        var allowed = await person.SendAsync(verb, path);
        var refused = await limited.SendAsync(verb, path);
        var ofApplication = await application.SendAsync(verb, path);
        var anonymous = await fixture.Nobody.SendAsync(verb, path);
        var unknown = await new Client(fixture.Api.Address, "made-up").SendAsync(verb, path);

        Assert.True(allowed.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) && allowed.Error != NeedsUser, allowed.Text);
        Assert.Equal((HttpStatusCode.Forbidden, OutOfScope), (refused.Status, refused.Error));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, NeedsUser), (ofApplication.Status, ofApplication.Error));
        Assert.Equal((HttpStatusCode.Unauthorized, Invalid), (anonymous.Status, anonymous.Error));
        Assert.Equal((HttpStatusCode.Unauthorized, Invalid), (unknown.Status, unknown.Error));
    }

    /// <summary>Path, scope.</summary>
    public static TheoryData<string, string, string> OptionalEndpoints => new()
    {
        { "/api/v1/timelines/public", "read:statuses", "profile" },
        { "/api/v1/timelines/public", "read", "write" },
        { "/api/v1/statuses/1", "read:statuses", "read:accounts" },
        { "/api/v1/accounts/1/statuses", "read:statuses", "read:accounts" },
        { "/api/v1/accounts/1", "read:accounts", "profile" },
        { "/api/v1/accounts/lookup?acct=nobody", "read:accounts", "read:statuses" },
        { "/api/v1/accounts/1/followers", "read:accounts", "follow" },
        { "/api/v1/accounts/1/following", "read:accounts", "write" },
    };

    [Theory]
    [MemberData(nameof(OptionalEndpoints))]
    public async Task Where_a_token_is_optional_one_that_is_there_has_to_be_good_and_wide_enough(string path, string enough, string tooLittle)
    {
        var allowed = await (await PersonAsync(enough)).GetAsync(path);
        var ofApplication = await (await fixture.People.RegisterAsync(enough)).Client.GetAsync(path);
        var anonymous = await fixture.Nobody.GetAsync(path);
        var refused = await (await PersonAsync(tooLittle)).GetAsync(path);
        var refusedApplication = await (await fixture.People.RegisterAsync(tooLittle)).Client.GetAsync(path);
        var unknown = await new Client(fixture.Api.Address, "made-up").GetAsync(path);

        Assert.All([allowed, ofApplication, anonymous], answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NotFound, answer.ToString()));
        Assert.All([refused, refusedApplication], answer => Assert.Equal((HttpStatusCode.Forbidden, OutOfScope), (answer.Status, answer.Error)));
        Assert.Equal((HttpStatusCode.Unauthorized, Invalid), (unknown.Status, unknown.Error));
        Assert.StartsWith("Bearer ", unknown.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_refusal_without_a_token_says_how_to_authenticate()
    {
        var answer = await fixture.Nobody.GetAsync("/api/v1/timelines/home");

        Assert.Equal("""Bearer realm="Microblog", error="invalid_token", error_description="The access token is invalid" """.TrimEnd(), answer.Header("WWW-Authenticate"));
        Assert.Equal("application/json", answer.Response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Signing_up_takes_the_token_of_an_application_and_no_other()
    {
        var alice = await fixture.People.AliceAsync();
        var reader = await fixture.People.RegisterAsync("read");

        var byPerson = await alice.PostAsync("/api/v1/accounts", new { username = "mallory" });
        var byReader = await reader.Client.PostAsync("/api/v1/accounts", new { username = "mallory" });
        var byNobody = await fixture.Nobody.PostAsync("/api/v1/accounts", new { username = "mallory" });

        Assert.Equal((HttpStatusCode.Forbidden, OutOfScope), (byPerson.Status, byPerson.Error));
        Assert.Equal((HttpStatusCode.Forbidden, OutOfScope), (byReader.Status, byReader.Error));
        Assert.Equal((HttpStatusCode.Unauthorized, Invalid), (byNobody.Status, byNobody.Error));
    }

    [Fact]
    public async Task A_new_account_gets_a_token_with_the_scopes_of_its_application()
    {
        var application = await fixture.People.RegisterAsync("read:accounts write:accounts");
        var alice = await fixture.People.SignUpAsync("alice", application);

        var home = await alice.GetAsync("/api/v1/timelines/home");

        Assert.Equal((HttpStatusCode.Forbidden, OutOfScope), (home.Status, home.Error));
    }

    /// <summary>Somebody with a token of exactly this scope; the application itself may sign people up.</summary>
    private async Task<Client> PersonAsync(string scope)
    {
        var alice = await fixture.People.AliceAsync();
        var application = await fixture.People.RegisterAsync(scope);
        var answer = await fixture.Nobody.PostFormAsync(
            "/oauth/token", ("grant_type", "password"), ("client_id", application.ClientId), ("client_secret", application.ClientSecret),
            ("username", alice.Username), ("password", People.Password), ("scope", scope));
        return new Client(fixture.Api.Address, answer.Ok()["access_token"].GetString());
    }
}
