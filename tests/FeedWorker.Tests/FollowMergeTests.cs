using Microblog.Contracts;

namespace Microblog.FeedWorker.Tests;

public sealed class FollowMergeTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task A_follow_brings_the_past_in_its_place()
    {
        var (reader, friend, other) = await ThreeAsync();
        await worker.FollowAsync(other, reader);
        var interleaved = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            interleaved.Add(i % 2 == 0 ? await worker.PostAsync(other) : await worker.StatusAsync(friend));
        }

        await worker.FollowAsync(friend, reader);
        await ChangedAsync(reader, friend);
        await ChangedAsync(reader, friend);

        Assert.Equal(Enumerable.Reverse(interleaved), await worker.ListAsync(reader));
    }

    [Fact]
    public async Task A_follow_also_brings_what_others_answered_to_the_new_friend()
    {
        var (reader, friend, other) = await ThreeAsync();
        await worker.FollowAsync(other, reader);
        var question = await worker.StatusAsync(friend);
        var answer = await worker.PostAsync(other, replyTo: question);
        Assert.Empty(await worker.ListAsync(reader));

        await worker.FollowAsync(friend, reader);
        await ChangedAsync(reader, friend);

        Assert.Equal([answer, question], await worker.ListAsync(reader));
    }

    [Fact]
    public async Task An_unfollow_sweeps_out_the_author_and_the_answers_to_them()
    {
        var (reader, friend, other) = await ThreeAsync();
        await worker.FollowAsync(friend, reader);
        await worker.FollowAsync(other, reader);
        var question = await worker.PostAsync(friend);
        await worker.PostAsync(other, replyTo: question);
        var kept = await worker.PostAsync(other);

        await worker.UnfollowAsync(friend, reader);
        await ChangedAsync(reader, friend);

        Assert.Equal([kept], await worker.ListAsync(reader));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_in_whatever_order_converge_to_what_is_so_now(bool followsAtTheEnd)
    {
        var (reader, friend, _) = await ThreeAsync();
        var status = await worker.StatusAsync(friend);
        await worker.FollowAsync(friend, reader);
        if (!followsAtTheEnd)
        {
            await worker.UnfollowAsync(friend, reader);
        }

        // What the first, second and third change left behind arrives now, together: none of the messages says which way it went.
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => ChangedAsync(reader, friend)));

        Assert.Equal(followsAtTheEnd ? [status] : [], await worker.ListAsync(reader));
        Assert.Equal(followsAtTheEnd ? [("follow", reader)] : [], await worker.NotificationsAsync(friend));
    }

    [Fact]
    public async Task A_follow_notifies_once_and_an_unfollow_takes_it_back()
    {
        var (reader, friend, _) = await ThreeAsync();

        await worker.FollowAsync(friend, reader);
        await ChangedAsync(reader, friend);
        await ChangedAsync(reader, friend);
        Assert.Equal([("follow", reader)], await worker.NotificationsAsync(friend));

        await worker.UnfollowAsync(friend, reader);
        await ChangedAsync(reader, friend);
        Assert.Empty(await worker.NotificationsAsync(friend));
    }

    [Fact]
    public async Task A_follow_while_the_list_is_being_built_is_in_it_at_the_end()
    {
        var friend = (await worker.AccountsAsync(1))[0];
        var reader = (await worker.AccountsAsync(1, withLists: false))[0];
        var status = await worker.StatusAsync(friend);
        await worker.Home.BeginBuildAsync(reader);
        // The builder reads the past here, before the follow.
        await worker.FollowAsync(friend, reader);
        await ChangedAsync(reader, friend);

        await worker.Home.EndBuildAsync(reader, [], complete: true);

        Assert.Equal([status], await worker.ListAsync(reader));
    }

    [Fact]
    public async Task Who_has_no_list_gets_none()
    {
        var friend = (await worker.AccountsAsync(1))[0];
        var reader = (await worker.AccountsAsync(1, withLists: false))[0];
        await worker.StatusAsync(friend);
        await worker.FollowAsync(friend, reader);

        await ChangedAsync(reader, friend);

        Assert.False(await worker.Sandbox.CacheDatabase.KeyExistsAsync(worker.Home.Key(reader)));
    }

    private Task ChangedAsync(long follower, long followee) => worker.Worker.HandleAsync(new FollowChanged(follower, followee));

    private async Task<(long Reader, long Friend, long Other)> ThreeAsync() => await worker.AccountsAsync(3) is [var a, var b, var c] ? (a, b, c) : default;
}
