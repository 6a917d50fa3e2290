using System.Net;
using Microblog.ApiService.Pins;
using Microblog.ApiService.Statuses;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Statuses;

/// <summary>Pins, and conversations that are muted.</summary>
public sealed class PinTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData(Visibility.Public, true, 4, null)]
    [InlineData(Visibility.Private, true, 0, null)]
    [InlineData(Visibility.Direct, true, 0, "Posts that are only visible to mentioned users cannot be pinned")]
    [InlineData(Visibility.Public, false, 0, "Someone else's post cannot be pinned")]
    [InlineData(Visibility.Public, true, 5, "You have already pinned the maximum number of posts")]
    public void Ones_own_statuses_can_be_pinned_five_of_them_and_no_direct_ones(Visibility visibility, bool isOwn, int others, string? refusal) =>
        Assert.Equal(refusal, PinEndpoints.Refusal(visibility, isOwn, others));

    [Fact]
    public async Task Pinned_statuses_are_listed_by_when_they_were_pinned_and_page_by_that()
    {
        var alice = await fixture.People.AliceAsync();
        var ids = await alice.PostStatusesAsync(6);
        foreach (var i in new[] { 2, 0, 4, 1, 3 })
        {
            Assert.True((await alice.DoAsync(ids[i], "pin")).Ok()["pinned"].GetBoolean());
        }
        var sixth = await alice.DoAsync(ids[5], "pin");
        var again = await alice.DoAsync(ids[0], "pin");
        await fixture.SettledAsync();

        var pages = await fixture.Nobody.PagesAsync($"/api/v1/accounts/{alice.Id}/statuses?pinned=true&limit=2");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Validation failed: You have already pinned the maximum number of posts"), (sixth.Status, sixth.Error));
        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Equal([ids[3], ids[1], ids[4], ids[0], ids[2]], pages.SelectMany(page => page.Select(Answer.IdOf)));
        Assert.False((await alice.DoAsync(ids[3], "unpin")).Ok()["pinned"].GetBoolean());
        Assert.Equal([ids[1], ids[4]], (await alice.GetAsync($"/api/v1/accounts/{alice.Id}/statuses?pinned=true&limit=2")).Ok().Ids);
    }

    [Fact]
    public async Task Somebody_elses_a_direct_one_and_a_reblog_cannot_be_pinned()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var other = await bob.PostAsync("Mine");
        var reblog = (await alice.DoAsync(other, "reblog")).Ok().Id;
        var direct = await alice.PostAsync("Note", "direct");

        var errors = await Task.WhenAll(new[] { other, reblog, direct }.Select(id => alice.DoAsync(id, "pin")));

        Assert.Equal(
            ["Validation failed: Someone else's post cannot be pinned", "Validation failed: A boost cannot be pinned", "Validation failed: Posts that are only visible to mentioned users cannot be pinned"],
            errors.Select(answer => answer.Error));
    }

    [Fact]
    public async Task Ten_pins_at_once_end_with_five()
    {
        var alice = await fixture.People.AliceAsync();
        var ids = await alice.PostStatusesAsync(10);

        var answers = await Task.WhenAll(ids.Select(id => alice.DoAsync(id, "pin")));

        Assert.Equal(5, answers.Count(answer => answer.Status is HttpStatusCode.OK));
        Assert.Equal(5, (await alice.GetAsync($"/api/v1/accounts/{alice.Id}/statuses?pinned=true")).Ok().Ids.Count);
    }

    [Fact]
    public async Task A_conversation_is_muted_as_a_whole()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var root = await alice.PostAsync("Root");
        var reply = await bob.PostAsync("Reply", replyTo: root);
        var other = await alice.PostAsync("Something else");

        Assert.True((await alice.DoAsync(reply, "mute")).Ok()["muted"].GetBoolean());

        Assert.True((await alice.GetAsync($"/api/v1/statuses/{root}")).Ok()["muted"].GetBoolean());
        Assert.False((await bob.GetAsync($"/api/v1/statuses/{root}")).Ok()["muted"].GetBoolean());
        Assert.False((await alice.GetAsync($"/api/v1/statuses/{other}")).Ok()["muted"].GetBoolean());
        Assert.False((await alice.DoAsync(root, "unmute")).Ok()["muted"].GetBoolean());
        Assert.False((await alice.GetAsync($"/api/v1/statuses/{reply}")).Ok()["muted"].GetBoolean());
    }

    [Fact]
    public async Task Statuses_by_their_ids_come_in_the_order_asked_for_without_what_is_hidden()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var ids = await alice.PostStatusesAsync(3);
        var hidden = await alice.PostAsync("For followers", "private");
        await fixture.SettledAsync();

        var answer = (await bob.GetAsync($"/api/v1/statuses?id[]={ids[1]}&id[]={hidden}&id[]=12345&id[]={ids[2]}&id[]={ids[0]}&id[]={ids[1]}")).Ok();
        var tooMany = await bob.GetAsync("/api/v1/statuses?" + string.Join('&', Enumerable.Range(1, 21).Select(i => $"id[]={i}")));

        Assert.Equal([ids[1], ids[2], ids[0]], answer.Ids);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, tooMany.Status);
        Assert.Empty((await bob.GetAsync("/api/v1/statuses")).Ok().Ids);
    }
}
