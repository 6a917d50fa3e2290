using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Statuses;

public sealed class EditTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task An_edit_replaces_the_content_and_keeps_every_version()
    {
        var alice = await fixture.People.AliceAsync();
        var posted = (await alice.PostAsync("/api/v1/statuses", new { status = "One <1>", spoiler_text = "Careful" })).Ok();

        var second = (await EditAsync(alice, posted.Id, new { status = "Two" })).Ok();
        var third = (await EditAsync(alice, posted.Id, new { status = "Three", sensitive = true, language = "de" })).Ok();
        var history = (await alice.GetAsync($"/api/v1/statuses/{posted.Id}/history")).Ok().Body.EnumerateArray().ToList();

        Assert.Equal((posted.Id, "<p>Two</p>", "", false), (second.Id, second["content"].GetString(), second["spoiler_text"].GetString(), second["sensitive"].GetBoolean()));
        Assert.Equal(JsonValueKind.Null, posted["edited_at"].ValueKind);
        Assert.True(third["edited_at"].GetDateTime() >= second["edited_at"].GetDateTime());
        Assert.Equal(posted["created_at"].GetString(), third["created_at"].GetString());
        Assert.Equal("de", third["language"].GetString());
        Assert.Equal(["<p>One &lt;1&gt;</p>", "<p>Two</p>", "<p>Three</p>"], history.Select(version => version.GetProperty("content").GetString()));
        Assert.Equal(["Careful", "", ""], history.Select(version => version.GetProperty("spoiler_text").GetString()));
        Assert.Equal([true, false, true], history.Select(version => version.GetProperty("sensitive").GetBoolean()));
        Assert.Equal([posted["created_at"].GetString(), second["edited_at"].GetString(), third["edited_at"].GetString()], history.Select(version => version.GetProperty("created_at").GetString()));
        Assert.All(history, version => Assert.Equal(alice.Id, Answer.IdOf(version.GetProperty("account"))));
        var source = (await alice.GetAsync($"/api/v1/statuses/{posted.Id}/source")).Ok();
        Assert.Equal((posted.Id, "Three", ""), (source.Id, source["text"].GetString(), source["spoiler_text"].GetString()));
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_makes_no_version()
    {
        var alice = await fixture.People.AliceAsync();
        var posted = (await alice.PostAsync("/api/v1/statuses", new { status = "The same", spoiler_text = "As ever" })).Ok();

        var edited = (await EditAsync(alice, posted.Id, new { status = " The same\n", spoiler_text = "As ever", sensitive = true })).Ok();

        Assert.Equal(JsonValueKind.Null, edited["edited_at"].ValueKind);
        Assert.Single((await alice.GetAsync($"/api/v1/statuses/{posted.Id}/history")).Ok().Body.EnumerateArray());
    }

    [Fact]
    public async Task Who_is_no_longer_mentioned_still_sees_it_and_hashtags_follow_the_text()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var id = await alice.PostAsync($"For {bob.Handle} #before", "direct");

        var edited = (await EditAsync(alice, id, new { status = $"For {carol.Handle} #after" })).Ok();
        await fixture.SettledAsync();

        Assert.Equal([carol.Id], edited["mentions"].EnumerateArray().Select(Answer.IdOf));
        Assert.Equal(["after"], edited["tags"].EnumerateArray().Select(tag => tag.GetProperty("name").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync($"/api/v1/statuses/{id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await carol.GetAsync($"/api/v1/statuses/{id}")).Status);
        Assert.Equal(["after"], await fixture.Sandbox.ListAsync<string>("SELECT hashtag FROM status_hashtags WHERE status_id = @id", new { id }));

        var back = (await EditAsync(alice, id, new { status = $"For {bob.Handle} again" })).Ok();
        Assert.Equal([bob.Id], back["mentions"].EnumerateArray().Select(Answer.IdOf));
    }

    [Fact]
    public async Task Only_the_author_edits_and_only_what_can_be_posted()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Mine");
        var reblog = (await alice.DoAsync(id, "reblog")).Ok().Id;

        Assert.Equal(HttpStatusCode.NotFound, (await EditAsync(bob, id, new { status = "Yours" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await EditAsync(alice, reblog, new { status = "Mine" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await EditAsync(alice, 123, new { status = "Mine" })).Status);
        Assert.Equal("Validation failed: Text can't be blank", (await EditAsync(alice, id, new { status = " " })).Error);
        Assert.Equal("Validation failed: Text character limit of 256 exceeded", (await EditAsync(alice, id, new { status = new string('a', 257) })).Error);
        Assert.Equal("<p>Mine</p>", (await alice.GetAsync($"/api/v1/statuses/{id}")).Ok()["content"].GetString());
    }

    [Fact]
    public async Task Versions_and_source_are_for_those_who_see_the_status()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("For followers", "private");

        foreach (var path in new[] { "history", "source", "context", "favourited_by", "reblogged_by" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"/api/v1/statuses/{id}/{path}")).Status);
            Assert.Equal(HttpStatusCode.OK, (await alice.GetAsync($"/api/v1/statuses/{id}/{path}")).Status);
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync($"/api/v1/statuses/{id}/source")).Status);
    }

    [Fact]
    public async Task Another_question_forgets_the_votes_and_the_same_question_keeps_them()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = (await alice.PostAsync("/api/v1/statuses", new { status = "Tea?", poll = new { options = new[] { "yes", "no" }, expires_in = 600 } })).Ok().Id;
        (await bob.PostAsync($"/api/v1/polls/{id}/votes", new { choices = new[] { 0 } })).Ok();

        var same = (await EditAsync(alice, id, new { status = "Tea?", poll = new { options = new[] { "yes", "no" }, expires_in = 6000 } })).Ok();
        var other = (await EditAsync(alice, id, new { status = "Tea?", poll = new { options = new[] { "yes", "no", "coffee" }, expires_in = 600 } })).Ok();
        var none = (await EditAsync(alice, id, new { status = "Tea!" })).Ok();
        var history = (await alice.GetAsync($"/api/v1/statuses/{id}/history")).Ok().Body.EnumerateArray().ToList();

        Assert.Equal((1, JsonValueKind.Null), (same["poll"].GetProperty("votes_count").GetInt32(), same["edited_at"].ValueKind));
        Assert.True(same["poll"].GetProperty("expires_at").GetDateTime() > DateTime.UtcNow.AddSeconds(5000));
        Assert.Equal((0, 3), (other["poll"].GetProperty("votes_count").GetInt32(), other["poll"].GetProperty("options").GetArrayLength()));
        Assert.Equal(JsonValueKind.Null, none["poll"].ValueKind);
        Assert.Equal([2, 3, 0], history.Select(version => version.TryGetProperty("poll", out var poll) ? poll.GetProperty("options").GetArrayLength() : 0));
    }

    [Fact]
    public async Task Ten_edits_at_once_all_leave_a_version()
    {
        var alice = await fixture.People.AliceAsync();
        var id = await alice.PostAsync("Version 0");

        var answers = await Task.WhenAll(Enumerable.Range(1, 10).Select(i => EditAsync(alice, id, new { status = $"Version {i} #v{i}" })));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        var versions = (await alice.GetAsync($"/api/v1/statuses/{id}/history")).Ok().Body.EnumerateArray().Select(version => version.GetProperty("content").GetString()).ToList();
        Assert.Equal(11, versions.Distinct().Count());
        Assert.Equal("<p>Version 0</p>", versions[0]);
    }

    private static Task<Answer> EditAsync(Person person, long id, object fields) => person.SendAsync(HttpMethod.Put, $"/api/v1/statuses/{id}", JsonContent.Create(fields));
}
