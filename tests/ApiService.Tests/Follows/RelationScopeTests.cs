using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Follows;

public sealed class RelationScopeTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    /// <summary>Every route of accounts and their relations with the scope it asks for; <c>{}</c> is somebody's id.</summary>
    public static TheoryData<string, string, string> Routes => new()
    {
        { "PATCH", "accounts/update_credentials", "write:accounts" },
        { "GET", "profile", "read:accounts" },
        { "PATCH", "profile", "write:accounts" },
        { "POST", "accounts/delete", "write:accounts" },
        { "GET", "accounts/me/export", "read" },
        { "GET", "accounts/search?q=x", "read:accounts" },
        { "GET", "accounts/familiar_followers", "read:follows" },
        { "POST", "accounts/{}/remove_from_followers", "write:follows" },
        { "GET", "follow_requests", "read:follows" },
        { "POST", "follow_requests/{}/authorize", "write:follows" },
        { "POST", "follow_requests/{}/reject", "write:follows" },
        { "POST", "accounts/{}/block", "write:blocks" },
        { "POST", "accounts/{}/unblock", "write:blocks" },
        { "GET", "blocks", "read:blocks" },
        { "POST", "accounts/{}/mute", "write:mutes" },
        { "POST", "accounts/{}/unmute", "write:mutes" },
        { "GET", "mutes", "read:mutes" },
        { "POST", "accounts/{}/note", "write:accounts" },
        { "POST", "accounts/{}/pin", "write:accounts" },
        { "POST", "accounts/{}/unpin", "write:accounts" },
        { "POST", "accounts/{}/endorse", "write:accounts" },
        { "POST", "accounts/{}/unendorse", "write:accounts" },
        { "GET", "endorsements", "read:accounts" },
        { "GET", "accounts/{}/lists", "read:lists" },
        { "GET", "lists", "read:lists" },
        { "POST", "lists", "write:lists" },
        { "GET", "lists/{}", "read:lists" },
        { "PUT", "lists/{}", "write:lists" },
        { "DELETE", "lists/{}", "write:lists" },
        { "GET", "lists/{}/accounts", "read:lists" },
        { "POST", "lists/{}/accounts", "write:lists" },
        { "DELETE", "lists/{}/accounts", "write:lists" },
        { "GET", "timelines/list/{}", "read:lists" },
        { "POST", "reports", "write:reports" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Nobody_and_tokens_with_other_scopes_are_kept_out(string method, string path, string scope)
    {
        string[] all = ["read:accounts", "read:blocks", "read:follows", "read:lists", "read:mutes", "read:statuses", "write:accounts", "write:blocks", "write:follows", "write:lists", "write:mutes", "write:reports"];
        var person = await PersonAsync(string.Join(' ', all.Where(other => other != scope)));
        var route = $"/api/v1/{path.Replace("{}", "1", StringComparison.Ordinal)}";

        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.SendAsync(new HttpMethod(method), route)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await person.SendAsync(new HttpMethod(method), route)).Status);
    }

    private async Task<Client> PersonAsync(string scopes)
    {
        var alice = await fixture.People.AliceAsync();
        var application = await fixture.People.RegisterAsync(scopes);
        var answer = await fixture.Nobody.PostFormAsync(
            "/oauth/token", ("grant_type", "password"), ("client_id", application.ClientId), ("client_secret", application.ClientSecret),
            ("username", alice.Username), ("password", People.Password), ("scope", scopes));
        return new Client(fixture.Api.Address, answer.Ok()["access_token"].GetString());
    }
}
