using System.Globalization;
using Microblog.Contracts;
using StackExchange.Redis;

namespace Microblog.FeedWorker.Tests;

/// <summary>The list both processes share: its states, its order, its cap. Ids of different lengths, as strings compare otherwise than numbers.</summary>
public sealed class TimelineListTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    private static long _account = 1_000;

    private HomeTimeline Home => worker.Home;

    [Fact]
    public async Task Only_a_list_that_exists_is_pushed_to()
    {
        var (absent, present) = (await NewAsync(), await BuiltAsync());

        Assert.Equal(1, await Home.PushAsync(7, [absent, present]));

        Assert.False((await Home.ReadAsync(absent, count: null)).IsWarm);
        Assert.Equal([7], await worker.ListAsync(present));
    }

    [Fact]
    public async Task A_list_whose_builder_died_expires_however_often_it_is_read()
    {
        var account = await NewAsync();
        await Home.BeginBuildAsync(account);

        await Home.ReadAsync(account, count: null);
        await Home.ReadAsync(account, count: 20);

        Assert.InRange((await worker.Sandbox.CacheDatabase.KeyTimeToLiveAsync(Home.Key(account)))!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_list_that_is_being_built_is_cold_collects_pushes_and_is_built_by_one_only()
    {
        var account = await NewAsync();

        Assert.True(await Home.BeginBuildAsync(account));
        Assert.False(await Home.BeginBuildAsync(account));
        Assert.Equal(1, await Home.PushAsync(1_000, [account]));
        Assert.False((await Home.ReadAsync(account, count: null)).IsWarm);
        await Home.EndBuildAsync(account, [999, 10, 9, 1_000], complete: true);

        var page = await Home.ReadAsync(account, count: null);
        Assert.Equal((true, 0), (page.IsWarm, page.Floor));
        Assert.Equal([1_000, 999, 10, 9], page.Ids);
        Assert.False(await Home.BeginBuildAsync(account));
    }

    [Fact]
    public async Task A_build_whose_list_was_dropped_meanwhile_leaves_nothing()
    {
        var account = await NewAsync();
        await Home.BeginBuildAsync(account);
        await Home.DropAsync(account);
        Assert.Equal(0, await Home.PushAsync(5, [account]));

        await Home.EndBuildAsync(account, [4, 3], complete: true);

        Assert.False((await Home.ReadAsync(account, count: null)).IsWarm);
    }

    [Fact]
    public async Task A_half_built_list_expires_soon_and_a_built_one_lives_for_days()
    {
        var account = await NewAsync();

        await Home.BeginBuildAsync(account);
        Assert.InRange((await LifetimeAsync(account)).TotalSeconds, 1, 30);

        await Home.EndBuildAsync(account, [], complete: true);
        Assert.InRange(await LifetimeAsync(account), TimelineList.Lifetime - TimeSpan.FromMinutes(1), TimelineList.Lifetime);
    }

    /// <summary>Pushed in this order, read in that one.</summary>
    [Theory]
    [InlineData("9 10 11", "11 10 9")]
    [InlineData("11 9 10", "11 10 9")]
    [InlineData("9 9 10 9", "10 9")]
    [InlineData("99 100 9 1000 10", "1000 100 99 10 9")]
    [InlineData("9223372036854775807 1 9007199254740993 9007199254740992", "9223372036854775807 9007199254740993 9007199254740992 1")]
    public async Task Whatever_the_order_of_the_pushes_ids_are_read_in_order_and_once(string pushed, string expected)
    {
        var account = await BuiltAsync();

        foreach (var id in pushed.Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)))
        {
            await Home.PushAsync(id, [account]);
        }

        Assert.Equal(expected, string.Join(' ', await worker.ListAsync(account)));
    }

    /// <summary>In the list, newest first with its last element; inserted; in the list afterwards.</summary>
    [Theory]
    [InlineData("100 99 9 0", "10", "100 99 10 9 0")]
    [InlineData("100 99 9 0", "101", "101 100 99 9 0")]
    [InlineData("100 99 9 0", "8", "100 99 9 8 0")]
    [InlineData("100 99 9 0", "99", "100 99 9 0")]
    [InlineData("100 99 9", "8", "100 99 9")]
    [InlineData("0", "8", "8 0")]
    [InlineData("-1", "8", "8 -1")]
    [InlineData("9007199254740993 9007199254740991 0", "9007199254740992", "9007199254740993 9007199254740992 9007199254740991 0")]
    public async Task A_late_id_is_put_in_its_place_once(string before, string id, string after)
    {
        var account = await NewAsync();
        await worker.Sandbox.CacheDatabase.ListRightPushAsync(Home.Key(account), [.. before.Split(' ').Select(element => (RedisValue)element)]);

        Assert.Equal(1, await Home.InsertAsync(long.Parse(id, CultureInfo.InvariantCulture), [account, await NewAsync()]));

        Assert.Equal(after, string.Join(' ', await worker.Sandbox.CacheDatabase.ListRangeAsync(Home.Key(account))));
    }

    [Fact]
    public async Task Late_ids_are_trimmed_like_others()
    {
        var account = await BuiltAsync([.. Ids(1_001, 1_000 + Home.MaxItems)]);

        for (var id = 1_000L; id > 1_000 - TimelineList.TrimSlack; id--)
        {
            await Home.InsertAsync(id, [account]);
        }

        Assert.Equal(Ids(1_001, 1_000 + Home.MaxItems).Reverse(), await worker.ListAsync(account));
        Assert.True((await Home.ReadAsync(account, count: null)).Floor > 1_000);
    }

    [Fact]
    public async Task Merging_puts_ids_in_their_place_and_knows_large_numbers_apart()
    {
        var account = await BuiltAsync(9_007_199_254_740_993, 100, 9);

        await Home.MergeAsync(account, [9_007_199_254_740_992, 99, 1_000, 100, 8]);

        Assert.Equal([9_007_199_254_740_993, 9_007_199_254_740_992, 1_000, 100, 99, 9, 8], await worker.ListAsync(account));
        Assert.Equal(0, (await Home.ReadAsync(account, count: null)).Floor);
    }

    [Fact]
    public async Task Merging_into_a_list_that_does_not_reach_the_first_status_leaves_out_what_is_older_than_its_oldest()
    {
        var account = await NewAsync();
        await Home.BeginBuildAsync(account);
        await Home.EndBuildAsync(account, [.. Ids(100, 110)], complete: false);

        await Home.MergeAsync(account, [99, 9, 111, 105]);

        Assert.Equal([111, .. Ids(100, 110).Reverse()], await worker.ListAsync(account));
        Assert.True((await Home.ReadAsync(account, count: null)).Floor >= 100);
    }

    [Fact]
    public async Task Merging_into_nothing_makes_no_list()
    {
        var account = await NewAsync();

        await Home.MergeAsync(account, [1, 2]);

        Assert.False(await worker.Sandbox.CacheDatabase.KeyExistsAsync(Home.Key(account)));
    }

    [Fact]
    public async Task A_build_keeps_the_newest_up_to_the_cap_and_says_when_there_was_more()
    {
        var (full, exact) = (await NewAsync(), await NewAsync());

        await Home.BeginBuildAsync(full);
        await Home.EndBuildAsync(full, [.. Ids(1, Home.MaxItems + 1)], complete: true);
        await Home.BeginBuildAsync(exact);
        await Home.EndBuildAsync(exact, [.. Ids(1, Home.MaxItems)], complete: true);

        Assert.Equal(Ids(2, Home.MaxItems + 1).Reverse(), await worker.ListAsync(full));
        Assert.True((await Home.ReadAsync(full, count: null)).Floor > 1);
        Assert.Equal(Ids(1, Home.MaxItems).Reverse(), await worker.ListAsync(exact));
        Assert.Equal(0, (await Home.ReadAsync(exact, count: null)).Floor);
    }

    [Fact]
    public async Task Pushing_trims_lazily_and_a_trimmed_list_no_longer_claims_to_be_complete()
    {
        var account = await NewAsync();
        await Home.BeginBuildAsync(account);
        await Home.EndBuildAsync(account, [.. Ids(1, Home.MaxItems)], complete: true);

        for (long id = Home.MaxItems + 1; id <= Home.MaxItems + TimelineList.TrimSlack + 1; id++)
        {
            await Home.PushAsync(id, [account]);
        }

        var page = await Home.ReadAsync(account, count: null);
        Assert.Equal(Ids(page.Ids[^1], Home.MaxItems + TimelineList.TrimSlack + 1).Reverse(), page.Ids);
        Assert.InRange(page.Ids.Count, Home.MaxItems, Home.MaxItems + TimelineList.TrimSlack);
        Assert.InRange(page.Floor, page.Ids[^1], page.Ids[^50]);
    }

    [Fact]
    public async Task Removing_takes_every_copy_out_and_leaves_an_empty_list_warm()
    {
        var account = await BuiltAsync();
        await Home.PushAsync(5, [account]);
        await Home.PushAsync(5, [account]);

        await Home.RemoveAsync(5, [account, await NewAsync()]);

        var page = await Home.ReadAsync(account, count: null);
        Assert.True(page.IsWarm);
        Assert.Empty(page.Ids);
    }

    [Fact]
    public async Task Reading_the_head_answers_only_as_far_down_as_it_reached()
    {
        var account = await BuiltAsync([.. Ids(1, 100)]);

        var head = await Home.ReadAsync(account, 20);

        Assert.Equal(Ids(81, 100).Reverse(), head.Ids);
        Assert.InRange(head.Floor, 81, 90);
        Assert.Equal(0, (await Home.ReadAsync(account, 101)).Floor);
    }

    private static IEnumerable<long> Ids(long first, long last)
    {
        for (var id = first; id <= last; id++)
        {
            yield return id;
        }
    }

    private static Task<long> NewAsync() => Task.FromResult(Interlocked.Increment(ref _account));

    private async Task<long> BuiltAsync(params long[] ids)
    {
        var account = await NewAsync();
        await Home.BeginBuildAsync(account);
        await Home.EndBuildAsync(account, ids, complete: true);
        return account;
    }

    private async Task<TimeSpan> LifetimeAsync(long account) => (await worker.Sandbox.CacheDatabase.KeyTimeToLiveAsync(Home.Key(account))) ?? TimeSpan.Zero;
}
