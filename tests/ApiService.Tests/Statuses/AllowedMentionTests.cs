using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Statuses;

public sealed class AllowedMentionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_post_that_would_reach_others_is_refused_and_names_them()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var text = $"{bob.Handle} and {carol.Handle.ToUpperInvariant()}, says {alice.Handle}";

        foreach (var (allowed, unexpected) in new (string[] Allowed, long[] Unexpected)[] { ([], [bob.Id, carol.Id]), ([$"{bob.Id}"], [carol.Id]), (["nonsense", $"{carol.Id}"], [bob.Id]) })
        {
            var answer = await alice.PostAsync("/api/v1/statuses", new { status = text, allowed_mentions = allowed });

            Assert.Equal((HttpStatusCode.UnprocessableEntity, "Post would be sent to unexpected accounts"), (answer.Status, answer.Error));
            Assert.Equal(["error", "unexpected_accounts"], answer.Body.EnumerateObject().Select(member => member.Name));
            Assert.Equal(unexpected, answer["unexpected_accounts"].EnumerateArray().Select(Answer.IdOf));
        }
        Assert.Equal(0, (await alice.AccountAsync())["statuses_count"].GetInt32());
    }

    [Fact]
    public async Task Who_states_all_of_them_or_nothing_posts()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var text = $"{bob.Handle} and @nobody_of_this_name";

        Assert.Equal(HttpStatusCode.OK, (await alice.PostAsync("/api/v1/statuses", new { status = text, allowed_mentions = new[] { $"{bob.Id}" } })).Status);
        Assert.Equal(HttpStatusCode.OK, (await alice.PostAsync("/api/v1/statuses", new { status = text })).Status);
        Assert.Equal(HttpStatusCode.OK, (await alice.PostAsync("/api/v1/statuses", new { status = text, allowed_mentions = (string[]?)null })).Status);
        Assert.Equal(HttpStatusCode.OK, (await alice.PostAsync("/api/v1/statuses", new { status = "Nobody at all", allowed_mentions = Array.Empty<string>() })).Status);
    }

    [Fact]
    public async Task A_form_and_a_schedule_are_checked_as_well()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        var form = await alice.PostFormAsync("/api/v1/statuses", ("status", bob.Handle), ("allowed_mentions[]", ""));
        var scheduled = await alice.PostAsync("/api/v1/statuses", new { status = bob.Handle, allowed_mentions = Array.Empty<string>(), scheduled_at = DateTime.UtcNow.AddHours(1).ToString("O") });

        Assert.All([form, scheduled], answer => Assert.Equal(bob.Id, Answer.IdOf(answer["unexpected_accounts"][0])));
    }
}
