using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microblog.ApiService.Scheduled;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Scheduled;

public sealed class ScheduledTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_scheduled_status_is_shown_moved_listed_and_deleted_by_its_owner_only()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var at = In(minutes: 60);

        var made = (await alice.PostAsync("/api/v1/statuses", new { status = "Later", scheduled_at = at, visibility = "unlisted", poll = new { options = new[] { "a", "b" }, expires_in = 300 } })).Ok();
        var other = (await alice.PostAsync("/api/v1/statuses", new { status = "Even later", scheduled_at = In(120) })).Ok();

        Assert.Equal(["id", "scheduled_at", "params", "media_attachments"], made.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(at, made["scheduled_at"].GetString());
        Assert.Equal(("Later", "unlisted", 2), (made["params"].GetProperty("text").GetString(), made["params"].GetProperty("visibility").GetString(), made["params"].GetProperty("poll").GetProperty("options").GetArrayLength()));
        Assert.Equal([other.Id, made.Id], (await alice.PagesAsync("/api/v1/scheduled_statuses?limit=1")).SelectMany(page => page.Select(Answer.IdOf)));
        Assert.Equal(made.Text, (await alice.GetAsync($"/api/v1/scheduled_statuses/{made.Id}")).Ok().Text);
        var moved = (await alice.SendAsync(HttpMethod.Put, $"/api/v1/scheduled_statuses/{made.Id}", JsonContent.Create(new { scheduled_at = In(90) }))).Ok();
        Assert.Equal((made.Id, true), (moved.Id, moved["scheduled_at"].GetDateTime() > made["scheduled_at"].GetDateTime()));
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await bob.SendAsync(method, $"/api/v1/scheduled_statuses/{made.Id}", method == HttpMethod.Put ? JsonContent.Create(new { scheduled_at = In(90) }) : null)).Status);
        }
        Assert.Equal("{}", (await alice.DeleteAsync($"/api/v1/scheduled_statuses/{made.Id}")).Ok().Text);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync($"/api/v1/scheduled_statuses/{made.Id}")).Status);
        Assert.Equal(0, (await alice.AccountAsync())["statuses_count"].GetInt32());
    }

    [Theory]
    [InlineData("banana", "Record invalid")]
    [InlineData("2020-01-01T00:00:00Z", "Validation failed: Scheduled at must be at least 5 minutes in the future")]
    public async Task A_wrong_time_is_refused(string time, string error)
    {
        var alice = await fixture.People.AliceAsync();
        var made = (await alice.PostAsync("/api/v1/statuses", new { status = "Later", scheduled_at = In(60) })).Ok().Id;

        var posted = await alice.PostAsync("/api/v1/statuses", new { status = "Later", scheduled_at = time });
        var moved = await alice.SendAsync(HttpMethod.Put, $"/api/v1/scheduled_statuses/{made}", JsonContent.Create(new { scheduled_at = time }));

        Assert.All([posted, moved], answer => Assert.Equal((HttpStatusCode.UnprocessableEntity, error), (answer.Status, answer.Error)));
    }

    [Fact]
    public async Task What_could_not_be_posted_cannot_be_scheduled()
    {
        var alice = await fixture.People.AliceAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.PostAsync("/api/v1/statuses", new { status = new string('a', 257), scheduled_at = In(60) })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync("/api/v1/statuses", new { status = "A reply", in_reply_to_id = "123", scheduled_at = In(60) })).Status);
        Assert.Empty((await alice.GetAsync("/api/v1/scheduled_statuses")).Ok().Ids);
    }

    [Fact]
    public async Task Twenty_five_a_day_and_no_more_even_at_once()
    {
        var alice = await fixture.People.AliceAsync();
        var day = DateTime.UtcNow.Date.AddDays(3);

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => alice.PostAsync("/api/v1/statuses", new { status = $"Number {i}", scheduled_at = day.AddMinutes(i) })));
        var nextDay = await alice.PostAsync("/api/v1/statuses", new { status = "The day after", scheduled_at = day.AddDays(1) });

        Assert.Equal(25, answers.Count(answer => answer.Status is HttpStatusCode.OK));
        Assert.All(answers.Where(answer => answer.Status is not HttpStatusCode.OK), answer => Assert.Equal("Validation failed: Scheduled at You have exceeded the limit of 25 scheduled posts for that day", answer.Error));
        Assert.Equal(HttpStatusCode.OK, nextDay.Status);
    }

    [Fact]
    public async Task One_key_makes_one_schedule_and_later_finds_what_became_of_it()
    {
        var alice = await fixture.People.AliceAsync();
        var body = new { status = "Once", scheduled_at = In(60) };
        Task<Answer> PostAsync() => alice.SendAsync(HttpMethod.Post, "/api/v1/statuses", JsonContent.Create(body), ("Idempotency-Key", "key"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostAsync()));
        var id = Assert.Single(answers.Select(answer => answer.Ok().Id).Distinct());
        await DueAsync(id);
        var status = await PublishedAsync(alice);

        Assert.Equal(status, (await PostAsync()).Ok().Id);
        Assert.Equal(1, (await alice.AccountAsync())["statuses_count"].GetInt32());
    }

    [Fact]
    public async Task What_is_due_is_published_once_by_however_many_processes_and_is_then_like_any_other_status()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var ids = new List<long>();
        for (var i = 0; i < 8; i++)
        {
            ids.Add((await alice.PostAsync("/api/v1/statuses", new { status = $"Number {i} for {bob.Handle} #later", scheduled_at = In(60), language = "de" })).Ok().Id);
        }
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        await fixture.Sandbox.ExecuteAsync("UPDATE scheduled_statuses SET scheduled_at = now() - id % 8 * interval '1 second' WHERE id = ANY(@ids)", new { ids });

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? fixture.Api : other).Get<ScheduledPublisher>().RunOnceAsync(CancellationToken.None)));

        await Eventually.HoldsAsync("all to be published", async () => await fixture.Sandbox.ScalarAsync<int>("SELECT count(*) FROM scheduled_statuses WHERE id = ANY(@ids)", new { ids }) == 0);
        await fixture.SettledAsync();
        var statuses = (await alice.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok();
        Assert.Equal(8, statuses.Ids.Count);
        Assert.All(statuses.Body.EnumerateArray(), status =>
        {
            Assert.Equal([bob.Id], status.GetProperty("mentions").EnumerateArray().Select(Answer.IdOf));
            Assert.Equal(("de", "Tests"), (status.GetProperty("language").GetString(), status.GetProperty("application").GetProperty("name").GetString()));
            Assert.True(Answer.IdOf(status) > ids.Max());
        });
        Assert.Equal(statuses.Ids, await alice.HomeIdsAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync($"/api/v1/scheduled_statuses/{ids[0]}")).Status);
    }

    [Fact]
    public async Task What_cannot_be_published_stays_with_its_reason_and_holds_up_nothing_else()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var parent = await bob.PostAsync("A question");
        var reply = (await alice.PostAsync("/api/v1/statuses", new { status = "An answer", in_reply_to_id = $"{parent}", scheduled_at = In(60) })).Ok().Id;
        var other = (await alice.PostAsync("/api/v1/statuses", new { status = "Something else", scheduled_at = In(60) })).Ok().Id;
        await bob.DeleteStatusAsync(parent);
        await DueAsync(reply, other);

        await PublishedAsync(alice);
        await Eventually.HoldsAsync("the attempt to be noted", async () =>
            await fixture.Sandbox.ScalarAsync<string>("SELECT last_error FROM scheduled_statuses WHERE id = @reply AND attempts = 1", new { reply }) == "The post you are trying to reply to does not appear to exist.");

        await fixture.Api.Get<ScheduledPublisher>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(1, await fixture.Sandbox.ScalarAsync<int>("SELECT attempts FROM scheduled_statuses WHERE id = @reply", new { reply }));
        await fixture.Sandbox.ExecuteAsync("UPDATE scheduled_statuses SET attempts = @Most, last_attempt_at = now() - interval '1 day' WHERE id = @reply", new { Most = ScheduledPublisher.MaxAttempts, reply });
        await fixture.Api.Get<ScheduledPublisher>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(ScheduledPublisher.MaxAttempts, await fixture.Sandbox.ScalarAsync<int>("SELECT attempts FROM scheduled_statuses WHERE id = @reply", new { reply }));
        Assert.Equal([reply], (await alice.GetAsync("/api/v1/scheduled_statuses")).Ok().Ids);
        (await alice.SendAsync(HttpMethod.Put, $"/api/v1/scheduled_statuses/{reply}", JsonContent.Create(new { scheduled_at = In(60) }))).Ok();
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<int>("SELECT attempts FROM scheduled_statuses WHERE id = @reply", new { reply }));
    }

    private static string In(int minutes) => DateTime.UtcNow.AddMinutes(minutes).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private Task DueAsync(params long[] ids) => fixture.Sandbox.ExecuteAsync("UPDATE scheduled_statuses SET scheduled_at = now() - interval '1 second' WHERE id = ANY(@ids)", new { ids });

    /// <summary>Waits for the person's only status.</summary>
    private async Task<long> PublishedAsync(Person person)
    {
        await fixture.Api.Get<ScheduledPublisher>().RunOnceAsync(CancellationToken.None);
        return (await Eventually.BecomesAsync("the status to be published", async () => (await person.GetAsync($"/api/v1/accounts/{person.Id}/statuses")).Ok().Ids, ids => ids.Count == 1))[0];
    }
}
