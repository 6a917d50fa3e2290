using System.Text.Json;
using Microblog.ApiService.Discovery;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Discovery;

public sealed class TrendTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Hashtags_trend_by_how_many_people_use_them_not_how_often()
    {
        await ClearAsync();
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        foreach (var person in new[] { alice, bob, carol })
        {
            await person.PostAsync("#three");
        }
        await alice.PostAsync("#two");
        await bob.PostAsync("#two");
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await alice.PostAsync("#one");
        }
        await RunAsync();

        Assert.Equal(["three", "two"], await TagsAsync("/api/v1/trends/tags"));
        Assert.Equal(["three", "two"], await TagsAsync("/api/v1/trends"));
        Assert.Equal(["two"], await TagsAsync("/api/v1/trends/tags?limit=1&offset=1"));
        var page = (await fixture.Nobody.GetAsync("/api/v1/trends/tags?limit=1")).Ok();
        Assert.Equal(["two"], await TagsAsync(page.Link("next")!.PathAndQuery));
        Assert.Equal("3", page.Body[0].GetProperty("history")[0].GetProperty("accounts").GetString());
    }

    [Theory]
    [InlineData("UPDATE statuses SET sensitive = true")]
    [InlineData("UPDATE statuses SET spoiler_text = 'warning'")]
    [InlineData("UPDATE statuses SET visibility = 1")]
    [InlineData("UPDATE accounts SET discoverable = false")]
    [InlineData("UPDATE accounts SET limited_at = now()")]
    [InlineData("UPDATE accounts SET suspended_at = now()")]
    public async Task What_should_not_be_recommended_does_not_trend(string sql)
    {
        await ClearAsync();
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var status = await alice.PostAsync("#excluded");
        await bob.PostAsync("#excluded");
        await LikeAsync(status, bob, carol);
        await RunAsync();
        Assert.Equal((1, 1), ((await TagsAsync("/api/v1/trends/tags")).Count, (await StatusesAsync(fixture.Nobody)).Count));

        await fixture.Sandbox.ExecuteAsync(sql);
        await RunAsync();

        Assert.Empty(await TagsAsync("/api/v1/trends/tags"));
        Assert.Empty(await StatusesAsync(fixture.Nobody));
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET discoverable = true, limited_at = NULL, suspended_at = NULL");
    }

    [Fact]
    public async Task Statuses_trend_by_how_many_others_like_them_and_older_ones_less()
    {
        await ClearAsync();
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var dave = await fixture.People.SignUpAsync("dave");
        var (older, newer, own, lone) = (await MoveBackAsync(await alice.PostAsync("Older"), hours: 30), await bob.PostAsync("Newer"), await carol.PostAsync("Own"), await dave.PostAsync("Lone"));
        await LikeAsync(older, bob, carol, dave);
        await LikeAsync(newer, alice, carol);
        await LikeAsync(own, carol, bob);
        await LikeAsync(lone, alice);
        await RunAsync();

        Assert.Equal([newer, older], await StatusesAsync(fixture.Nobody));
        Assert.Equal([older], await StatusesAsync(fixture.Nobody, "?limit=1&offset=1"));

        await fixture.Sandbox.ExecuteAsync("INSERT INTO mutes (account_id, target_id) VALUES (@carol, @bob)", new { carol = carol.Id, bob = bob.Id });
        await fixture.SettledAsync();
        Assert.Equal([older], await StatusesAsync(carol));
    }

    [Fact]
    public async Task Four_days_later_nothing_trends_and_a_deleted_status_is_gone_at_once()
    {
        await ClearAsync();
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var (old, gone) = (await MoveBackAsync(await alice.PostAsync("Old"), hours: 73), await alice.PostAsync("Gone"));
        await LikeAsync(old, bob, carol);
        await LikeAsync(gone, bob, carol);
        await RunAsync();
        Assert.Equal([gone], await StatusesAsync(fixture.Nobody));

        await alice.DeleteStatusAsync(gone);
        await fixture.SettledAsync();

        Assert.Empty(await StatusesAsync(fixture.Nobody));
    }

    [Fact]
    public async Task Uses_of_earlier_days_are_counted_after_a_pause_and_deleted_ones_are_taken_back()
    {
        await ClearAsync();
        var alice = await fixture.People.AliceAsync();
        await MoveBackAsync(await alice.PostAsync("#counted"), hours: 49);
        var today = await alice.PostAsync("#counted");
        await RunAsync();
        Assert.Equal(2, await fixture.Sandbox.ScalarAsync<int>("SELECT sum(uses) FROM hashtag_days WHERE hashtag = 'counted'"));

        await alice.DeleteStatusAsync(today);
        await RunAsync();

        Assert.Equal(1, await fixture.Sandbox.ScalarAsync<int>("SELECT sum(uses) FROM hashtag_days WHERE hashtag = 'counted'"));
        Assert.Equal(1, await fixture.Sandbox.ScalarAsync<int>("SELECT count(*) FROM hashtag_days WHERE hashtag = 'counted'"));
    }

    [Fact]
    public async Task Only_one_process_computes_at_a_time()
    {
        await using var connection = await fixture.Sandbox.Primary.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT pg_advisory_xact_lock(7230174001)";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(await fixture.Api.Get<TrendsJob>().RunNowAsync(TestContext.Current.CancellationToken));
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.True(await fixture.Api.Get<TrendsJob>().RunNowAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task There_are_no_links() => Assert.Equal("[]", (await fixture.Nobody.GetAsync("/api/v1/trends/links")).Ok().Text);

    private async Task RunAsync()
    {
        Assert.True(await fixture.Api.Get<TrendsJob>().RunNowAsync(TestContext.Current.CancellationToken));
        await fixture.SettledAsync();
    }

    private Task<int> ClearAsync() => fixture.Sandbox.ExecuteAsync("DELETE FROM statuses; DELETE FROM hashtag_days");

    private async Task LikeAsync(long status, params Person[] people)
    {
        await fixture.Sandbox.ExecuteAsync("INSERT INTO favourites (account_id, status_id) SELECT unnest(@ids), @status", new { ids = people.Select(person => person.Id).ToArray(), status });
        await fixture.Sandbox.ExecuteAsync("INSERT INTO status_stats (status_id, favourites_count) VALUES (@status, @Length) ON CONFLICT (status_id) DO UPDATE SET favourites_count = @Length", new { status, people.Length });
    }

    /// <summary>Makes a status older, its id included, which tells its time.</summary>
    private async Task<long> MoveBackAsync(long status, int hours)
    {
        var moved = status - ((long)TimeSpan.FromHours(hours).TotalMilliseconds << 16);
        await fixture.Sandbox.ExecuteAsync(
            """
            INSERT INTO statuses (account_id, id, text, visibility, conversation_id, created_at) SELECT account_id, @moved, text, visibility, @moved, now() - make_interval(hours => @hours) FROM statuses WHERE id = @status;
            UPDATE status_hashtags SET status_id = @moved WHERE status_id = @status;
            DELETE FROM statuses WHERE id = @status;
            """, new { status, moved, hours });
        return moved;
    }

    private async Task<List<string?>> TagsAsync(string path) => [.. (await fixture.Nobody.GetAsync(path)).Ok().Body.EnumerateArray().Select((JsonElement tag) => tag.GetProperty("name").GetString())];

    private static async Task<List<long>> StatusesAsync(Client reader, string query = "") => (await reader.GetAsync($"/api/v1/trends/statuses{query}")).Ok().Ids;
}
