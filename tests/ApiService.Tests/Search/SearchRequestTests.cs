using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Search;

/// <summary>What may be asked, and how long it may take.</summary>
public sealed class SearchRequestTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("'; DROP TABLE statuses; --")]
    [InlineData("\\' \\\" \\")]
    [InlineData("a & | b <-> :* !!()")]
    [InlineData("%%%___\\")]
    [InlineData("\"\"\"\"\"\"\"")]
    [InlineData("@@@@ ### from: has: -from:")]
    [InlineData("-only -exclusions")]
    [InlineData("😀👩‍👩‍👧 ﷽ \u202e")]
    [InlineData("http://[::1")]
    [InlineData("@{base} {0} $1 :x")]
    public async Task Hostile_queries_are_only_words(string query)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.GetAsync($"/api/v2/search?q={Uri.EscapeDataString(query)}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("q=%20", HttpStatusCode.BadRequest)]
    [InlineData("q=a&type=people", HttpStatusCode.UnprocessableEntity)]
    [InlineData("q=a&resolve=true", HttpStatusCode.Unauthorized)]
    [InlineData("q=a&type=accounts&offset=0", HttpStatusCode.Unauthorized)]
    public async Task What_cannot_be_searched_is_an_error(string query, HttpStatusCode status)
    {
        var answer = await fixture.Nobody.GetAsync($"/api/v2/search?{query}");

        Assert.Equal(status, answer.Status);
        Assert.NotEmpty(answer.Error!);
    }

    [Fact]
    public async Task A_query_has_a_longest_length_and_the_first_version_of_the_route_is_gone()
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await fixture.Nobody.GetAsync($"/api/v2/search?q={new string('a', 1001)}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Nobody.GetAsync($"/api/v2/search?q={new string('a', 1000)}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync("/api/v1/search?q=a")).Status);
    }

    [Fact]
    public async Task A_search_that_takes_too_long_is_cut_off()
    {
        var alice = await fixture.People.AliceAsync();
        await using var connection = await fixture.Sandbox.Primary.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "LOCK TABLE statuses IN ACCESS EXCLUSIVE MODE";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        // After this write of hers no replica answers her that does not know of the lock.
        (await alice.SendAsync(HttpMethod.Post, "/api/v1/tags/locked/follow")).Ok();

        var answer = await alice.GetAsync("/api/v2/search?q=anything&type=statuses");
        var accounts = await alice.GetAsync($"/api/v2/search?q={alice.Username}&type=accounts");
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The search took too long; try other words, or more of them"), (answer.Status, answer.Error));
        Assert.Equal([alice.Id], accounts.Ok()["accounts"].EnumerateArray().Select(Answer.IdOf));
        Assert.Equal(HttpStatusCode.OK, (await alice.GetAsync("/api/v2/search?q=anything&type=statuses")).Status);
    }

    [Fact]
    public async Task A_token_needs_the_scope_for_searching()
    {
        var application = await fixture.People.RegisterAsync("read:statuses write:accounts read:accounts");
        var alice = await fixture.People.SignUpAsync("alice", application);

        Assert.Equal(HttpStatusCode.Forbidden, (await alice.GetAsync("/api/v2/search?q=a")).Status);
    }
}
