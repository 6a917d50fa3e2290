using System.Net;
using System.Text.Json;
using Microblog.ApiService.Statuses;
using Microblog.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microblog.ApiService.Tests.Statuses;

public sealed class DeletionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    /// <summary>Visibility, and whether its end is told to: a stranger, a follower, somebody mentioned, the author, somebody blocked.</summary>
    public static TheoryData<string, bool, bool, bool, bool, bool> Matrix => new()
    {
        { "public", true, true, true, true, false },
        { "unlisted", true, true, true, true, false },
        { "private", false, true, true, true, false },
        { "direct", false, false, true, true, false },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Only_who_could_see_a_status_learns_that_it_is_gone(string visibility, bool stranger, bool follower, bool mentioned, bool author, bool blocked)
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var (dave, eve) = (await fixture.People.SignUpAsync("dave"), await fixture.People.SignUpAsync("eve"));
        await bob.FollowAsync(alice);
        await fixture.Sandbox.ExecuteAsync("INSERT INTO blocks (account_id, target_id) VALUES (@Id, @Other)", new { alice.Id, Other = eve.Id });
        var id = await alice.PostAsync($"For {carol.Handle}", visibility);

        await alice.DeleteStatusAsync(id);
        await fixture.SettledAsync();

        foreach (var (reader, learns) in new[] { (dave, stranger), (bob, follower), (carol, mentioned), (alice, author), (eve, blocked) })
        {
            Assert.Equal(learns ? [id] : [], (await ReadAsync(reader, id)).Ids);
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync("/api/v1/statuses/deleted")).Status);
    }

    [Fact]
    public async Task Deletions_come_oldest_first_and_the_cursor_goes_on_where_they_ended()
    {
        var alice = await fixture.People.AliceAsync();
        var ids = await alice.PostStatusesAsync(7);
        long[] order = [ids[4], ids[0], ids[6], ids[2], ids[5]];
        foreach (var id in order)
        {
            await alice.DeleteStatusAsync(id);
        }

        var first = await ReadAsync(alice, ids[6], limit: 3);
        var second = await ReadAsync(alice, first.Next, limit: 3);
        var third = await ReadAsync(alice, second.Next, limit: 3);

        Assert.Equal(order[..3], first.Ids);
        Assert.Equal(order[3..], second.Ids);
        Assert.Empty(third.Ids);
        Assert.Equal((true, false, false), (first.More, second.More, third.More));
        Assert.Equal(second.Next, third.Next);
    }

    [Fact]
    public async Task A_reblog_taken_back_and_one_that_went_with_its_original_are_told()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Pass it on");
        var first = (await bob.DoAsync(id, "reblog")).Ok().Id;
        await bob.DoAsync(id, "unreblog");
        var second = (await bob.DoAsync(id, "reblog")).Ok().Id;
        await alice.DeleteStatusAsync(id);

        Assert.Equal([first, id, second], (await ReadAsync(alice, id)).Ids);
    }

    [Fact]
    public async Task A_reader_who_follows_the_cursor_misses_none_of_many_deletions_at_once()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => fixture.People.SignUpAsync("deleter")));
        var statuses = new List<(Person Author, long Id)>();
        foreach (var person in people)
        {
            statuses.AddRange((await person.PostStatusesAsync(12)).Select(id => (person, id)));
        }
        var since = statuses.Max(status => status.Id);
        var found = new List<long>();

        var deleting = Task.WhenAll(statuses.Select(status => status.Author.DeleteStatusAsync(status.Id)));
        while (!deleting.IsCompleted)
        {
            since = await AddAsync(since);
        }
        await deleting;
        await fixture.SettledAsync();
        await AddAsync(since);

        Assert.Equal(statuses.Select(status => status.Id).Order(), found.Order());

        async Task<long> AddAsync(long after)
        {
            var (ids, next, _) = await ReadAsync(people[0], after, limit: 500);
            found.AddRange(ids);
            return next;
        }
    }

    [Fact]
    public async Task Deletions_are_forgotten_after_thirty_days()
    {
        var alice = await fixture.People.AliceAsync();
        var (old, recent) = (await alice.PostAsync("Old"), await alice.PostAsync("Recent"));
        await alice.DeleteStatusAsync(old);
        await alice.DeleteStatusAsync(recent);
        await fixture.Sandbox.ExecuteAsync("UPDATE deleted_statuses SET deleted_at = now() - interval '31 days' WHERE status_id = @old", new { old });

        Assert.Equal(1, await new DeletionExpiry(fixture.Sandbox.Primary, NullLogger<DeletionExpiry>.Instance).RunOnceAsync(CancellationToken.None));

        await fixture.SettledAsync();
        Assert.Equal([recent], (await ReadAsync(alice, recent)).Ids);
    }

    private static async Task<(List<long> Ids, long Next, bool More)> ReadAsync(Person person, long since, int limit = 100)
    {
        var answer = (await person.GetAsync($"/api/v1/statuses/deleted?since={since}&limit={limit}")).Ok();
        Assert.All(answer["deleted"].EnumerateArray(), deletion => Assert.Equal(JsonValueKind.String, deletion.GetProperty("deleted_at").ValueKind));
        return ([.. answer["deleted"].EnumerateArray().Select(Answer.IdOf)], long.Parse(answer["next"].GetString()!, System.Globalization.CultureInfo.InvariantCulture), answer["more"].GetBoolean());
    }
}
