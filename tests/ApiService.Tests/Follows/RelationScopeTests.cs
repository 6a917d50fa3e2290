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
        var other = scope.StartsWith("read", StringComparison.Ordinal) ? "write" : "read";
        var person = await fixture.People.SignUpAsync("scoped", await fixture.People.RegisterAsync($"{other} write:accounts profile".Replace(scope, "", StringComparison.Ordinal) + " write:statuses"));
        var route = $"/api/v1/{path.Replace("{}", $"{person.Id}", StringComparison.Ordinal)}";

        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.SendAsync(new HttpMethod(method), route)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await person.SendAsync(new HttpMethod(method), route)).Status);
    }
}
