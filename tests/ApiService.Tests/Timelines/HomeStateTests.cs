using Microblog.ApiService.Timelines;
using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Timelines;

/// <summary>Whatever state the cached list is in, the home shows exactly what PostgreSQL says.</summary>
public sealed class HomeStateTests(HomeStateTests.Community community) : IClassFixture<HomeStateTests.Community>
{
    private HomeTimeline Home => field ??= new HomeTimeline(community.Sandbox.Cache);

    [Fact]
    public async Task A_cold_home_is_answered_from_sql_and_built_behind_the_readers_back()
    {
        await Home.DropAsync(community.Reader.Id);

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader, 40);

        await Eventually.HoldsAsync("the list to be built", async () => (await Home.ReadAsync(community.Reader.Id, count: null)).IsWarm);
    }

    [Fact]
    public async Task A_home_that_is_being_built_is_answered_from_sql()
    {
        await Home.DropAsync(community.Reader.Id);
        Assert.True(await Home.BeginBuildAsync(community.Reader.Id));

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader, 40);

        Assert.False((await Home.ReadAsync(community.Reader.Id, count: null)).IsWarm);
    }

    [Fact]
    public async Task A_warm_home_goes_on_in_sql_below_its_cap_to_the_very_first_status()
    {
        await BuildAsync();

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader);

        Assert.Equal(Home.MaxItems, await community.Sandbox.CacheDatabase.ListLengthAsync(Home.Key(community.Reader.Id)));
    }

    [Fact]
    public async Task Statuses_pushed_late_twice_and_in_the_wrong_order_appear_once_and_in_order()
    {
        await BuildAsync();
        var pushed = await community.AddStatusesAsync(15);
        foreach (var id in pushed.Concat(pushed.Take(5)).OrderBy(id => id % 7).ThenByDescending(id => id))
        {
            await Home.PushAsync(id, [community.Reader.Id]);
        }

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader);
    }

    [Fact]
    public async Task A_list_that_was_trimmed_hides_nothing()
    {
        await BuildAsync();
        foreach (var id in (await community.AddStatusesAsync(TimelineList.TrimSlack + 30)).OrderBy(id => id % 5))
        {
            await Home.PushAsync(id, [community.Reader.Id]);
        }

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader);

        Assert.InRange(await community.Sandbox.CacheDatabase.ListLengthAsync(Home.Key(community.Reader.Id)), Home.MaxItems, Home.MaxItems + TimelineList.TrimSlack);
    }

    [Fact]
    public async Task Ids_that_do_not_belong_there_are_left_out_without_leaving_holes()
    {
        await BuildAsync();
        foreach (var id in await community.Sandbox.ListAsync<long>("SELECT id FROM statuses WHERE account_id = @Id OR visibility = 3 ORDER BY id DESC LIMIT 15", new { community.Stranger.Id }))
        {
            await Home.PushAsync(id, [community.Reader.Id]);
        }
        await Home.PushAsync(12345, [community.Reader.Id]);

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader);
    }

    [Fact]
    public async Task Many_statuses_that_waited_out_an_outage_hide_none_of_the_newer_ones()
    {
        await BuildAsync();
        var late = await community.AddStatusesAsync(120);
        foreach (var id in await community.AddStatusesAsync(10))
        {
            await Home.PushAsync(id, [community.Reader.Id]);
        }
        foreach (var id in late.OrderBy(id => id % 3))
        {
            await Home.InsertAsync(id, [community.Reader.Id]);
        }

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader);
    }

    [Fact]
    public async Task Statuses_deleted_since_leave_no_holes()
    {
        await BuildAsync();
        await community.Sandbox.ExecuteAsync("DELETE FROM statuses WHERE id IN (SELECT id FROM statuses WHERE account_id = @Id ORDER BY id DESC LIMIT 30)", new { community.Friend.Id });
        await community.SettledAsync();

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader);
    }

    [Fact]
    public async Task After_an_unfollow_nothing_of_that_author_shows_even_before_the_worker_came_by()
    {
        await BuildAsync();

        await community.Reader.UnfollowAsync(community.Friend);
        await HomeTruth.CheckAsync(community.Sandbox, community.Reader, 40);

        await community.Reader.FollowAsync(community.Friend);
        await Home.DropAsync(community.Reader.Id);
        await HomeTruth.CheckAsync(community.Sandbox, community.Reader, 40);
    }

    [Fact]
    public async Task A_flushed_cache_costs_nothing_but_time()
    {
        await BuildAsync();
        await community.Sandbox.FlushCacheAsync();

        await HomeTruth.CheckAsync(community.Sandbox, community.Reader, 40);

        await Eventually.HoldsAsync("the list to be built again", async () => (await Home.ReadAsync(community.Reader.Id, count: null)).IsWarm);
        await HomeTruth.CheckAsync(community.Sandbox, community.Reader, 40);
    }

    [Fact]
    public async Task A_list_that_is_there_is_not_built_again()
    {
        await BuildAsync();

        Assert.False(await community.Api.Get<TimelineBuilder>().BuildHomeAsync(community.Reader.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Somebody_new_has_an_empty_home_without_links()
    {
        var nobodysFriend = await community.People.SignUpAsync("newcomer");

        var answer = (await nobodysFriend.GetAsync("/api/v1/timelines/home")).Ok();

        Assert.Empty(answer.Ids);
        Assert.Null(answer.Header("Link"));
    }

    private async Task BuildAsync()
    {
        await Home.DropAsync(community.Reader.Id);
        Assert.True(await community.Api.Get<TimelineBuilder>().BuildHomeAsync(community.Reader.Id, CancellationToken.None));
    }

    /// <summary>A reader who follows two of three authors; more statuses than a list keeps, of every visibility, with replies to everybody.</summary>
    public sealed class Community(Backends backends) : ApiFixture(backends)
    {
        /// <summary>Whose home is read.</summary>
        public Person Reader { get; private set; } = null!;

        /// <summary>Somebody the reader follows.</summary>
        public Person Friend { get; private set; } = null!;

        /// <summary>Somebody the reader does not follow.</summary>
        public Person Stranger { get; private set; } = null!;

        /// <inheritdoc/>
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            (Reader, Friend, Stranger) = await People.AliceBobAndCarolAsync();
            var dave = await People.SignUpAsync("dave");
            await Reader.FollowAsync(Friend);
            await Reader.FollowAsync(dave);
            await Sandbox.ExecuteAsync(
                """
                INSERT INTO statuses (account_id, text, visibility, in_reply_to_account_id)
                SELECT (@people)[1 + i % 4], 'Number ' || i, CASE WHEN i % 11 = 0 THEN 3 ELSE i % 3 END, CASE WHEN i % 6 = 0 THEN (@people)[1 + (i / 6) % 4] END
                FROM generate_series(1, 1700) i;
                INSERT INTO mentions (account_id, status_id) SELECT @Id, id FROM statuses WHERE visibility = 3 AND id % 2 = 0;
                """, new { people = new[] { Reader.Id, Friend.Id, Stranger.Id, dave.Id }, Reader.Id });
            await SettledAsync();
            Assert.True((await HomeTruth.OfAsync(Sandbox, Reader)).Count > 900);
        }

        /// <summary>Adds statuses of the friend behind the API's back and returns their ids.</summary>
        public async Task<List<long>> AddStatusesAsync(int count)
        {
            var ids = await Sandbox.ListAsync<long>("INSERT INTO statuses (account_id, text, visibility) SELECT @Id, 'More ' || i, 0 FROM generate_series(1, @count) i RETURNING id", new { Friend.Id, count });
            await SettledAsync();
            return ids;
        }
    }
}
