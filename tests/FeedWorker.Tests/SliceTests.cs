using System.Text;
using System.Text.Json;
using Microblog.Contracts;

namespace Microblog.FeedWorker.Tests;

public sealed class SliceTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    private const int Many = 4_500;

    [Fact]
    public async Task A_large_fan_out_is_cut_into_slices_that_reach_everybody_exactly_once()
    {
        var author = (await worker.AccountsAsync(1))[0];
        var followers = await worker.AccountsAsync(Many);
        await worker.FollowAsync(author, followers);

        var status = await worker.PostAsync(author);

        var slices = await SlicesAsync();
        Assert.Equal(3, slices.Count);
        Assert.All(slices, slice => Assert.Equal((status, author, false), (slice.StatusId, slice.AuthorId, slice.Remove)));
        Assert.Equal(0, slices[0].After);
        Assert.Equal(slices[0].Through, slices[1].After);
        Assert.Equal(slices[1].Through, slices[2].After);
        Assert.Equal(long.MaxValue, slices[2].Through);
        Assert.All(slices, slice => Assert.InRange(followers.Count(id => id > slice.After && id <= slice.Through), 1, FanOutLimits.SliceSize));

        foreach (var slice in slices)
        {
            await HandleAsync(slice);
        }
        await HasAllAsync(followers, $"{status},0");

        await HandleAsync(slices[1]);
        foreach (var follower in followers.Where(id => id > slices[1].After && id <= slices[1].Through).Take(20))
        {
            Assert.Equal([status], await worker.ListAsync(follower));
        }

        await worker.Sandbox.ExecuteAsync("DELETE FROM statuses WHERE id = @status", new { status });
        await worker.Worker.HandleAsync(new StatusDeleted(status, author));
        foreach (var slice in await SlicesAsync())
        {
            Assert.True(slice.Remove);
            await HandleAsync(slice);
        }
        await HasAllAsync(followers, "0");
    }

    [Fact]
    public async Task Up_to_one_slice_is_served_at_once()
    {
        var author = (await worker.AccountsAsync(1))[0];
        var followers = await worker.AccountsAsync(FanOutLimits.SliceSize);
        await worker.FollowAsync(author, followers);

        var status = await worker.PostAsync(author);

        Assert.Empty(await SlicesAsync());
        await HasAllAsync(followers, $"{status},0");
    }

    [Fact]
    public async Task A_slice_of_a_status_that_has_vanished_reaches_nobody()
    {
        var accounts = await worker.AccountsAsync(2);
        await worker.FollowAsync(accounts[0], accounts[1]);

        await HandleAsync(new TimelineSlice(12345, accounts[0], 0, long.MaxValue, Remove: false, DateTimeOffset.UtcNow));

        Assert.Empty(await worker.ListAsync(accounts[1]));
    }

    private Task HandleAsync(TimelineSlice slice) => worker.Worker.HandleAsync(BrokerTopology.TimelineSlice, JsonSerializer.SerializeToUtf8Bytes(slice, MessageJson.Default.TimelineSlice));

    private async Task<List<TimelineSlice>> SlicesAsync() =>
    [
        .. (await worker.Sandbox.Broker.TakeAllAsync(BrokerTopology.SliceQueue))
            .Select(letter => JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(letter.Body), MessageJson.Default.TimelineSlice)!)
            .OrderBy(slice => slice.After),
    ];

    /// <summary>The raw lists, so that a duplicate would show.</summary>
    private async Task HasAllAsync(List<long> accounts, string expected)
    {
        var lists = await Task.WhenAll(accounts.Select(account => worker.Sandbox.CacheDatabase.ListRangeAsync(worker.Home.Key(account))));

        Assert.All(lists, list => Assert.Equal(expected, string.Join(',', list)));
    }
}
