using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microblog.Contracts;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Push;

public sealed class PushDeliveryTests(PushFixture fixture) : IClassFixture<PushFixture>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mention_reaches_the_client_encrypted_for_it_alone(bool standard)
    {
        await using var receiver = await PushReceiver.StartAsync();
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var subscription = (await PushFixture.SubscribeAsync(alice, receiver, standard: standard)).Ok();

        await bob.PostAsync($"Hello {alice.Handle} <b>");
        var push = (await receiver.GetsAsync(1))[0];
        var notification = (await alice.NotificationsAsync())[0];

        Assert.Equal(("mention", $"{bob.Username} mentioned you", $"Hello {alice.Handle} <b>"), (push["notification_type"], push["title"], push["body"]));
        Assert.Equal((notification.GetProperty("id").GetString(), "en"), (push["notification_id"], push["preferred_locale"]));
        Assert.Equal(notification.GetProperty("account").GetProperty("avatar").GetString(), push["icon"]);
        Assert.Null(push["access_token"]);
        Assert.Equal(("172800", "normal", "application/octet-stream"), (push.Headers["TTL"].ToString(), push.Headers["Urgency"].ToString(), push.Headers.ContentType.ToString()));
        VerifyServer(push, subscription["server_key"].GetString()!, new Uri(receiver.Endpoint), standard);
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_pushed_and_each_once()
    {
        await using var receiver = await PushReceiver.StartAsync();
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        (await PushFixture.SubscribeAsync(alice, receiver, mention: false)).Ok();
        var status = await alice.PostAsync("Mine");

        await bob.PostAsync($"Not this {alice.Handle}");
        (await bob.DoAsync(status, "favourite")).Ok();
        await receiver.GetsAsync(1);
        // The same messages once more, as after a crash; then another, behind which nothing may be left.
        await fixture.Worker.HandleAsync(new FavouriteChanged(bob.Id, status));
        await bob.FollowAsync(alice);
        await receiver.GetsAsync(2);

        Assert.Equal(["favourite", "follow"], receiver.Received.Select(push => push["notification_type"]));
    }

    [Fact]
    public async Task The_policy_decides_whose_doings_are_pushed()
    {
        await using var followed = await PushReceiver.StartAsync();
        await using var none = await PushReceiver.StartAsync();
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var dave = await fixture.People.SignUpAsync("dave");
        (await PushFixture.SubscribeAsync(alice, followed, "followed")).Ok();
        (await PushFixture.SubscribeAsync(dave, none, "none")).Ok();
        await alice.FollowAsync(carol);

        await bob.PostAsync($"A stranger to {alice.Handle} and {dave.Handle}");
        await carol.PostAsync($"No stranger to {alice.Handle}, but to {dave.Handle}");
        await followed.GetsAsync(1);
        await Eventually.HoldsAsync("all to be notified", async () => (await dave.NotificationsAsync()).Count == 2 && (await alice.NotificationsAsync()).Count == 2);
        (await dave.SendAsync(HttpMethod.Put, "/api/v1/push/subscription", System.Net.Http.Json.JsonContent.Create(new { policy = "all" }))).Ok();
        await bob.PostAsync($"Now {dave.Handle}");
        await none.GetsAsync(1);

        Assert.Equal([$"{carol.Username} mentioned you"], followed.Received.Select(push => push["title"]));
        Assert.Equal([$"Now {dave.Handle}"], none.Received.Select(push => push["body"]));
    }

    [Fact]
    public async Task What_a_policy_for_notifications_keeps_back_is_not_pushed()
    {
        await using var receiver = await PushReceiver.StartAsync();
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        (await PushFixture.SubscribeAsync(alice, receiver)).Ok();
        await alice.FollowAsync(carol);
        (await alice.SendAsync(HttpMethod.Patch, "/api/v2/notifications/policy", System.Net.Http.Json.JsonContent.Create(new { for_not_following = "filter" }))).Ok();

        await bob.PostAsync($"Kept back {alice.Handle}");
        await Eventually.HoldsAsync("a request", async () => (await alice.GetAsync("/api/v1/notifications/requests")).Ok().Ids.Count == 1);
        await carol.PostAsync($"Let through {alice.Handle}");

        Assert.Equal($"{carol.Username} mentioned you", Assert.Single(await receiver.GetsAsync(1))["title"]);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_subscription_that_its_service_does_not_know_is_removed(int status)
    {
        await using var receiver = await PushReceiver.StartAsync();
        receiver.Answers.Enqueue(status);
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        (await PushFixture.SubscribeAsync(alice, receiver)).Ok();

        await bob.FollowAsync(alice);

        await Eventually.HoldsAsync("the subscription to be gone", async () =>
            await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM push_subscriptions WHERE account_id = @id", new { id = alice.Id }) == 0);
    }

    [Fact]
    public async Task A_service_that_is_away_is_tried_again_and_a_redirect_is_not_followed()
    {
        await using var receiver = await PushReceiver.StartAsync();
        receiver.Answers.Enqueue(503);
        receiver.Answers.Enqueue(307);
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        (await PushFixture.SubscribeAsync(alice, receiver)).Ok();

        await bob.FollowAsync(alice);
        await receiver.GetsAsync(2);
        await bob.PostAsync($"After that {alice.Handle}");
        var received = await receiver.GetsAsync(3);

        Assert.Equal(["follow", "follow", "mention"], received.Select(push => push["notification_type"]));
        Assert.Equal(HttpStatusCode.OK, (await alice.GetAsync("/api/v1/push/subscription")).Status);
    }

    [Fact]
    public async Task A_service_that_hangs_delays_neither_notifications_nor_other_services()
    {
        await using var hangs = await PushReceiver.StartAsync();
        await using var works = await PushReceiver.StartAsync();
        Enumerable.Repeat(-1, 100).ToList().ForEach(hangs.Answers.Enqueue);
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        (await PushFixture.SubscribeAsync(alice, hangs)).Ok();
        (await PushFixture.SubscribeAsync(bob, works)).Ok();

        for (var i = 0; i < 20; i++)
        {
            await carol.PostAsync($"Number {i} {alice.Handle}");
        }
        await carol.PostAsync($"The last {alice.Handle} {bob.Handle}");
        var push = (await works.GetsAsync(1))[0];

        Assert.StartsWith("The last", push["body"], StringComparison.Ordinal);
        Assert.Empty(hangs.Received);
    }

    [Fact]
    public async Task With_the_token_ends_what_is_pushed()
    {
        await using var receiver = await PushReceiver.StartAsync();
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        (await PushFixture.SubscribeAsync(alice, receiver)).Ok();
        var subscription = await fixture.Sandbox.ScalarAsync<long>("SELECT id FROM push_subscriptions WHERE account_id = @id", new { id = alice.Id });

        await fixture.Sandbox.ExecuteAsync("UPDATE access_tokens SET revoked_at = now() WHERE account_id = @id", new { id = alice.Id });
        await bob.FollowAsync(alice);
        var notification = await Eventually.BecomesAsync("a notification", () => fixture.Sandbox.ScalarAsync<long>("SELECT coalesce(max(id), 0) FROM notifications WHERE account_id = @id", new { id = alice.Id }), id => id > 0);
        await fixture.Worker.HandleAsync(BrokerTopology.PushDue, JsonSerializer.SerializeToUtf8Bytes(new PushDue(alice.Id, subscription, notification), MessageJson.Default.PushDue));

        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM push_subscriptions WHERE account_id = @id", new { id = alice.Id }));
        Assert.Empty(receiver.Received);
    }

    /// <summary>RFC 8292: the token is for this service, not for long, and signed with the key that the client knows.</summary>
    private static void VerifyServer(ReceivedPush push, string serverKey, Uri endpoint, bool standard)
    {
        var header = push.Headers.Authorization.ToString();
        var token = header.Split(',')[0].Replace("vapid t=", "", StringComparison.Ordinal).Replace("WebPush ", "", StringComparison.Ordinal);
        Assert.Contains(serverKey.TrimEnd('='), standard ? header : push.Headers["Crypto-Key"].ToString(), StringComparison.Ordinal);
        var parts = token.Split('.');
        var claims = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal((endpoint.GetLeftPart(UriPartial.Authority), "mailto:admin@example.org"), (claims.GetProperty("aud").GetString(), claims.GetProperty("sub").GetString()));
        Assert.InRange(claims.GetProperty("exp").GetInt64(), DateTimeOffset.UtcNow.ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds());
        var point = Base64Url.DecodeFromChars(serverKey.TrimEnd('='));
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
    }
}
