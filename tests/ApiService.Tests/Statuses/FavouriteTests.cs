using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Statuses;

/// <summary>Favourites and bookmarks: both are rows between an account and a status, and their lists page by those rows.</summary>
public sealed class FavouriteTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_favourite_is_counted_at_once_shown_to_who_gave_it_and_taken_back_once()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Nice weather");

        foreach (var (action, count) in new[] { ("favourite", 1), ("favourite", 1), ("unfavourite", 0), ("unfavourite", 0), ("favourite", 1) })
        {
            var answer = (await bob.DoAsync(id, action)).Ok();

            Assert.Equal((id, count, count == 1), (answer.Id, answer["favourites_count"].GetInt32(), answer["favourited"].GetBoolean()));
            Assert.Equal(count, (await bob.GetAsync($"/api/v1/statuses/{id}")).Ok()["favourites_count"].GetInt32());
        }
        Assert.False((await alice.GetAsync($"/api/v1/statuses/{id}")).Ok()["favourited"].GetBoolean());
    }

    [Theory]
    [InlineData("favourite")]
    [InlineData("bookmark")]
    [InlineData("reblog")]
    [InlineData("mute")]
    [InlineData("pin")]
    public async Task What_one_cannot_see_one_can_do_nothing_with(string action)
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var hidden = await alice.PostAsync("For followers", "private");

        foreach (var id in new[] { hidden, 12345 })
        {
            var answer = await bob.DoAsync(id, action);
            Assert.Equal((HttpStatusCode.NotFound, "Record not found"), (answer.Status, answer.Error));
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.DoAsync(hidden, action)).Status);
    }

    [Theory]
    [InlineData("favourite", "write:favourites")]
    [InlineData("bookmark", "write:bookmarks")]
    [InlineData("reblog", "write:statuses")]
    [InlineData("mute", "write:mutes")]
    [InlineData("pin", "write:accounts")]
    public async Task Each_action_has_its_scope(string action, string scope)
    {
        var others = new[] { "write:favourites", "write:bookmarks", "write:statuses", "write:mutes", "write:accounts" }.Where(other => other != scope || other == "write:accounts");
        var alice = await fixture.People.SignUpAsync("alice", await fixture.People.RegisterAsync("read " + string.Join(' ', others.Append("write:accounts").Distinct())));
        var id = await (await fixture.People.SignUpAsync("bob")).PostAsync("Hello");

        var answer = await alice.DoAsync(id, action);

        Assert.Equal(scope == "write:accounts" ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Forbidden, answer.Status);
    }

    [Theory]
    [InlineData("favourite", "favourited")]
    [InlineData("bookmark", "bookmarked")]
    public async Task What_was_given_before_a_block_can_be_taken_back_after_it(string action, string flag)
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Before the quarrel");
        await bob.DoAsync(id, action);
        await BlockAsync(alice, bob);

        Assert.Equal(HttpStatusCode.NotFound, (await bob.DoAsync(id, action)).Status);
        var taken = (await bob.DoAsync(id, $"un{action}")).Ok();
        var again = await bob.DoAsync(id, $"un{action}");

        Assert.Equal((id, false), (taken.Id, taken[flag].GetBoolean()));
        Assert.Equal(HttpStatusCode.NotFound, again.Status);
    }

    [Fact]
    public async Task Fifty_people_at_once_are_counted_exactly()
    {
        var alice = await fixture.People.AliceAsync();
        var id = await alice.PostAsync("Everybody likes this");
        var people = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => fixture.People.SignUpAsync("fan")));

        // Each of them twice, as of a double click.
        var answers = await Task.WhenAll(people.Concat(people).Select(person => person.DoAsync(id, "favourite")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        await fixture.SettledAsync();
        Assert.Equal(50, (await alice.GetAsync($"/api/v1/statuses/{id}")).Ok()["favourites_count"].GetInt32());

        await Task.WhenAll(people.Take(20).SelectMany(person => new[] { person.DoAsync(id, "unfavourite"), person.DoAsync(id, "unfavourite") }));
        await fixture.SettledAsync();
        Assert.Equal(30, (await alice.GetAsync($"/api/v1/statuses/{id}")).Ok()["favourites_count"].GetInt32());
    }

    [Theory]
    [InlineData("favourite", "/api/v1/favourites")]
    [InlineData("bookmark", "/api/v1/bookmarks")]
    public async Task The_list_is_in_the_order_of_doing_and_pages_to_its_end(string action, string list)
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var ids = await alice.PostStatusesAsync(7);
        long[] order = [ids[3], ids[0], ids[6], ids[1], ids[5], ids[2], ids[4]];
        foreach (var id in order)
        {
            await bob.DoAsync(id, action);
        }
        var hidden = await alice.PostAsync("Soon out of sight", "unlisted");
        await bob.DoAsync(hidden, action);
        await fixture.Sandbox.ExecuteAsync("UPDATE statuses SET visibility = 3 WHERE id = @hidden", new { hidden });
        await fixture.SettledAsync();

        var pages = await bob.PagesAsync($"{list}?limit=3");

        Assert.Equal(order.Reverse(), pages.SelectMany(page => page.Select(Answer.IdOf)));
        Assert.Equal([3, 3, 1], pages.Select(page => page.Count));
        Assert.Equal(order.Reverse(), (await bob.PagesAsync($"{list}?limit=2&min_id=1", "prev")).AsEnumerable().Reverse().SelectMany(page => page.Select(Answer.IdOf)));
        Assert.Empty((await alice.GetAsync(list)).Ok().Ids);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync(list)).Status);
    }

    [Fact]
    public async Task Who_favoured_is_listed_newest_first_without_those_whom_a_block_parts_from_the_viewer()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Hello");
        var fans = new List<Person>();
        for (var i = 0; i < 5; i++)
        {
            fans.Add(await fixture.People.SignUpAsync("fan"));
            await fans[i].DoAsync(id, "favourite");
        }
        await BlockAsync(bob, fans[1]);
        await BlockAsync(fans[3], bob);

        var all = await fixture.Nobody.PagesAsync($"/api/v1/statuses/{id}/favourited_by?limit=2");
        var seen = (await bob.GetAsync($"/api/v1/statuses/{id}/favourited_by")).Ok().Ids;

        Assert.Equal(fans.Select(fan => fan.Id).Reverse(), all.SelectMany(page => page.Select(Answer.IdOf)));
        Assert.Equal([fans[4].Id, fans[2].Id, fans[0].Id], seen);
    }

    [Fact]
    public async Task A_favourite_of_a_reblog_is_one_of_the_original()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Hello");
        var reblog = (await bob.DoAsync(id, "reblog")).Ok().Id;

        var answer = (await bob.DoAsync(reblog, "favourite")).Ok();

        Assert.True(answer["reblog"].GetProperty("favourited").GetBoolean());
        Assert.Equal(1, (await bob.GetAsync($"/api/v1/statuses/{id}")).Ok()["favourites_count"].GetInt32());
    }

    private async Task BlockAsync(Person person, Person other)
    {
        await fixture.Sandbox.ExecuteAsync("INSERT INTO blocks (account_id, target_id) VALUES (@Id, @Other)", new { person.Id, Other = other.Id });
        await fixture.SettledAsync();
    }
}
