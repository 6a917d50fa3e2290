using System.Net;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Moderation;

public sealed class ModerationTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string AdminScopes = $"{People.Scopes} admin:read admin:write";

    [Fact]
    public async Task Only_moderators_with_the_scope_come_near_reports_and_accounts()
    {
        var (user, unscoped) = (await fixture.People.LogInAsync(await fixture.People.SignUpAsync("user"), AdminScopes), await ModeratorAsync(1, People.Scopes));
        var (reporter, target) = await fixture.People.AliceAndBobAsync();
        var report = (await reporter.PostAsync("/api/v1/reports", new { account_id = $"{target.Id}" })).Ok().Id;

        foreach (var person in new[] { user, unscoped })
        {
            foreach (var path in new[] { "reports", $"reports/{report}", $"accounts/{target.Id}" })
            {
                Assert.Equal(HttpStatusCode.Forbidden, (await person.GetAsync($"/api/v1/admin/{path}")).Status);
            }
            foreach (var path in new[] { $"reports/{report}/resolve", $"reports/{report}/assign_to_self", $"reports/{report}/unassign", $"reports/{report}/reopen", $"accounts/{target.Id}/action", $"accounts/{target.Id}/unsuspend", $"accounts/{target.Id}/unsilence" })
            {
                Assert.Equal(HttpStatusCode.Forbidden, (await person.PostAsync($"/api/v1/admin/{path}", new { type = "suspend" })).Status);
            }
        }
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync("/api/v1/admin/reports")).Status);
        (await reporter.GetAsync($"/api/v1/accounts/{target.Id}")).Ok();
    }

    [Fact]
    public async Task Nobody_acts_on_who_has_the_same_role_or_a_higher_one()
    {
        var (moderator, other, admin) = (await ModeratorAsync(1), await ModeratorAsync(1), await ModeratorAsync(2));

        foreach (var (actor, target) in new[] { (moderator, moderator), (moderator, other), (moderator, admin), (admin, admin) })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await ActAsync(actor, target, "suspend")).Status);
        }
        (await ActAsync(admin, other, "silence")).Ok();
    }

    [Fact]
    public async Task A_report_that_says_too_much_too_little_or_something_unknown_is_refused()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync("/api/v1/reports", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync("/api/v1/reports", new { account_id = "123" })).Status);
        foreach (var fields in new object[] { new { account_id = bob.Id, comment = new string('x', 1001) }, new { account_id = bob.Id, category = "boring" }, new { account_id = alice.Id } })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.PostAsync("/api/v1/reports", fields)).Status);
        }
    }

    [Fact]
    public async Task A_report_names_only_statuses_that_its_target_wrote_and_its_author_can_see()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var (open, secret, own) = (await bob.PostAsync("Open"), await bob.PostAsync("Secret", "direct"), await alice.PostAsync("Mine"));
        await fixture.SettledAsync();

        var report = (await alice.PostAsync("/api/v1/reports", new { account_id = bob.Id, status_ids = new[] { $"{open}", $"{secret}", $"{own}" }, comment = "Rude", category = "spam" })).Ok();

        Assert.Equal([$"{open}"], report["status_ids"].EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(("Rude", "spam", false), (report["comment"].GetString(), report["category"].GetString(), report.Is("action_taken")));
        Assert.Equal($"{bob.Id}", report["target_account"].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_report_is_worked_through_from_the_list_to_its_resolution_and_back()
    {
        var moderator = await ModeratorAsync(1);
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var status = await bob.PostAsync("Rude");
        await fixture.SettledAsync();
        var id = (await alice.PostAsync("/api/v1/reports", new { account_id = bob.Id, status_ids = new[] { $"{status}" } })).Ok().Id;
        await fixture.SettledAsync();

        var report = (await moderator.GetAsync($"/api/v1/admin/reports/{id}")).Ok();
        Assert.Equal((alice.Id, bob.Id), (Answer.IdOf(report["account"]), Answer.IdOf(report["target_account"])));
        Assert.Equal([status], report["statuses"].EnumerateArray().Select(Answer.IdOf));
        Assert.Equal($"{bob.Username}@example.org", report["target_account"].GetProperty("email").GetString());
        Assert.Contains(id, (await moderator.GetAsync($"/api/v1/admin/reports?target_account_id={bob.Id}")).Ok().Ids);

        Assert.Equal(moderator.Id, Answer.IdOf((await DoAsync("assign_to_self"))["assigned_account"]));
        Assert.Equal(JsonValueKind.Null, (await DoAsync("unassign"))["assigned_account"].ValueKind);
        Assert.True((await DoAsync("resolve")).Is("action_taken"));
        Assert.DoesNotContain(id, (await moderator.GetAsync("/api/v1/admin/reports")).Ok().Ids);
        Assert.Contains(id, (await moderator.GetAsync("/api/v1/admin/reports?resolved=true")).Ok().Ids);
        Assert.False((await DoAsync("reopen")).Is("action_taken"));
        Assert.Equal(HttpStatusCode.NotFound, (await moderator.PostAsync("/api/v1/admin/reports/123/resolve", new { })).Status);

        async Task<Answer> DoAsync(string action) => (await moderator.PostAsync($"/api/v1/admin/reports/{id}/{action}", new { })).Ok();
    }

    [Fact]
    public async Task A_suspended_account_vanishes_with_all_it_wrote_and_comes_back_when_it_is_let()
    {
        var moderator = await ModeratorAsync(1);
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.FollowAsync(bob);
        var status = await bob.PostAsync("Hello");
        var report = (await alice.PostAsync("/api/v1/reports", new { account_id = bob.Id })).Ok().Id;

        (await ActAsync(moderator, bob, "suspend", report)).Ok();
        await fixture.SettledAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"/api/v1/accounts/{bob.Id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"/api/v1/statuses/{status}")).Status);
        Assert.DoesNotContain(status, await alice.HomeIdsAsync());
        Assert.DoesNotContain(status, (await fixture.Nobody.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        Assert.Empty((await alice.GetAsync($"/api/v1/accounts/{alice.Id}/following")).Ok().Ids);
        Assert.Empty((await alice.GetAsync($"/api/v1/accounts/relationships?id[]={bob.Id}")).Ok().Ids);
        Assert.Single((await alice.GetAsync($"/api/v1/accounts/relationships?id[]={bob.Id}&with_suspended=true")).Ok().Ids);
        Assert.NotEqual(HttpStatusCode.OK, (await bob.PostAsync("/api/v1/statuses", new { status = "Still here" })).Status);
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<int>("SELECT count(*) FROM access_tokens WHERE account_id = @Id AND revoked_at IS NULL", new { bob.Id }));
        Assert.True((await moderator.GetAsync($"/api/v1/admin/accounts/{bob.Id}")).Ok().Is("suspended"));
        Assert.True((await moderator.GetAsync($"/api/v1/admin/reports/{report}")).Ok().Is("action_taken"));

        Assert.False((await moderator.PostAsync($"/api/v1/admin/accounts/{bob.Id}/unsuspend", new { })).Ok().Is("suspended"));
        await fixture.SettledAsync();
        (await alice.GetAsync($"/api/v1/statuses/{status}")).Ok();
        Assert.Contains(status, await alice.HomeIdsAsync());
        Assert.Equal(["suspend", "unsuspend"], await fixture.Sandbox.ListAsync<string>("SELECT action FROM moderation_actions WHERE account_id = @Id ORDER BY id", new { bob.Id }));
    }

    [Fact]
    public async Task A_limited_account_is_public_to_its_followers_only_and_has_to_ask_whom_it_follows()
    {
        var moderator = await ModeratorAsync(1);
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        await alice.FollowAsync(bob);
        var status = await bob.PostAsync("Hello");
        (await ActAsync(moderator, bob, "silence")).Ok();
        await fixture.SettledAsync();

        Assert.DoesNotContain(status, (await fixture.Nobody.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        Assert.DoesNotContain(status, (await carol.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        Assert.Contains(status, (await alice.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        Assert.Contains(status, (await bob.GetAsync("/api/v1/timelines/public")).Ok().Ids);
        (await carol.GetAsync($"/api/v1/statuses/{status}")).Ok();
        Assert.True((await bob.FollowAsync(carol)).Is("requested"));

        Assert.False((await moderator.PostAsync($"/api/v1/admin/accounts/{bob.Id}/unsilence", new { })).Ok().Is("silenced"));
        await fixture.SettledAsync();
        Assert.Contains(status, (await fixture.Nobody.GetAsync("/api/v1/timelines/public")).Ok().Ids);
    }

    [Fact]
    public async Task Who_is_suspended_cannot_log_in_until_it_ends()
    {
        var (moderator, bob) = (await ModeratorAsync(1), await fixture.People.SignUpAsync("bob"));
        var application = await fixture.People.RegisterAsync("read");
        (await ActAsync(moderator, bob, "suspend")).Ok();

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), await LogInAsync());
        (await moderator.PostAsync($"/api/v1/admin/accounts/{bob.Id}/unsuspend", new { })).Ok();
        Assert.Equal((HttpStatusCode.OK, null), await LogInAsync());

        async Task<(HttpStatusCode, string?)> LogInAsync()
        {
            var answer = await fixture.Nobody.PostFormAsync("/oauth/token", ("grant_type", "password"), ("client_id", application.ClientId), ("client_secret", application.ClientSecret), ("username", bob.Username), ("password", People.Password));
            return (answer.Status, answer.Error);
        }
    }

    [Fact]
    public async Task A_deleted_account_cannot_be_brought_back()
    {
        var (moderator, bob) = (await ModeratorAsync(1), await fixture.People.SignUpAsync("bob"));
        (await bob.PostAsync("/api/v1/accounts/delete", new { password = People.Password })).Ok();

        Assert.Equal(HttpStatusCode.Forbidden, (await moderator.PostAsync($"/api/v1/admin/accounts/{bob.Id}/unsuspend", new { })).Status);
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("")]
    public async Task An_action_that_this_server_does_not_know_is_refused(string type)
    {
        var (moderator, bob) = (await ModeratorAsync(1), await fixture.People.SignUpAsync("bob"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ActAsync(moderator, bob, type)).Status);
    }

    private static Task<Answer> ActAsync(Person moderator, Person target, string type, long? report = null) =>
        moderator.PostAsync($"/api/v1/admin/accounts/{target.Id}/action", new { type, report_id = report?.ToString(System.Globalization.CultureInfo.InvariantCulture), text = "Because" });

    private async Task<Person> ModeratorAsync(int role, string scopes = AdminScopes)
    {
        var moderator = await fixture.People.LogInAsync(await fixture.People.SignUpAsync("mod"), scopes);
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET role = @role WHERE id = @Id", new { role, moderator.Id });
        return moderator;
    }
}
