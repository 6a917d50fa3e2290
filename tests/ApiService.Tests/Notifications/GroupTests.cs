using System.Net;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Notifications;

public sealed class GroupTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly NotificationRows _rows = new(fixture);

    [Fact]
    public async Task A_group_stands_at_its_newest_and_on_one_page_only()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var status = await alice.PostAsync("Popular");
        await _rows.AddAsync(alice, "favourite", bob, status, "favourite-1-1");
        await _rows.AddAsync(alice, "mention", carol, await carol.PostAsync($"Hello {alice.Handle}"));
        await _rows.AddAsync(alice, "favourite", carol, status, "favourite-1-1");
        await _rows.AddAsync(alice, "follow", bob, null, "follow-1");

        var pages = new List<List<string>>();
        for (var answer = (await alice.GetAsync("/api/v2/notifications?limit=1")).Ok(); ; answer = (await alice.GetAsync(answer.Link("next")!)).Ok())
        {
            pages.Add([.. answer["notification_groups"].EnumerateArray().Select(group => $"{group.GetProperty("type")} {group.GetProperty("notifications_count")}")]);
            if (answer.Link("next") is null)
            {
                break;
            }
        }

        Assert.Equal([["follow 1"], ["favourite 2"], ["mention 1"]], pages);
    }

    [Fact]
    public async Task A_group_names_its_senders_and_its_status_by_id_and_sends_each_once()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var status = await alice.PostAsync("Popular");
        await _rows.AddAsync(alice, "favourite", bob, status, "favourite-2-1");
        await _rows.AddAsync(alice, "favourite", carol, status, "favourite-2-1");
        await _rows.AddAsync(alice, "reblog", bob, status, "reblog-2-1");

        var all = (await alice.GetAsync("/api/v2/notifications")).Ok();
        var favourites = all["notification_groups"][1];
        var partial = (await alice.GetAsync("/api/v2/notifications?expand_accounts=partial_avatars")).Ok();

        Assert.Equal([$"{carol.Id}", $"{bob.Id}"], favourites.GetProperty("sample_account_ids").EnumerateArray().Select(id => id.GetString()!));
        Assert.Equal($"{status}", favourites.GetProperty("status_id").GetString());
        Assert.Equal([bob.Id, carol.Id], Ids(all["accounts"]).Order());
        Assert.Equal([status], Ids(all["statuses"]));
        Assert.Equal([bob.Id, carol.Id], Ids(partial["accounts"]).Order());
        Assert.Equal(2, (await alice.GetAsync("/api/v2/notifications/favourite-2-1/accounts")).Ok().Ids.Count);
        Assert.Equal("favourite", (await alice.GetAsync("/api/v2/notifications/favourite-2-1")).Ok()["notification_groups"][0].GetProperty("type").GetString());
    }

    [Fact]
    public async Task Types_that_are_not_asked_to_be_grouped_stand_alone()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var status = await alice.PostAsync("Popular");
        await _rows.AddAsync(alice, "favourite", bob, status, "favourite-3-1");
        await _rows.AddAsync(alice, "favourite", carol, status, "favourite-3-1");

        var groups = (await alice.GetAsync("/api/v2/notifications?grouped_types[]=reblog")).Ok()["notification_groups"].EnumerateArray().ToList();

        Assert.All(groups, group => Assert.StartsWith("ungrouped-", group.GetProperty("group_key").GetString()));
        Assert.Equal(2, groups.Count);
        Assert.Equal(1, (await alice.GetAsync("/api/v2/notifications/unread_count")).Ok()["count"].GetInt32());
        Assert.Equal(2, (await alice.GetAsync("/api/v1/notifications/unread_count")).Ok()["count"].GetInt32());
    }

    [Fact]
    public async Task A_dismissed_group_is_gone_and_other_peoples_groups_do_not_exist()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await _rows.AddAsync(alice, "follow", bob, null, "follow-4");

        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync("/api/v2/notifications/follow-4")).Status);
        (await bob.SendAsync(HttpMethod.Post, "/api/v2/notifications/follow-4/dismiss")).Ok();
        Assert.Single((await alice.GetAsync("/api/v2/notifications/follow-4/accounts")).Ok().Ids);
        (await alice.SendAsync(HttpMethod.Post, "/api/v2/notifications/follow-4/dismiss")).Ok();
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync("/api/v2/notifications/follow-4")).Status);
        Assert.Empty(await alice.NotificationsAsync());
    }

    private static List<long> Ids(JsonElement list) => [.. list.EnumerateArray().Select(Answer.IdOf)];
}
