using System.Net;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Statuses;

public sealed class ReplyAndDeleteTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_reply_names_its_parent_and_is_counted_there()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var parent = await alice.PostAsync("A question");

        var reply = (await bob.PostAsync("/api/v1/statuses", new { status = "An answer", in_reply_to_id = $"{parent}" })).Ok();
        await alice.PostAsync("Thanks", replyTo: parent);

        Assert.Equal(($"{parent}", $"{alice.Id}"), (reply["in_reply_to_id"].GetString(), reply["in_reply_to_account_id"].GetString()));
        Assert.Equal(2, (await alice.GetAsync($"/api/v1/statuses/{parent}")).Ok()["replies_count"].GetInt64());
    }

    [Theory]
    [InlineData("12345")]
    [InlineData("nonsense")]
    [InlineData("-1")]
    public async Task A_reply_to_what_is_not_there_is_not_found(string parent)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostAsync("/api/v1/statuses", new { status = "An answer", in_reply_to_id = parent });

        Assert.Equal((HttpStatusCode.NotFound, "The post you are trying to reply to does not appear to exist."), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Deleting_returns_the_source_and_then_the_status_is_gone()
    {
        var alice = await fixture.People.AliceAsync();
        var id = await alice.PostAsync("Some <text> & more");

        var deleted = await alice.DeleteStatusAsync(id);
        await fixture.SettledAsync();

        Assert.Equal((id, "Some <text> & more"), (deleted.Id, deleted["text"].GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"/api/v1/statuses/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync($"/api/v1/statuses/{id}")).Status);
        Assert.DoesNotContain(id, await alice.HomeIdsAsync());
        Assert.DoesNotContain(id, (await fixture.Nobody.GetAsync("/api/v1/timelines/public")).Ok().Ids);
    }

    [Fact]
    public async Task Replies_outlive_their_parent()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var parent = await alice.PostAsync("A question");
        var reply = await bob.PostAsync("An answer", replyTo: parent);

        await alice.DeleteStatusAsync(parent);
        await fixture.SettledAsync();

        var orphan = (await bob.GetAsync($"/api/v1/statuses/{reply}")).Ok();
        Assert.Equal(JsonValueKind.Null, orphan["in_reply_to_id"].ValueKind);
        Assert.Equal($"{alice.Id}", orphan["in_reply_to_account_id"].GetString());
    }

    [Fact]
    public async Task A_deleted_reply_is_no_longer_counted()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var parent = await alice.PostAsync("A question");
        var reply = await bob.PostAsync("An answer", replyTo: parent);

        await bob.DeleteStatusAsync(reply);
        await fixture.SettledAsync();

        Assert.Equal(0, (await alice.GetAsync($"/api/v1/statuses/{parent}")).Ok()["replies_count"].GetInt64());
    }

    [Theory]
    [InlineData("public")]
    [InlineData("direct")]
    public async Task Somebody_elses_status_cannot_be_deleted(string visibility)
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await bob.FollowAsync(alice);
        var id = await alice.PostAsync($"Mine, {bob.Handle}", visibility);

        var answer = await bob.DeleteAsync($"/api/v1/statuses/{id}");

        Assert.Equal((HttpStatusCode.NotFound, "Record not found"), (answer.Status, answer.Error));
        Assert.Equal(HttpStatusCode.OK, (await alice.GetAsync($"/api/v1/statuses/{id}")).Status);
    }

    [Fact]
    public async Task Replies_and_deletions_at_the_same_time_neither_fail_nor_miscount()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var parent = await alice.PostAsync("A question");
        var doomed = new List<long>();
        for (var i = 0; i < 12; i++)
        {
            doomed.Add(await bob.PostAsync($"Too early {i}", replyTo: parent));
        }

        var answers = await Task.WhenAll(doomed.SelectMany(id => new[]
        {
            bob.DeleteAsync($"/api/v1/statuses/{id}"),
            bob.PostAsync("/api/v1/statuses", new { status = $"Instead of {id}", in_reply_to_id = $"{parent}" }),
            alice.PostAsync("/api/v1/statuses", new { status = $"About {id}", in_reply_to_id = $"{parent}" }),
        }));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, null), (answer.Status, answer.Error)));
        await fixture.SettledAsync();
        Assert.Equal(24, (await alice.GetAsync($"/api/v1/statuses/{parent}")).Ok()["replies_count"].GetInt64());
        Assert.Equal(12, (await bob.AccountAsync())["statuses_count"].GetInt64());
    }

    [Fact]
    public async Task Deleting_a_thread_from_all_ends_at_once_succeeds()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        for (var round = 0; round < 5; round++)
        {
            var parent = await alice.PostAsync("A question");
            var replies = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => bob.PostAsync($"An answer {i}", replyTo: parent)));

            var answers = await Task.WhenAll([
                alice.DeleteAsync($"/api/v1/statuses/{parent}"),
                .. replies.Select(reply => bob.DeleteAsync($"/api/v1/statuses/{reply}")),
                .. Enumerable.Range(0, 4).Select(i => bob.PostAsync("/api/v1/statuses", new { status = $"Late {i}", in_reply_to_id = $"{parent}" }))]);

            Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.NotFound, answer.Text));
        }
    }
}
