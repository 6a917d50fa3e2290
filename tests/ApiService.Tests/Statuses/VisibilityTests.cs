using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Statuses;

public sealed class VisibilityTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    /// <summary>Visibility, and whether it is seen by: nobody known, a stranger, a follower, somebody mentioned, the author.</summary>
    public static TheoryData<string, bool, bool, bool, bool, bool> Matrix => new()
    {
        { "public", true, true, true, true, true },
        { "unlisted", true, true, true, true, true },
        { "private", false, false, true, true, true },
        { "direct", false, false, false, true, true },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task A_status_is_shown_to_those_it_is_for_and_does_not_exist_for_others(string visibility, bool nobody, bool stranger, bool follower, bool mentioned, bool author)
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var dave = await fixture.People.SignUpAsync("dave");
        await bob.FollowAsync(alice);
        var id = await alice.PostAsync($"For {carol.Handle}", visibility);
        var application = (await fixture.People.RegisterAsync("read")).Client;
        await fixture.SettledAsync();

        foreach (var (reader, sees) in new (Client, bool)[] { (fixture.Nobody, nobody), (application, nobody), (dave, stranger), (bob, follower), (carol, mentioned), (alice, author) })
        {
            var shown = await reader.GetAsync($"/api/v1/statuses/{id}");
            var listed = (await reader.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids;

            Assert.Equal(sees ? HttpStatusCode.OK : HttpStatusCode.NotFound, shown.Status);
            Assert.Equal(sees ? null : "Record not found", shown.Error);
            Assert.Equal(sees ? [id] : [], listed);
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Only_who_sees_a_status_can_reply_to_it(string visibility, bool nobody, bool stranger, bool follower, bool mentioned, bool author)
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var dave = await fixture.People.SignUpAsync("dave");
        await bob.FollowAsync(alice);
        var id = await alice.PostAsync($"For {carol.Handle}", visibility);
        Assert.Equal(nobody, stranger);

        foreach (var (writer, sees) in new (Client, bool)[] { (dave, stranger), (bob, follower), (carol, mentioned), (alice, author) })
        {
            var answer = await writer.PostAsync("/api/v1/statuses", new { status = "A reply", in_reply_to_id = $"{id}" });

            Assert.Equal(sees ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.Status);
            Assert.Equal(sees ? null : "The post you are trying to reply to does not appear to exist.", answer.Error);
        }
    }

    [Fact]
    public async Task The_public_timeline_shows_public_statuses_that_answer_nobody_else()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var shown = await alice.PostAsync("Public");
        await alice.PostAsync("Unlisted", "unlisted");
        await alice.PostAsync("Private", "private");
        await alice.PostAsync($"Direct {bob.Handle}", "direct");
        await bob.PostAsync("An answer", replyTo: shown);
        var thread = await alice.PostAsync("To myself", replyTo: shown);
        await fixture.SettledAsync();

        foreach (var reader in new Client[] { fixture.Nobody, bob, alice })
        {
            Assert.Equal([thread, shown], (await reader.GetAsync($"/api/v1/timelines/public?since_id={shown - 1}")).Ok().Ids);
        }
        Assert.Equal([thread, shown], (await fixture.Nobody.GetAsync($"/api/v1/timelines/public?local=true&since_id={shown - 1}")).Ok().Ids);
        Assert.Empty((await fixture.Nobody.GetAsync("/api/v1/timelines/public?remote=true")).Ok().Ids);
        Assert.Empty((await fixture.Nobody.GetAsync("/api/v1/timelines/public?only_media=true")).Ok().Ids);
    }
}
