using System.Net;
using System.Net.Http.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Push;

public sealed class PushSubscriptionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Path = "/api/v1/push/subscription";
    private const string Key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private const string Auth = "BTBZMqHH6r4Tts7J_aSIgg==";

    [Theory]
    [InlineData("", Key, Auth, "endpoint")]
    [InlineData("not an address", Key, Auth, "endpoint")]
    [InlineData("http://push.example.org/a", Key, Auth, "endpoint")]
    [InlineData("https://user:pass@push.example.org/a", Key, Auth, "endpoint")]
    [InlineData("https://localhost/a", Key, Auth, "endpoint")]
    [InlineData("https://127.0.0.1/a", Key, Auth, "endpoint")]
    [InlineData("https://0x7f.1/a", Key, Auth, "endpoint")]
    [InlineData("https://169.254.169.254/latest", Key, Auth, "endpoint")]
    [InlineData("https://10.0.0.1/a", Key, Auth, "endpoint")]
    [InlineData("https://[::1]/a", Key, Auth, "endpoint")]
    [InlineData("https://[::ffff:192.168.0.1]/a", Key, Auth, "endpoint")]
    [InlineData("https://push.example.org/a", "BCVx", Auth, "key_p256dh")]
    [InlineData("https://push.example.org/a", "BAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", Auth, "key_p256dh")]
    [InlineData("https://push.example.org/a", Key, "c2hvcnQ=", "key_auth")]
    [InlineData("https://push.example.org/a", Key, "%%%", "key_auth")]
    public async Task What_cannot_be_pushed_to_is_refused(string endpoint, string p256dh, string auth, string field)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostAsync(Path, new { subscription = new { endpoint, keys = new { p256dh, auth } } });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal([field], answer["details"].EnumerateObject().Select(detail => detail.Name));
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync(Path)).Status);
    }

    [Fact]
    public async Task A_token_has_one_subscription_which_a_new_one_replaces()
    {
        var alice = await fixture.People.AliceAsync();
        var first = (await SubscribeAsync(alice, "https://push.example.org/1")).Ok();
        var second = (await SubscribeAsync(alice, "https://push.example.org/2")).Ok();

        var shown = (await alice.GetAsync(Path)).Ok();

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal((second.Id, "https://push.example.org/2", "followed", true), (shown.Id, shown["endpoint"].GetString(), shown["policy"].GetString(), shown["standard"].GetBoolean()));
        Assert.Equal(["mention", "admin.report"], shown["alerts"].EnumerateObject().Where(alert => alert.Value.GetBoolean()).Select(alert => alert.Name));
    }

    [Fact]
    public async Task Changes_replace_the_alerts_and_leave_the_rest()
    {
        var alice = await fixture.People.AliceAsync();
        (await SubscribeAsync(alice)).Ok();

        var changed = (await alice.SendAsync(HttpMethod.Put, Path, JsonContent.Create(new { data = new { alerts = new { follow = true } } }))).Ok();
        var unchanged = (await alice.SendAsync(HttpMethod.Put, Path, JsonContent.Create(new { policy = "none" }))).Ok();

        Assert.Equal(["follow"], changed["alerts"].EnumerateObject().Where(alert => alert.Value.GetBoolean()).Select(alert => alert.Name));
        Assert.Equal("followed", changed["policy"].GetString());
        Assert.Equal((changed["alerts"].GetRawText(), "none"), (unchanged["alerts"].GetRawText(), unchanged["policy"].GetString()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.SendAsync(HttpMethod.Put, Path, JsonContent.Create(new { policy = "some" }))).Status);
    }

    [Fact]
    public async Task A_subscription_belongs_to_its_token_and_ends_with_it()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        (await SubscribeAsync(alice)).Ok();

        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync(Path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.SendAsync(HttpMethod.Put, Path, JsonContent.Create(new { policy = "all" }))).Status);
        Assert.Equal("{}", (await bob.DeleteAsync(Path)).Ok().Text);
        (await alice.GetAsync(Path)).Ok();
        Assert.Equal("{}", (await alice.DeleteAsync(Path)).Ok().Text);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync(Path)).Status);
    }

    [Fact]
    public async Task Pushes_need_their_scope()
    {
        var reader = await fixture.People.SignUpAsync("reader", await fixture.People.RegisterAsync("read write"));

        Assert.Equal(HttpStatusCode.Forbidden, (await SubscribeAsync(reader)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync(Path)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.GetAsync(Path)).Status);
    }

    [Fact]
    public async Task A_repeated_request_makes_one_subscription()
    {
        var alice = await fixture.People.AliceAsync();
        Task<Answer> Send() => alice.SendAsync(HttpMethod.Post, Path, JsonContent.Create(Fields("https://push.example.org/1")), ("Idempotency-Key", "again"));

        Assert.Equal((await Send()).Ok().Id, (await Send()).Ok().Id);
    }

    [Fact]
    public async Task The_same_key_is_named_everywhere_by_every_process()
    {
        var alice = await fixture.People.AliceAsync();
        await using var other = await ApiHost.StartAsync(fixture.Sandbox);
        var key = (await SubscribeAsync(alice)).Ok()["server_key"].GetString()!;

        var instance = (await other.People.Nobody.GetAsync("/api/v2/instance")).Ok();
        var application = (await fixture.Nobody.PostAsync("/api/v1/apps", new { client_name = "A", redirect_uris = "urn:ietf:wg:oauth:2.0:oob" })).Ok();
        var verified = (await alice.GetAsync("/api/v1/apps/verify_credentials")).Ok();

        Assert.Equal(88, key.Length);
        Assert.Equal(key, instance["configuration"].GetProperty("vapid").GetProperty("public_key").GetString());
        Assert.Equal((key, key), (application["vapid_key"].GetString(), verified["vapid_key"].GetString()));
        Assert.False((await fixture.Nobody.GetAsync("/api/v1/instance")).Ok()["configuration"].TryGetProperty("vapid", out _));
    }

    private static Task<Answer> SubscribeAsync(Person person, string endpoint = "https://push.example.org/abc") => person.PostAsync(Path, Fields(endpoint));

    private static object Fields(string endpoint) => new
    {
        subscription = new { endpoint, keys = new { p256dh = Key, auth = Auth }, standard = true },
        data = new { policy = "followed", alerts = new Dictionary<string, bool> { ["mention"] = true, ["follow"] = false, ["admin.report"] = true } },
    };
}
