using System.Net;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Statuses;

public sealed class ReblogTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_reblog_is_a_status_of_its_own_around_the_original_and_a_second_one_is_the_first()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Pass it on");

        var first = (await bob.DoAsync(id, "reblog")).Ok();
        var second = (await bob.DoAsync(id, "reblog")).Ok();
        var ofReblog = (await alice.DoAsync(first.Id, "reblog")).Ok();

        Assert.NotEqual(id, first.Id);
        Assert.Equal(first.Id, second.Id);
        Assert.Equal((id, true, "", 1), (Answer.IdOf(first["reblog"]), first["reblogged"].GetBoolean(), first["content"].GetString(), first["reblogs_count"].GetInt32()));
        Assert.Equal(bob.Id, Answer.IdOf(first["account"]));
        Assert.Equal((id, 2), (Answer.IdOf(ofReblog["reblog"]), ofReblog["reblog"].GetProperty("reblogs_count").GetInt32()));
        Assert.Equal(1, (await bob.AccountAsync())["statuses_count"].GetInt32());
        Assert.Contains(first.Id, (await bob.GetAsync($"/api/v1/accounts/{bob.Id}/statuses")).Ok().Ids);
        Assert.DoesNotContain(first.Id, (await bob.GetAsync($"/api/v1/accounts/{bob.Id}/statuses?exclude_reblogs=true")).Ok().Ids);
    }

    [Fact]
    public async Task Taking_it_back_answers_with_the_original_by_either_id_and_even_after_a_block()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Pass it on");
        await bob.DoAsync(id, "reblog");

        var byOriginal = (await bob.DoAsync(id, "unreblog")).Ok();
        var again = (await bob.DoAsync(id, "unreblog")).Ok();
        var reblog = (await bob.DoAsync(id, "reblog")).Ok().Id;
        await fixture.Sandbox.ExecuteAsync("INSERT INTO blocks (account_id, target_id) VALUES (@Id, @Other)", new { alice.Id, Other = bob.Id });
        var byReblog = (await bob.DoAsync(reblog, "unreblog")).Ok();

        Assert.All([byOriginal, again, byReblog], answer =>
        {
            Assert.Equal((id, false, 0), (answer.Id, answer["reblogged"].GetBoolean(), answer["reblogs_count"].GetInt32()));
            Assert.Equal(JsonValueKind.Null, answer["reblog"].ValueKind);
        });
        Assert.Equal(HttpStatusCode.NotFound, (await bob.DoAsync(id, "unreblog")).Status);
        Assert.Equal(0, (await bob.AccountAsync())["statuses_count"].GetInt32());
    }

    [Fact]
    public async Task What_is_for_followers_only_its_author_reblogs_and_only_for_followers()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await bob.FollowAsync(alice);
        var hidden = await alice.PostAsync("For followers", "private");
        var direct = await alice.PostAsync($"For {bob.Handle}", "direct");

        var own = (await alice.PostAsync($"/api/v1/statuses/{hidden}/reblog", new { visibility = "public" })).Ok();

        Assert.Equal("private", own["visibility"].GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await bob.DoAsync(hidden, "reblog")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.DoAsync(direct, "reblog")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DoAsync(direct, "reblog")).Status);
    }

    [Fact]
    public async Task A_reblog_has_the_visibility_that_was_asked_for()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Pass it on");

        var wrong = await bob.PostAsync($"/api/v1/statuses/{id}/reblog", new { visibility = "everybody" });
        var reblog = (await bob.PostAsync($"/api/v1/statuses/{id}/reblog", new { visibility = "private" })).Ok();
        await fixture.SettledAsync();

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Validation failed: Visibility is not included in the list"), (wrong.Status, wrong.Error));
        Assert.Equal("private", reblog["visibility"].GetString());
        Assert.Empty((await fixture.Nobody.GetAsync($"/api/v1/accounts/{bob.Id}/statuses")).Ok().Ids);
        Assert.Empty((await fixture.Nobody.GetAsync($"/api/v1/statuses/{id}/reblogged_by")).Ok().Ids);
        Assert.Equal([bob.Id], (await bob.GetAsync($"/api/v1/statuses/{id}/reblogged_by")).Ok().Ids);
    }

    [Fact]
    public async Task Deleting_the_original_takes_its_reblogs_along_with_their_counts()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var id = await alice.PostAsync("Pass it on");
        var reblogs = new[] { (await bob.DoAsync(id, "reblog")).Ok().Id, (await carol.DoAsync(id, "reblog")).Ok().Id };

        await alice.DeleteStatusAsync(id);
        await fixture.SettledAsync();

        Assert.All(reblogs, reblog => Assert.Equal(HttpStatusCode.NotFound, fixture.Nobody.GetAsync($"/api/v1/statuses/{reblog}").Result.Status));
        Assert.Equal([0, 0, 0], (await Task.WhenAll(new[] { alice, bob, carol }.Select(person => person.AccountAsync()))).Select(account => account["statuses_count"].GetInt32()));
    }

    [Fact]
    public async Task Reblogs_taken_back_favourites_replies_and_deletions_at_once_leave_every_count_exact()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fixture.People.SignUpAsync("racer")));
        var author = people[0];
        for (var round = 0; round < 4; round++)
        {
            var kept = await author.PostAsync("Stays");
            var doomed = await author.PostAsync("Goes", replyTo: kept);

            var answers = await Task.WhenAll([
                .. people.SelectMany(person => new[] { kept, doomed }.SelectMany(id => new[]
                {
                    person.DoAsync(id, "reblog"),
                    person.DoAsync(id, "favourite"),
                    person.DoAsync(id, "unreblog"),
                    person.PostAsync("/api/v1/statuses", new { status = "A reply", in_reply_to_id = $"{id}" }),
                })),
                author.DeleteAsync($"/api/v1/statuses/{doomed}")]);

            Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NotFound, answer.ToString()));
        }
        const string Wrong =
            """
            SELECT 'account ' || t.account_id FROM account_stats t WHERE t.statuses_count <> (SELECT count(*) FROM statuses s WHERE s.account_id = t.account_id)
            UNION ALL
            SELECT 'status ' || c.status_id FROM status_stats c
            WHERE c.reblogs_count <> (SELECT count(*) FROM statuses s WHERE s.reblog_of_id = c.status_id)
                OR c.favourites_count <> (SELECT count(*) FROM favourites f WHERE f.status_id = c.status_id)
                OR c.replies_count <> (SELECT count(*) FROM statuses s WHERE s.in_reply_to_id = c.status_id)
            """;
        Assert.Empty(await fixture.Sandbox.ListAsync<string>(Wrong));
    }
}
