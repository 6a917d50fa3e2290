using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class ApplicationTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string OutOfBand = "urn:ietf:wg:oauth:2.0:oob";

    [Fact]
    public async Task Registration_answers_everything_that_a_client_stores()
    {
        var answer = await fixture.Nobody.PostAsync("/api/v1/apps", new { client_name = " Toot ", redirect_uris = OutOfBand, scopes = "read write follow push", website = "https://toot.example" });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("Toot", answer["name"].GetString());
        Assert.Equal("https://toot.example", answer["website"].GetString());
        Assert.Equal(["read", "write", "follow", "push"], answer["scopes"].EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal([OutOfBand], answer["redirect_uris"].EnumerateArray().Select(uri => uri.GetString()));
        Assert.Equal(OutOfBand, answer["redirect_uri"].GetString());
        Assert.Equal(0, answer["client_secret_expires_at"].GetInt64());
        Assert.True(answer["client_id"].GetString()!.Length >= 43);
        Assert.True(answer["client_secret"].GetString()!.Length >= 43);
        Assert.NotEqual(answer["client_id"].GetString(), answer["client_secret"].GetString());
    }

    [Fact]
    public async Task An_application_that_asks_for_no_scope_gets_read()
    {
        var answer = await fixture.Nobody.PostAsync("/api/v1/apps", new { client_name = "Plain", redirect_uris = OutOfBand });

        Assert.Equal(["read"], answer.Ok()["scopes"].EnumerateArray().Select(scope => scope.GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, answer["website"].ValueKind);
    }

    [Theory]
    [InlineData("https://a.example/cb https://b.example/cb")]
    [InlineData("https://a.example/cb\nhttps://b.example/cb")]
    [InlineData("https://a.example/cb\r\nhttps://b.example/cb https://a.example/cb")]
    public async Task Several_redirect_addresses_may_be_separated_by_any_white_space(string uris)
    {
        var answer = await fixture.Nobody.PostAsync("/api/v1/apps", new { client_name = "Two", redirect_uris = uris });

        Assert.Equal(["https://a.example/cb", "https://b.example/cb"], answer.Ok()["redirect_uris"].EnumerateArray().Select(uri => uri.GetString()));
        Assert.Equal("https://a.example/cb\nhttps://b.example/cb", answer["redirect_uri"].GetString());
    }

    [Fact]
    public async Task Redirect_addresses_and_scopes_may_be_lists()
    {
        var answer = await fixture.Nobody.PostAsync("/api/v1/apps", new { client_name = "List", redirect_uris = new[] { "myapp://callback", OutOfBand }, scopes = new[] { "read", "write:statuses" } });

        Assert.Equal(["myapp://callback", OutOfBand], answer.Ok()["redirect_uris"].EnumerateArray().Select(uri => uri.GetString()));
        Assert.Equal(["read", "write:statuses"], answer["scopes"].EnumerateArray().Select(scope => scope.GetString()));
    }

    public static TheoryData<string, string, string, string, string, string> Refused => new()
    {
        { "", OutOfBand, "read", "client_name", "ERR_BLANK", "Validation failed: Client name can't be blank" },
        { new string('n', 61), OutOfBand, "read", "client_name", "ERR_TOO_LONG", "Validation failed: Client name is too long (maximum is 60 characters)" },
        { "App", "", "read", "redirect_uris", "ERR_BLANK", "Validation failed: Redirect uris can't be blank" },
        { "App", "/relative", "read", "redirect_uris", "ERR_INVALID", "Validation failed: Redirect uris must be absolute URIs" },
        { "App", "javascript:alert(1)", "read", "redirect_uris", "ERR_INVALID", "Validation failed: Redirect uris must be absolute URIs" },
        { "App", "https://a.example/#fragment", "read", "redirect_uris", "ERR_INVALID", "Validation failed: Redirect uris must be absolute URIs" },
        { "App", OutOfBand, "read fly", "scopes", "ERR_INVALID", "Validation failed: Scopes doesn't match configured on the server" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_wrong_field_is_named(string name, string uris, string scopes, string field, string code, string message)
    {
        var answer = await fixture.Nobody.PostAsync("/api/v1/apps", new { client_name = name, redirect_uris = uris, scopes });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(message, answer.Error);
        Assert.Equal(code, Assert.Single(answer["details"].GetProperty(field).EnumerateArray()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        var answer = await fixture.Nobody.PostAsync("/api/v1/apps", new { scopes = "nonsense", website = "https://" + new string('w', 2000) });

        Assert.Equal(["client_name", "redirect_uris", "website", "scopes"], answer["details"].EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task An_application_can_look_at_itself_and_its_secret_is_not_shown_again()
    {
        var application = await fixture.People.RegisterAsync("read");

        var answer = (await application.Client.GetAsync("/api/v1/apps/verify_credentials")).Ok();
        Assert.Equal("Tests", answer["name"].GetString());
        Assert.DoesNotContain(application.ClientSecret, answer.Text);
        Assert.DoesNotContain("client_secret", answer.Text);

        var refused = await fixture.Nobody.GetAsync("/api/v1/apps/verify_credentials");
        Assert.Equal((HttpStatusCode.Unauthorized, "The access token is invalid"), (refused.Status, refused.Error));
    }
}
