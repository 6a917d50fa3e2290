using System.Net;
using System.Net.Http.Json;
using Microblog.ApiService.Http;
using Microblog.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microblog.ApiService.Tests.Statuses;

public sealed class IdempotencyTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_second_request_with_the_same_key_returns_the_first_status()
    {
        var alice = await fixture.People.AliceAsync();

        var first = await PostAsync(alice, "key", "Once");
        var second = await PostAsync(alice, "key", "Once");

        Assert.Equal(first.Ok().Id, second.Ok().Id);
        Assert.Equal(1, (await alice.AccountAsync())["statuses_count"].GetInt64());
    }

    [Fact]
    public async Task The_same_key_with_another_status_is_refused()
    {
        var alice = await fixture.People.AliceAsync();
        await PostAsync(alice, "key", "Once");

        var answer = await PostAsync(alice, "key", "Something else");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "This Idempotency-Key was used for a different request"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Ten_requests_with_one_key_at_the_same_time_make_one_status()
    {
        var alice = await fixture.People.AliceAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync(alice, "key", "Once")));

        Assert.Single(answers.Select(answer => answer.Ok().Id).Distinct());
        Assert.Single((await alice.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
        Assert.Single(await alice.HomeIdsAsync());
    }

    [Fact]
    public async Task A_key_belongs_to_one_account()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        Assert.NotEqual((await PostAsync(alice, "key", "Once")).Ok().Id, (await PostAsync(bob, "key", "Once")).Ok().Id);
    }

    [Fact]
    public async Task Without_a_key_every_request_makes_a_status()
    {
        var alice = await fixture.People.AliceAsync();

        Assert.NotEqual(await alice.PostAsync("Twice"), await alice.PostAsync("Twice"));
    }

    [Fact]
    public async Task A_refused_request_leaves_its_key_free()
    {
        var alice = await fixture.People.AliceAsync();
        var refused = await PostAsync(alice, "key", "A reply", replyTo: "1");

        var answer = await PostAsync(alice, "key", "A reply");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (refused.Status, answer.Status));
    }

    [Fact]
    public async Task Repeating_a_key_puts_nothing_into_the_home_again()
    {
        var alice = await fixture.People.AliceAsync();
        await alice.HomeIdsAsync();
        var home = fixture.Api.Get<Microblog.Contracts.HomeTimeline>();
        await Eventually.HoldsAsync("the list to be built", async () => (await home.PeekAsync(alice.Id, count: null)).IsWarm);

        for (var i = 0; i < 5; i++)
        {
            (await PostAsync(alice, "again and again", "Once")).Ok();
        }

        Assert.Equal(1, (await fixture.Sandbox.CacheDatabase.ListRangeAsync(home.Key(alice.Id))).Count(id => (long)id > 0));
    }

    [Fact]
    public async Task A_key_that_is_too_long_is_refused()
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await PostAsync(alice, new string('k', 256), "Hello");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Idempotency-Key is too long (maximum is 255 characters)"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Keys_are_forgotten_after_a_day()
    {
        var alice = await fixture.People.AliceAsync();
        var expiry = new IdempotencyKeyExpiry(fixture.Sandbox.Primary, NullLogger<IdempotencyKeyExpiry>.Instance);
        var old = (await PostAsync(alice, "old", "Once")).Ok().Id;
        var recent = (await PostAsync(alice, "recent", "Again")).Ok().Id;
        await fixture.Sandbox.ExecuteAsync("UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE owner_id = @Id AND key = 'old'", new { alice.Id });

        Assert.Equal(1, await expiry.RunOnceAsync(CancellationToken.None));

        Assert.NotEqual(old, (await PostAsync(alice, "old", "Once")).Ok().Id);
        Assert.Equal(recent, (await PostAsync(alice, "recent", "Again")).Ok().Id);
    }

    private static Task<Answer> PostAsync(Person person, string key, string status, string? replyTo = null) =>
        person.SendAsync(HttpMethod.Post, "/api/v1/statuses", JsonContent.Create(new { status, in_reply_to_id = replyTo }), ("Idempotency-Key", key));
}
