using System.Net;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Accounts;

public sealed class AccountTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly string[] Members =
    [
        "id", "username", "acct", "display_name", "locked", "bot", "discoverable", "indexable", "group", "created_at", "note", "url", "uri",
        "avatar", "avatar_static", "header", "header_static", "followers_count", "following_count", "statuses_count", "last_status_at",
        "hide_collections", "emojis", "fields", "roles",
    ];

    [Fact]
    public async Task An_account_has_every_member_that_clients_read()
    {
        var alice = await fixture.People.AliceAsync();

        var account = await alice.AccountAsync();

        Assert.Equal(Members, account.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.String, account["id"].ValueKind);
        Assert.Equal(JsonValueKind.Null, account["last_status_at"].ValueKind);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT00:00:00\.000Z$", account["created_at"].GetString());
        Assert.Equal($"{fixture.Api.Address}@{alice.Username}", account["url"].GetString());
        Assert.All(["avatar", "avatar_static", "header", "header_static"], picture => Assert.True(Uri.IsWellFormedUriString(account[picture].GetString(), UriKind.Absolute)));
        Assert.All(["emojis", "fields", "roles"], list => Assert.Equal(JsonValueKind.Array, account[list].ValueKind));
    }

    [Fact]
    public async Task Only_the_owner_sees_source_and_role()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        var own = (await alice.GetAsync("/api/v1/accounts/verify_credentials")).Ok();
        var others = (await bob.GetAsync($"/api/v1/accounts/{alice.Id}")).Ok();

        Assert.Equal(["role", "source"], own.Body.EnumerateObject().Select(member => member.Name).Except(Members).Order());
        Assert.Equal(Members.Order(), own.Body.EnumerateObject().Select(member => member.Name).Intersect(Members).Order());
        Assert.Equal(Members, others.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal("public", own["source"].GetProperty("privacy").GetString());
        Assert.Equal("", own["source"].GetProperty("note").GetString());
        Assert.Equal("0", own["role"].GetProperty("permissions").GetString());
    }

    [Fact]
    public async Task Posting_moves_the_counters_and_the_date_of_the_last_status()
    {
        var alice = await fixture.People.AliceAsync();
        var ids = await alice.PostStatusesAsync(3);
        await alice.DeleteStatusAsync(ids[0]);

        var account = await alice.AccountAsync();

        Assert.Equal(2, account["statuses_count"].GetInt64());
        Assert.Equal(DateTime.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), account["last_status_at"].GetString());
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("@{0}")]
    [InlineData("{1}")]
    [InlineData("{0}@{2}")]
    [InlineData("@{1}@{2}")]
    public async Task An_account_is_looked_up_by_its_handle_in_any_case(string form)
    {
        var alice = await fixture.People.AliceAsync();
        var handle = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, alice.Username, alice.Username.ToUpperInvariant(), fixture.Api.Address.Authority);

        var answer = await fixture.Nobody.GetAsync($"/api/v1/accounts/lookup?acct={Uri.EscapeDataString(handle)}");

        Assert.Equal(alice.Id, answer.Ok().Id);
    }

    [Theory]
    [InlineData("/api/v1/accounts/lookup?acct=nobody_here")]
    [InlineData("/api/v1/accounts/lookup?acct=alice@elsewhere.example")]
    [InlineData("/api/v1/accounts/lookup?acct=")]
    [InlineData("/api/v1/accounts/lookup")]
    [InlineData("/api/v1/accounts/123")]
    [InlineData("/api/v1/accounts/123/statuses")]
    [InlineData("/api/v1/accounts/123/followers")]
    [InlineData("/api/v1/accounts/123/following")]
    public async Task An_account_that_does_not_exist_is_not_found(string path)
    {
        var answer = await fixture.Nobody.GetAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, "Record not found"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task The_statuses_of_an_account_can_be_filtered()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var question = await bob.PostAsync("A question");
        var first = await alice.PostAsync("First #Cats");
        var thread = await alice.PostAsync("More of the first", replyTo: first);
        var reply = await alice.PostAsync("An answer #cats", replyTo: question);
        var path = $"/api/v1/accounts/{alice.Id}/statuses";

        Assert.Equal([reply, thread, first], (await alice.GetAsync(path)).Ok().Ids);
        Assert.Equal([thread, first], (await alice.GetAsync($"{path}?exclude_replies=true")).Ok().Ids);
        Assert.Equal([reply, first], (await alice.GetAsync($"{path}?tagged=CATS")).Ok().Ids);
        Assert.Empty((await alice.GetAsync($"{path}?pinned=true")).Ok().Ids);
        Assert.Empty((await alice.GetAsync($"{path}?only_media=1")).Ok().Ids);
    }
}
