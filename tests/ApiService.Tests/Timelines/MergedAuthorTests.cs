using Microblog.ApiService.Timelines;
using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Timelines;

/// <summary>Authors with too many followers to push to: their statuses are merged in at read.</summary>
public sealed class MergedAuthorTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Celebrity = "--Microblog:MergeAtFollowers=2";

    [Fact]
    public async Task A_celebritys_statuses_are_not_pushed_but_read_with_the_others()
    {
        var (star, reader, friend) = await CastAsync(celebrityForLong: true);
        await using var worker = WorkerHost.Build(fixture.Sandbox, Celebrity);
        await using var api = await ApiHost.StartAsync(fixture.Sandbox);
        var home = new HomeTimeline(fixture.Sandbox.Cache);
        await api.Get<TimelineBuilder>().BuildHomeAsync(reader.Id, CancellationToken.None);
        var before = await fixture.Sandbox.CacheDatabase.ListLengthAsync(home.Key(reader.Id));

        for (var i = 0; i < 25; i++)
        {
            var author = i % 3 == 0 ? friend : star;
            var id = await author.At(api.Address).PostAsync($"Number {i}");
            await worker.HandleAsync(new StatusPosted(id, author.Id, DateTimeOffset.UtcNow));
        }
        await fixture.SettledAsync();

        var here = reader.At(api.Address);
        await HomeTruth.CheckAsync(fixture.Sandbox, here, 40, 4);
        await Eventually.HoldsAsync("the star's list to be built", async () => (await new AuthorTimeline(fixture.Sandbox.Cache).ReadAsync(star.Id, count: null)).IsWarm);
        await HomeTruth.CheckAsync(fixture.Sandbox, here, 40, 4);
        Assert.Equal(before + 9, await fixture.Sandbox.CacheDatabase.ListLengthAsync(home.Key(reader.Id)));

        await star.DeleteStatusAsync(await fixture.Sandbox.ScalarAsync<long>("SELECT max(id) FROM statuses WHERE account_id = @Id", new { star.Id }));
        await fixture.SettledAsync();
        await HomeTruth.CheckAsync(fixture.Sandbox, here, 40);
    }

    [Fact]
    public async Task A_celebrity_of_many_statuses_is_read_to_the_very_first()
    {
        var (star, reader, friend) = await CastAsync(celebrityForLong: true);
        await fixture.Sandbox.ExecuteAsync(
            "INSERT INTO statuses (account_id, text, visibility) SELECT CASE WHEN i % 5 = 0 THEN @friend ELSE @star END, 'Number ' || i, i % 3 FROM generate_series(1, 500) i", new { star = star.Id, friend = friend.Id });
        await fixture.SettledAsync();
        await using var api = await ApiHost.StartAsync(fixture.Sandbox);
        var here = reader.At(api.Address);
        await here.HomeIdsAsync();
        var authors = new AuthorTimeline(fixture.Sandbox.Cache);
        await Eventually.HoldsAsync("both lists to be built", async () =>
            (await authors.ReadAsync(star.Id, count: null)).IsWarm && (await new HomeTimeline(fixture.Sandbox.Cache).ReadAsync(reader.Id, count: null)).IsWarm);

        await HomeTruth.CheckAsync(fixture.Sandbox, here);

        Assert.Equal(authors.MaxItems, await fixture.Sandbox.CacheDatabase.ListLengthAsync(authors.Key(star.Id)));
    }

    [Fact]
    public async Task An_author_who_has_just_become_a_celebrity_is_still_pushed_until_every_reader_knows()
    {
        var (star, reader, _) = await CastAsync(celebrityForLong: false);
        await using var worker = WorkerHost.Build(fixture.Sandbox, Celebrity);
        await reader.HomeIdsAsync();
        var home = new HomeTimeline(fixture.Sandbox.Cache);
        await Eventually.HoldsAsync("the reader's list to be built", async () => (await home.ReadAsync(reader.Id, count: null)).IsWarm);

        var id = await star.PostAsync("I am famous now");
        await worker.HandleAsync(new StatusPosted(id, star.Id, DateTimeOffset.UtcNow));

        Assert.True(await fixture.Sandbox.ScalarAsync<bool>("SELECT merged_since > now() - interval '1 minute' FROM accounts WHERE id = @Id", new { star.Id }));
        Assert.Contains(id, (await home.ReadAsync(reader.Id, count: null)).Ids);
        await fixture.SettledAsync();
        Assert.Equal([id], await reader.HomeIdsAsync());
    }

    [Fact]
    public async Task A_new_follower_of_a_celebrity_sees_its_statuses_at_once()
    {
        var (star, _, friend) = await CastAsync(celebrityForLong: true);
        await using var api = await ApiHost.StartAsync(fixture.Sandbox);
        var ids = await star.At(api.Address).PostStatusesAsync(3);
        var newcomer = (await fixture.People.SignUpAsync("newcomer")).At(api.Address);
        await newcomer.FollowAsync(friend);
        Assert.Empty(await newcomer.HomeIdsAsync());

        await newcomer.FollowAsync(star);

        Assert.Equal(Enumerable.Reverse(ids), await newcomer.HomeIdsAsync());
    }

    /// <summary>A star with two followers, one of whom reads and follows a friend too.</summary>
    private async Task<(Person Star, Person Reader, Person Friend)> CastAsync(bool celebrityForLong)
    {
        var (reader, friend, star) = (await fixture.People.SignUpAsync("reader"), await fixture.People.SignUpAsync("friend"), await fixture.People.SignUpAsync("star"));
        await reader.FollowAsync(star);
        await friend.FollowAsync(star);
        await reader.FollowAsync(friend);
        if (celebrityForLong)
        {
            await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET merged_since = now() - interval '1 hour' WHERE id = @Id", new { star.Id });
        }
        await fixture.SettledAsync();
        return (star, reader, friend);
    }
}
