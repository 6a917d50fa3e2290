using System.Net;
using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Conversations;

public sealed class ConversationTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_direct_status_makes_a_conversation_of_those_it_is_for()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var status = await PostAsync(bob, $"Psst {alice.Handle} {carol.Handle}");

        var conversation = (await alice.GetAsync("/api/v1/conversations")).Ok().Body[0];
        var own = (await bob.GetAsync("/api/v1/conversations")).Ok().Body[0];

        Assert.True(conversation.GetProperty("unread").GetBoolean());
        Assert.False(own.GetProperty("unread").GetBoolean());
        Assert.Equal(status, Answer.IdOf(conversation.GetProperty("last_status")));
        Assert.Equal([bob.Id, carol.Id], conversation.GetProperty("accounts").EnumerateArray().Select(Answer.IdOf).Order());
    }

    [Fact]
    public async Task A_conversation_is_its_owners_to_mark_and_to_remove()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await PostAsync(bob, $"Psst {alice.Handle}");
        var id = (await alice.GetAsync("/api/v1/conversations")).Ok().Ids[0];

        Assert.Equal(HttpStatusCode.NotFound, (await bob.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{id}/read")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.DeleteAsync($"/api/v1/conversations/{id}")).Status);
        Assert.False((await alice.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{id}/read")).Ok()["unread"].GetBoolean());
        Assert.True((await alice.SendAsync(HttpMethod.Post, $"/api/v1/conversations/{id}/unread")).Ok()["unread"].GetBoolean());
        Assert.Equal("{}", (await alice.DeleteAsync($"/api/v1/conversations/{id}")).Ok().Text);
        Assert.Empty((await alice.GetAsync("/api/v1/conversations")).Ok().Ids);

        await PostAsync(bob, $"Again {alice.Handle}");
        Assert.Single((await alice.GetAsync("/api/v1/conversations")).Ok().Ids);
    }

    [Fact]
    public async Task Conversations_are_paged_by_their_last_status()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var statuses = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            statuses.Insert(0, await PostAsync(bob, $"Thread {i} {alice.Handle}"));
        }
        await PostAsync(bob, $"In between {alice.Handle}", "unlisted");

        var pages = await alice.PagesAsync("/api/v1/conversations?limit=2");

        Assert.Equal([2, 2, 1], pages.Select(page => page.Count));
        Assert.Equal(statuses, pages.SelectMany(page => page.Select(conversation => Answer.IdOf(conversation.GetProperty("last_status")))));
    }

    private async Task<long> PostAsync(Person author, string text, string visibility = "direct")
    {
        var id = await author.PostAsync(text, visibility);
        await using (var worker = WorkerHost.Build(fixture.Sandbox))
        {
            await worker.HandleAsync(new StatusPosted(id, author.Id, DateTimeOffset.UtcNow));
        }
        await fixture.SettledAsync();
        return id;
    }
}
