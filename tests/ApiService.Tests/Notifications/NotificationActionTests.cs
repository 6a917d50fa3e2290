using System.Net;
using System.Net.Http.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Notifications;

public sealed class NotificationActionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly NotificationRows _rows = new(fixture);

    [Fact]
    public async Task Only_the_recipient_can_see_and_dismiss_a_notification()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await _rows.AddAsync(alice, "follow", bob);

        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"/api/v1/notifications/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.SendAsync(HttpMethod.Post, $"/api/v1/notifications/{id}/dismiss")).Status);
        Assert.Equal(id, (await alice.GetAsync($"/api/v1/notifications/{id}")).Ok().Id);

        Assert.Equal("{}", (await alice.SendAsync(HttpMethod.Post, $"/api/v1/notifications/{id}/dismiss")).Ok().Text);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"/api/v1/notifications/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.SendAsync(HttpMethod.Post, $"/api/v1/notifications/{id}/dismiss")).Status);
    }

    [Fact]
    public async Task Clearing_removes_ones_own_and_nobody_elses()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await _rows.AddAsync(alice, "follow", bob);
        await _rows.AddAsync(bob, "follow", alice);

        Assert.Equal("{}", (await alice.SendAsync(HttpMethod.Post, "/api/v1/notifications/clear")).Ok().Text);

        Assert.Empty(await alice.NotificationsAsync());
        Assert.Single(await bob.NotificationsAsync());
    }

    [Fact]
    public async Task Unread_are_those_after_the_marker_up_to_a_limit()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var read = await _rows.AddAsync(alice, "follow", bob);
        await _rows.AddAsync(alice, "mention", bob, await bob.PostAsync($"1 {alice.Handle}"));
        await _rows.AddAsync(alice, "mention", bob, await bob.PostAsync($"2 {alice.Handle}"));
        Assert.Equal(3, await UnreadAsync(""));

        await fixture.Sandbox.ExecuteAsync("INSERT INTO markers (account_id, timeline, last_read_id) VALUES (@Id, 'notifications', @read)", new { alice.Id, read });
        await fixture.SettledAsync();

        Assert.Equal(2, await UnreadAsync(""));
        Assert.Equal(1, await UnreadAsync("?limit=1"));
        Assert.Equal(0, await UnreadAsync("?types[]=follow"));
        Assert.Equal(0, await UnreadAsync("?exclude_types[]=mention"));

        async Task<int> UnreadAsync(string query) => (await alice.GetAsync($"/api/v1/notifications/unread_count{query}")).Ok()["count"].GetInt32();
    }

    [Theory]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@alice, @bob)", "DELETE FROM blocks")]
    [InlineData("INSERT INTO mutes (account_id, target_id) VALUES (@alice, @bob)", "DELETE FROM mutes")]
    [InlineData("UPDATE accounts SET suspended_at = now() WHERE id = @bob", "UPDATE accounts SET suspended_at = NULL")]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@bob, @alice)", "DELETE FROM blocks")]
    public async Task What_the_recipient_does_not_want_is_not_shown_and_comes_back(string hide, string show)
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var people = new { alice = alice.Id, bob = bob.Id };
        await _rows.AddAsync(alice, "mention", bob, await bob.PostAsync($"Hello {alice.Handle}"));

        await fixture.Sandbox.ExecuteAsync(hide, people);
        await fixture.SettledAsync();
        Assert.Empty(await alice.NotificationsAsync());
        Assert.Equal(0, (await alice.GetAsync("/api/v1/notifications/unread_count")).Ok()["count"].GetInt32());

        await fixture.Sandbox.ExecuteAsync(show, people);
        await fixture.SettledAsync();
        Assert.Single(await alice.NotificationsAsync());
    }

    [Fact]
    public async Task What_the_policy_keeps_back_is_shown_when_its_sender_is_accepted()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var status = await bob.PostAsync($"Psst {alice.Handle}", "direct");
        await _rows.AddAsync(alice, "mention", bob, status, filtered: true);
        await _rows.AddAsync(alice, "mention", carol, await carol.PostAsync($"Spam {alice.Handle}"), filtered: true);
        Assert.Empty(await alice.NotificationsAsync());
        Assert.Single(await alice.NotificationsAsync($"account_id={bob.Id}"));
        Assert.Equal(2, (await alice.NotificationsAsync("include_filtered=true")).Count);

        var requests = (await alice.GetAsync("/api/v1/notifications/requests")).Ok();
        var (fromCarol, fromBob) = (Answer.IdOf(requests.Body[0]), Answer.IdOf(requests.Body[1]));
        var request = (await alice.GetAsync($"/api/v1/notifications/requests/{fromBob}")).Ok();
        Assert.Equal((bob.Id, "1", status), (Answer.IdOf(request["account"]), request["notifications_count"].GetString(), Answer.IdOf(request["last_status"])));
        Assert.Equal(HttpStatusCode.NotFound, (await bob.SendAsync(HttpMethod.Post, $"/api/v1/notifications/requests/{fromBob}/accept")).Status);

        (await alice.SendAsync(HttpMethod.Post, $"/api/v1/notifications/requests/{fromBob}/accept")).Ok();
        (await alice.PostAsync("/api/v1/notifications/requests/dismiss", new { id = new[] { $"{fromCarol}" } })).Ok();

        Assert.Equal(bob.Id, Answer.IdOf(Assert.Single(await alice.NotificationsAsync("include_filtered=true")).GetProperty("account")));
        Assert.Empty((await alice.GetAsync("/api/v1/notifications/requests")).Ok().Ids);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.SendAsync(HttpMethod.Post, $"/api/v1/notifications/requests/{fromBob}/accept")).Status);
        Assert.True((await alice.GetAsync("/api/v1/notifications/requests/merged")).Ok()["merged"].GetBoolean());
    }

    [Fact]
    public async Task The_policy_can_be_read_and_changed_in_both_versions()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await _rows.AddAsync(alice, "follow", bob, filtered: true);
        var before = (await alice.GetAsync("/api/v2/notifications/policy")).Ok();
        Assert.Equal(("accept", "filter"), (before["for_not_following"].GetString(), before["for_private_mentions"].GetString()));
        Assert.Equal("""{"pending_requests_count":1,"pending_notifications_count":1}""", before["summary"].GetRawText());

        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Patch })
        {
            var wrong = await alice.SendAsync(method, "/api/v2/notifications/policy", JsonContent.Create(new { for_new_accounts = "maybe" }));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
            var changed = (await alice.SendAsync(method, "/api/v2/notifications/policy", JsonContent.Create(new { for_new_accounts = "drop" }))).Ok();
            Assert.Equal(("drop", "accept"), (changed["for_new_accounts"].GetString(), changed["for_not_followers"].GetString()));
        }
        var old = (await alice.SendAsync(HttpMethod.Patch, "/api/v1/notifications/policy", JsonContent.Create(new { filter_not_followers = true, filter_private_mentions = false }))).Ok();
        Assert.Equal((true, false, true), (old["filter_not_followers"].GetBoolean(), old["filter_private_mentions"].GetBoolean(), old["filter_new_accounts"].GetBoolean()));
    }

    [Fact]
    public async Task A_repeated_clear_with_the_same_key_does_not_clear_what_came_after()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await _rows.AddAsync(alice, "follow", bob);
        (await ClearAsync()).Ok();
        await _rows.AddAsync(alice, "follow", bob);
        (await ClearAsync()).Ok();

        Assert.Single(await alice.NotificationsAsync());

        Task<Answer> ClearAsync() => alice.SendAsync(HttpMethod.Post, "/api/v1/notifications/clear", null, ("Idempotency-Key", "once"));
    }
}
