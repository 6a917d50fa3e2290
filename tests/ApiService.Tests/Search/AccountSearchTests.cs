using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Search;

public sealed class AccountSearchTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("%")]
    [InlineData("___")]
    [InlineData("a%b")]
    [InlineData(@"\")]
    [InlineData("finder@elsewhere.example")]
    public async Task What_names_nobody_finds_nobody(string query)
    {
        var alice = await fixture.People.SignUpAsync("finder");

        Assert.Empty((await alice.GetAsync($"/api/v1/accounts/search?q={Uri.EscapeDataString(query)}")).Ok().Ids);
    }

    [Fact]
    public async Task A_name_is_found_at_once_in_every_way_to_write_it()
    {
        var alice = await fixture.People.SignUpAsync("Wanda");
        var host = alice.Address.Authority;

        foreach (var query in new[] { alice.Username, $"@{alice.Username}", $"{alice.Username}@{host}", $"@{alice.Username}@{host}".ToUpperInvariant() })
        {
            Assert.Equal([alice.Id], (await alice.GetAsync($"/api/v1/accounts/search?resolve=true&q={Uri.EscapeDataString(query)}")).Ok().Ids);
        }
    }

    [Fact]
    public async Task The_exact_name_comes_first_then_whom_one_follows_then_beginnings_then_parts()
    {
        var exact = await fixture.People.SignUpAsync("quux");
        var followed = await fixture.People.SignUpAsync($"zz{exact.Username}");
        var begins = await fixture.People.SignUpAsync($"{exact.Username}zz");
        var part = await fixture.People.SignUpAsync("other");
        (await part.UpdateAsync(new { display_name = $"Mr. {exact.Username.ToUpperInvariant()}" })).Ok();
        var alice = await fixture.People.AliceAsync();
        await alice.FollowAsync(followed);
        await fixture.SettledAsync();
        var path = $"/api/v1/accounts/search?q={exact.Username}";

        Assert.Equal([exact.Id, followed.Id, begins.Id, part.Id], (await alice.GetAsync(path)).Ok().Ids);
        Assert.Equal([followed.Id, begins.Id], (await alice.GetAsync(path + "&limit=2&offset=1")).Ok().Ids);
        Assert.Equal([followed.Id], (await alice.GetAsync(path + "&following=true")).Ok().Ids);
    }

    [Fact]
    public async Task Who_blocks_the_searcher_or_is_suspended_is_not_found_by_parts_of_the_name()
    {
        var (alice, bob, carol) = (await fixture.People.AliceAsync(), await fixture.People.SignUpAsync("hidden"), await fixture.People.SignUpAsync("hidden"));
        (await bob.DoAsync("block", alice)).Ok();
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET suspended_at = now() WHERE id = @Id", new { carol.Id });
        await fixture.SettledAsync();

        Assert.Empty((await alice.GetAsync("/api/v1/accounts/search?q=hidden")).Ok().Ids);
        Assert.Equal([bob.Id], (await alice.GetAsync($"/api/v1/accounts/search?q={bob.Username}")).Ok().Ids);
        Assert.Empty((await alice.GetAsync($"/api/v1/accounts/search?q={carol.Username}")).Ok().Ids);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"/api/v1/accounts/lookup?acct={carol.Username}")).Status);
    }

    [Fact]
    public async Task Several_accounts_come_in_the_order_asked_for_and_not_more_than_forty()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await fixture.SettledAsync();

        Assert.Equal([bob.Id, alice.Id], (await fixture.Nobody.GetAsync($"/api/v1/accounts?id[]={bob.Id}&id[]=123&id[]={alice.Id}")).Ok().Ids);
        var many = string.Join('&', Enumerable.Range(1, 41).Select(id => $"id[]={id}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await fixture.Nobody.GetAsync($"/api/v1/accounts?{many}")).Status);
    }
}
