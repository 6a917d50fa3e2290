using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Notifications;

public sealed class NotificationListTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_notification_carries_who_what_and_when()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var status = await bob.PostAsync($"Hello {alice.Handle}", "direct");
        await NotifyAsync(alice, "mention", bob, status);
        await NotifyAsync(alice, "follow", bob);

        var notifications = await alice.NotificationsAsync();

        Assert.Equal(["follow", "mention"], notifications.Select(Type));
        Assert.Equal(["id", "type", "created_at", "group_key", "account", "status", "filtered"], notifications[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(JsonValueKind.Null, notifications[0].GetProperty("status").ValueKind);
        Assert.Equal(status, Answer.IdOf(notifications[1].GetProperty("status")));
        Assert.All(notifications, notification =>
        {
            Assert.Equal(bob.Id, Answer.IdOf(notification.GetProperty("account")));
            Assert.Equal($"ungrouped-{Answer.IdOf(notification)}", notification.GetProperty("group_key").GetString());
            Assert.Matches(@"\.\d{3}Z$", notification.GetProperty("created_at").GetString());
        });
        Assert.Empty(await bob.NotificationsAsync());
    }

    [Theory]
    [InlineData("types[]=mention", "mention")]
    [InlineData("types=follow", "follow")]
    [InlineData("types[]=follow&types[]=mention", "follow mention")]
    [InlineData("exclude_types[]=mention", "follow")]
    [InlineData("exclude_types[]=mention&exclude_types[]=follow", "")]
    [InlineData("types[]=favourite", "")]
    [InlineData("account_id=1", "")]
    public async Task The_list_can_be_filtered(string query, string expected)
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await NotifyAsync(alice, "mention", bob, await bob.PostAsync($"Hello {alice.Handle}"));
        await NotifyAsync(alice, "follow", bob);

        Assert.Equal(expected, string.Join(' ', (await alice.NotificationsAsync(query)).Select(Type)));
        Assert.Equal(2, (await alice.NotificationsAsync($"account_id={bob.Id}")).Count);
    }

    [Fact]
    public async Task Deleting_the_status_takes_its_notifications_along()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var status = await bob.PostAsync($"Hello {alice.Handle}");
        await NotifyAsync(alice, "mention", bob, status);

        await bob.DeleteStatusAsync(status);
        await fixture.SettledAsync();

        Assert.Empty(await alice.NotificationsAsync());
    }

    private static string Type(JsonElement notification) => notification.GetProperty("type").GetString()!;

    private async Task NotifyAsync(Person whom, string type, Person from, long? status = null)
    {
        await fixture.Sandbox.ExecuteAsync(
            "INSERT INTO notifications (account_id, type, from_account_id, status_id) VALUES (@whom, @type, @from, @status)", new { whom = whom.Id, type, from = from.Id, status });
        await fixture.SettledAsync();
    }
}
