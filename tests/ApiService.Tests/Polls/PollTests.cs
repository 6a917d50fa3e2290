using System.Net;
using System.Text.Json;
using Microblog.ApiService.Polls;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Polls;

public sealed class PollTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_vote_is_counted_at_once_and_shown_to_who_gave_it()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await AskAsync(alice, multiple: true);

        var voted = (await bob.PostAsync($"/api/v1/polls/{id}/votes", new { choices = new[] { 0, 2 } })).Ok();

        Assert.Equal((id, 2, 1, true, false), (voted.Id, voted["votes_count"].GetInt32(), voted["voters_count"].GetInt32(), voted["voted"].GetBoolean(), voted["expired"].GetBoolean()));
        Assert.Equal([0, 2], voted["own_votes"].EnumerateArray().Select(vote => vote.GetInt32()));
        Assert.Equal([1, 0, 1], voted["options"].EnumerateArray().Select(option => option.GetProperty("votes_count").GetInt32()));
        Assert.Equal(voted.Text, (await bob.GetAsync($"/api/v1/polls/{id}")).Ok().Text);
        Assert.Equal(voted.Text, (await bob.GetAsync($"/api/v1/statuses/{id}")).Ok()["poll"].GetRawText());
        var ofAuthor = (await alice.GetAsync($"/api/v1/polls/{id}")).Ok();
        Assert.Equal((true, 0), (ofAuthor["voted"].GetBoolean(), ofAuthor["own_votes"].GetArrayLength()));
    }

    [Fact]
    public async Task A_vote_is_taken_from_a_form_as_well()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = (await alice.PostFormAsync("/api/v1/statuses", ("status", "Tea?"), ("poll[options][]", "yes"), ("poll[options][]", "no"), ("poll[expires_in]", "300"), ("poll[hide_totals]", "true"))).Ok().Id;

        var voted = (await bob.PostFormAsync($"/api/v1/polls/{id}/votes", ("choices[]", "1"))).Ok();

        Assert.Equal([JsonValueKind.Null, JsonValueKind.Null], voted["options"].EnumerateArray().Select(option => option.GetProperty("votes_count").ValueKind));
        Assert.Equal([1], voted["own_votes"].EnumerateArray().Select(vote => vote.GetInt32()));
        await fixture.Sandbox.ExecuteAsync("UPDATE polls SET expires_at = now() - interval '1 second' WHERE status_id = @id", new { id });
        await fixture.SettledAsync();
        Assert.Equal([0, 1], (await bob.GetAsync($"/api/v1/polls/{id}")).Ok()["options"].EnumerateArray().Select(option => option.GetProperty("votes_count").GetInt32()));
    }

    [Theory]
    [InlineData("one", 300, "Validation failed: Poll options must have more than one item")]
    [InlineData("1,2,3,4,5", 300, "Validation failed: Poll options can't contain more than 4 items")]
    [InlineData("same,same", 300, "Validation failed: Poll options contain duplicate items")]
    [InlineData("yes,123456789012345678901234567890123456789012345678901", 300, "Validation failed: Poll options cannot be longer than 50 characters each")]
    [InlineData("yes,no", 299, "Validation failed: Poll expires in is too soon (minimum is 300 seconds)")]
    [InlineData("yes,no", 2629747, "Validation failed: Poll expires in is too far into the future (maximum is 2629746 seconds)")]
    [InlineData("yes,no", null, "Validation failed: Poll expires in can't be blank")]
    public async Task A_wrong_poll_is_refused_with_its_status(string options, int? duration, string error)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostAsync("/api/v1/statuses", new { status = "Tea?", poll = new { options = options.Split(','), expires_in = duration } });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, error), (answer.Status, answer.Error));
        Assert.Equal(0, (await alice.AccountAsync())["statuses_count"].GetInt32());
    }

    [Fact]
    public async Task The_limits_are_what_the_instance_says()
    {
        var polls = (await fixture.Nobody.GetAsync("/api/v2/instance")).Ok()["configuration"].GetProperty("polls");

        Assert.Equal(
            (PollDraft.MaxOptions, PollDraft.MaxCharactersPerOption, PollDraft.MinExpiration, PollDraft.MaxExpiration),
            (polls.GetProperty("max_options").GetInt32(), polls.GetProperty("max_characters_per_option").GetInt32(), polls.GetProperty("min_expiration").GetInt32(), polls.GetProperty("max_expiration").GetInt32()));
    }

    [Fact]
    public async Task Votes_that_do_not_count_are_refused()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var id = await AskAsync(alice, multiple: false);
        (await bob.PostAsync($"/api/v1/polls/{id}/votes", new { choices = new[] { 0 } })).Ok();

        Assert.Equal("Validation failed: You have already voted on this poll", (await VoteAsync(bob, id, 1)).Error);
        Assert.Equal("Validation failed: You have already voted on this poll", (await VoteAsync(carol, id, 0, 1)).Error);
        Assert.Equal("Validation failed: The chosen vote option does not exist", (await VoteAsync(carol, id, 5)).Error);
        Assert.Equal("Validation failed: You cannot vote in your own polls", (await VoteAsync(alice, id, 0)).Error);
        await fixture.Sandbox.ExecuteAsync("UPDATE polls SET expires_at = now() WHERE status_id = @id", new { id });
        Assert.Equal("Validation failed: The poll has already ended", (await VoteAsync(carol, id, 0)).Error);
        await fixture.SettledAsync();
        Assert.Equal(1, (await carol.GetAsync($"/api/v1/polls/{id}")).Ok()["votes_count"].GetInt32());
    }

    [Fact]
    public async Task A_poll_is_for_those_who_see_its_status()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await AskAsync(alice, multiple: false, "private");
        var without = await alice.PostAsync("No question");

        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"/api/v1/polls/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await VoteAsync(bob, id, 0)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Nobody.GetAsync($"/api/v1/polls/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"/api/v1/polls/{without}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await VoteAsync(fixture.Nobody, id, 0)).Status);
    }

    [Fact]
    public async Task Twenty_people_at_once_are_counted_exactly_and_each_of_them_once()
    {
        var alice = await fixture.People.AliceAsync();
        var id = await AskAsync(alice, multiple: false);
        var people = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fixture.People.SignUpAsync("voter")));

        var answers = await Task.WhenAll(people.SelectMany((person, i) => new[] { VoteAsync(person, id, i % 3), VoteAsync(person, id, (i + 1) % 3) }));

        Assert.Equal(20, answers.Count(answer => answer.Status is HttpStatusCode.OK));
        await fixture.SettledAsync();
        var poll = (await alice.GetAsync($"/api/v1/polls/{id}")).Ok();
        Assert.Equal((20, 20), (poll["votes_count"].GetInt32(), poll["voters_count"].GetInt32()));
    }

    [Fact]
    public async Task Polls_that_have_ended_are_announced_once_however_many_processes_look()
    {
        var alice = await fixture.People.AliceAsync();
        var ids = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add(await AskAsync(alice, multiple: false));
        }
        await using (await HoldOutboxAsync())
        {
            await fixture.Sandbox.ExecuteAsync("UPDATE polls SET expires_at = now() WHERE status_id = ANY(@ids)", new { ids });
            await using var other = await ApiHost.StartAsync(fixture.Sandbox);

            await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? fixture.Api : other).Get<PollCloser>().RunOnceAsync(CancellationToken.None)));

            await Eventually.HoldsAsync("all polls to be closed", async () => await fixture.Sandbox.ScalarAsync<int>("SELECT count(*) FROM polls WHERE closed AND status_id = ANY(@ids)", new { ids }) == ids.Count);
            Assert.Equal(ids.Count, await fixture.Sandbox.ScalarAsync<int>("SELECT count(*) FROM outbox_seen WHERE routing_key = 'poll.ended' AND (convert_from(payload, 'UTF8')::json ->> 'statusId')::bigint = ANY(@ids)", new { ids }));
            Assert.Equal(0, await other.Get<PollCloser>().RunOnceAsync(CancellationToken.None));
        }
    }

    /// <summary>Keeps a copy of what goes into the outbox, which the relay empties at once.</summary>
    private async Task<IAsyncDisposable> HoldOutboxAsync()
    {
        await fixture.Sandbox.ExecuteAsync(
            """
            CREATE TABLE outbox_seen (routing_key text, payload bytea);
            CREATE FUNCTION see_outbox() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO outbox_seen VALUES (NEW.routing_key, NEW.payload); RETURN NULL; END $$;
            CREATE TRIGGER see_outbox AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION see_outbox();
            """);
        return new Forget(fixture.Sandbox);
    }

    private static Task<Answer> VoteAsync(Client client, long id, params int[] choices) => client.PostAsync($"/api/v1/polls/{id}/votes", new { choices });

    private static async Task<long> AskAsync(Person person, bool multiple, string visibility = "public") =>
        (await person.PostAsync("/api/v1/statuses", new { status = "Which?", visibility, poll = new { options = new[] { "a", "b", "c" }, expires_in = 600, multiple } })).Ok().Id;

    private sealed class Forget(Sandbox sandbox) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await sandbox.ExecuteAsync("DROP TRIGGER see_outbox ON outbox; DROP FUNCTION see_outbox; DROP TABLE outbox_seen;");
    }
}
