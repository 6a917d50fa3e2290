using System.Diagnostics;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Filters;

public sealed class FilteredStatusTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_status_names_the_filters_it_meets_and_no_longer_once_they_change()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var status = await bob.PostAsync("A cat, a concatenation and (parentheses)");
        await fixture.SettledAsync();
        var filter = await FilterTests.MakeAsync(alice, "CAT", "(paren", "dog");

        var result = Assert.Single(await FilteredAsync(alice, status));
        Assert.Equal(["filter", "keyword_matches", "status_matches"], result.EnumerateObject().Select(member => member.Name));
        Assert.Equal(filter, Answer.IdOf(result.GetProperty("filter")));
        // A whole word ends where another begins: "(paren" is only the front of one.
        Assert.Equal(["CAT"], result.GetProperty("keyword_matches").EnumerateArray().Select(keyword => keyword.GetString()));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("status_matches").ValueKind);
        Assert.Empty(await FilteredAsync(bob, status));

        await alice.PostAsync($"/api/v2/filters/{filter}/keywords", new { keyword = "(paren", whole_word = false });
        Assert.Equal(["CAT", "(paren"], (await FilteredAsync(alice, status))[0].GetProperty("keyword_matches").EnumerateArray().Select(keyword => keyword.GetString()));

        await alice.DeleteAsync($"/api/v2/filters/{filter}");
        Assert.Empty(await FilteredAsync(alice, status));
    }

    [Fact]
    public async Task Content_warnings_poll_options_and_single_statuses_are_filtered_too()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var warned = (await bob.PostAsync("/api/v1/statuses", new { status = "text", spoiler_text = "About weasels" })).Ok().Id;
        var polled = await bob.PostAsync("Which?");
        await fixture.Sandbox.ExecuteAsync("INSERT INTO polls (status_id, account_id, options, tallies, multiple, hide_totals, expires_at) VALUES (@polled, @Id, '{Badgers,Weasels}', '{0,0}', false, false, now())", new { polled, bob.Id });
        var plain = await bob.PostAsync("Nothing to see");
        await fixture.SettledAsync();
        var filter = await FilterTests.MakeAsync(alice, "weasels");
        await alice.PostAsync($"/api/v2/filters/{filter}/statuses", new { status_id = $"{plain}" });

        Assert.Single(await FilteredAsync(alice, warned));
        Assert.Single(await FilteredAsync(alice, polled));
        var named = Assert.Single(await FilteredAsync(alice, plain));
        Assert.Equal((JsonValueKind.Null, $"{plain}"), (named.GetProperty("keyword_matches").ValueKind, named.GetProperty("status_matches")[0].GetString()));
    }

    [Fact]
    public async Task An_expired_filter_is_kept_but_not_applied()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var status = await bob.PostAsync("ephemeral");
        await fixture.SettledAsync();
        var filter = await FilterTests.MakeAsync(alice, "ephemeral");
        Assert.Single(await FilteredAsync(alice, status));

        await FilterTests.PutAsync(alice, $"/api/v2/filters/{filter}", new { expires_in = 0 });

        Assert.Empty(await FilteredAsync(alice, status));
        Assert.Single((await alice.GetAsync("/api/v2/filters")).Ok().Ids);
        await FilterTests.PutAsync(alice, $"/api/v2/filters/{filter}", new { expires_in = 60 });
        Assert.Single(await FilteredAsync(alice, status));
    }

    [Fact]
    public async Task A_page_of_forty_statuses_with_the_most_filters_allowed_is_still_quick()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        foreach (var i in Enumerable.Range(0, 40))
        {
            await bob.PostAsync($"Number {i} says word{i * 7} about the usual things that people write of every day, in a text of a middling length.");
        }
        await FilterTests.MakeAsync(alice, "first");
        await fixture.Sandbox.ExecuteAsync(
            """
            INSERT INTO filters (account_id, title, context, action) SELECT @Id, 'f' || n, '{home}', 'warn' FROM generate_series(2, 200) n;
            INSERT INTO filter_keywords (account_id, filter_id, keyword, whole_word)
            SELECT f.account_id, f.id, 'word' || row_number() OVER (), true FROM filters f, generate_series(1, 199) WHERE f.account_id = @Id;
            UPDATE filter_versions SET version = next_id() WHERE account_id = @Id;
            """, new { alice.Id });
        await fixture.SettledAsync();
        var path = $"/api/v1/accounts/{bob.Id}/statuses?limit=40";

        var watch = Stopwatch.StartNew();
        var first = (await alice.GetAsync(path)).Ok();
        var cold = watch.Elapsed;
        watch.Restart();
        var second = (await alice.GetAsync(path)).Ok();
        var warm = watch.Elapsed;

        Assert.Equal(40, first.Body.GetArrayLength());
        Assert.Equal(first.Text, second.Text);
        Assert.All(first.Body.EnumerateArray().SkipLast(1), status => Assert.Equal(1, status.GetProperty("filtered").GetArrayLength()));
        TestContext.Current.SendDiagnosticMessage($"200 filters x 200 keywords, 40 statuses: {cold.TotalMilliseconds:0} ms cold, {warm.TotalMilliseconds:0} ms warm, {first.Text.Length} characters");
        // Compiling the keywords anew for each page takes seconds.
        Assert.True(warm < TimeSpan.FromSeconds(2), $"{warm}");
    }

    private static async Task<List<JsonElement>> FilteredAsync(Client reader, long status) => [.. (await reader.GetAsync($"/api/v1/statuses/{status}")).Ok()["filtered"].EnumerateArray()];
}
