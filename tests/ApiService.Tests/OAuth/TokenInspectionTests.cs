using System.Net;
using Microblog.ApiService.Database;
using Microblog.ApiService.OAuth;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

public sealed class TokenInspectionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task An_operators_application_is_told_about_a_token_and_only_of_one_that_is_good()
    {
        var alice = await fixture.People.AliceAsync();
        var inspector = await OperatorAsync("admin:read");

        var active = (await InspectAsync(inspector, alice.Token!)).Ok();
        Assert.True(active["active"].GetBoolean());
        Assert.Equal((alice.Username, "read write follow push", "Bearer"), (active["username"].GetString(), active["scope"].GetString(), active["token_type"].GetString()));
        Assert.Equal(alice.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), active["sub"].GetString());
        Assert.Equal("no-store", active.Header("Cache-Control"));

        await fixture.Sandbox.ExecuteAsync("UPDATE access_tokens SET revoked_at = now() WHERE account_id = @Id", new { alice.Id });
        Assert.Equal("{\"active\":false}", (await InspectAsync(inspector, alice.Token!)).Ok().Text);
        Assert.Equal("{\"active\":false}", (await InspectAsync(inspector, "made-up")).Ok().Text);
        Assert.Equal("invalid_request", (await InspectAsync(inspector, "")).Error);
    }

    [Fact]
    public async Task Nobody_else_is_told_whatever_they_register_for()
    {
        var alice = await fixture.People.AliceAsync();
        var anybody = await Flow.RegisterAsync(fixture.Api.Address, scopes: "read admin:read admin:write");
        var limited = await OperatorAsync("read");

        foreach (var client in new[] { (anybody.ClientId, anybody.ClientSecret), limited })
        {
            var answer = await InspectAsync(client, alice.Token!);
            Assert.Equal((HttpStatusCode.Forbidden, "unauthorized_client"), (answer.Status, answer.Error));
        }
        var wrong = await InspectAsync((anybody.ClientId, "wrong"), alice.Token!);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (wrong.Status, wrong.Error));
    }

    [Theory]
    [InlineData("admin:read")]
    [InlineData("read admin:write")]
    public async Task No_application_that_anybody_registered_administers_in_its_own_name(string scope)
    {
        var anybody = await Flow.RegisterAsync(fixture.Api.Address, scopes: "read admin:read admin:write");
        var (clientId, secret) = await OperatorAsync("read admin:read admin:write");

        var refused = await fixture.Nobody.PostFormAsync("/oauth/token", ("grant_type", "client_credentials"), ("client_id", anybody.ClientId), ("client_secret", anybody.ClientSecret), ("scope", scope));
        var given = await fixture.Nobody.PostFormAsync("/oauth/token", ("grant_type", "client_credentials"), ("client_id", clientId), ("client_secret", secret), ("scope", scope));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_scope"), (refused.Status, refused.Error));
        Assert.Equal(scope, given.Ok()["scope"].GetString());
    }

    [Fact]
    public async Task An_operator_registers_applications_by_the_management_port()
    {
        var port = Gate.DeadPort();
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, $"--urls=http://127.0.0.1:0;http://127.0.0.1:{port}", $"--MANAGEMENT_PORT={port}");
        var manage = new Client(new Uri($"http://127.0.0.1:{port}"));

        var made = (await manage.PostAsync("/manage/applications", new { client_name = "Gateway" })).Ok();
        var nameless = await manage.PostAsync("/manage/applications", new { scopes = "fly" });

        var answer = await InspectAsync((made["client_id"].GetString()!, made["client_secret"].GetString()!), (await api.People.AliceAsync()).Token!);
        Assert.True(answer.Ok()["active"].GetBoolean());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nameless.Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.People.Nobody.PostAsync("/manage/applications", new { client_name = "Gateway" })).Status);
    }

    [Fact]
    public async Task User_info_says_who_is_signed_in()
    {
        var alice = await fixture.People.AliceAsync();

        var answer = (await alice.GetAsync("/oauth/userinfo")).Ok();

        Assert.Equal((alice.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), alice.Username), (answer["sub"].GetString(), answer["preferred_username"].GetString()));
        Assert.Equal(["iss", "sub", "name", "preferred_username", "profile", "picture"], answer.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync("/oauth/userinfo")).Status);
    }

    [Fact]
    public async Task The_metadata_names_every_endpoint_and_each_is_there()
    {
        var answer = (await fixture.Nobody.GetAsync("/.well-known/oauth-authorization-server")).Ok();

        var url = fixture.Api.Address.ToString().TrimEnd('/');
        Assert.Equal(url, answer["issuer"].GetString());
        Assert.Equal($"{url}/api/v1/apps", answer["app_registration_endpoint"].GetString());
        Assert.Equal(["S256"], answer["code_challenge_methods_supported"].EnumerateArray().Select(method => method.GetString()));
        Assert.Contains("profile", answer["scopes_supported"].EnumerateArray().Select(scope => scope.GetString()));
        var endpoints = answer.Body.EnumerateObject().Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri").ToList();
        Assert.Equal(7, endpoints.Count);
        foreach (var endpoint in endpoints)
        {
            var address = new Uri(endpoint.Value.GetString()!);
            var (get, post) = (await fixture.Nobody.GetAsync(address), await fixture.Nobody.PostAsync(address.PathAndQuery));
            Assert.True(get.Status is not HttpStatusCode.NotFound || post.Status is not HttpStatusCode.NotFound, endpoint.Name);
        }
    }

    private Task<Answer> InspectAsync((string Id, string Secret) client, string token) =>
        fixture.Nobody.PostFormAsync("/oauth/introspect", ("client_id", client.Id), ("client_secret", client.Secret), ("token", token));

    private async Task<(string Id, string Secret)> OperatorAsync(string scopes)
    {
        var made = await ApplicationEndpoints.InsertAsync(fixture.Api.Get<Db>(), fixture.Api.Get<Microblog.ApiService.Push.VapidKeys>(), "Operator", website: null, [], scopes.Split(' '), isOperator: true, default);
        return (made.ClientId, made.ClientSecret);
    }
}
