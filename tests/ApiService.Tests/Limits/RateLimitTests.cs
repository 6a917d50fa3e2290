using System.Globalization;
using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Limits;

public sealed class RateLimitTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    /// <summary>A machine that is busy with tests must not make a process count for itself.</summary>
    private const string Patient = "--Microblog:RateLimits:TimeoutMilliseconds=5000";

    private static readonly string[] On = [Patient, "--Microblog:RateLimits=on", "--Microblog:RateLimits:SignUps=1000/60", "--Microblog:RateLimits:Apps=1000/60", "--Microblog:RateLimits:LogIns=1000/60", "--Microblog:ForwardedFrom=127.0.0.1"];

    [Fact]
    public async Task Every_answer_of_the_api_tells_what_is_left_of_the_tightest_limit()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, On);
        var alice = await fixture.People.AliceAsync();
        var mine = alice.At(api.Address);

        var first = (await mine.GetAsync("/api/v1/timelines/home")).Ok();
        var second = await mine.GetAsync("/api/v1/nothing");
        var third = await mine.GetAsync("/api/v1/timelines/home?max_id=1");
        var anonymous = await From(api, "198.51.100.1").GetAsync("/api/v1/timelines/home");

        Assert.Equal(("300", "299"), Standing(first));
        Assert.Equal((HttpStatusCode.NotFound, ("300", "298")), (second.Status, Standing(second)));
        Assert.Equal(("300", "297"), Standing(third));
        Assert.Equal((HttpStatusCode.Unauthorized, ("300", "299")), (anonymous.Status, Standing(anonymous)));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", first.Header("X-RateLimit-Reset"));
        var reset = DateTime.Parse(first.Header("X-RateLimit-Reset")!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Assert.InRange(reset - DateTime.UtcNow, TimeSpan.FromSeconds(270), TimeSpan.FromSeconds(301));
    }

    [Fact]
    public async Task Whoever_asks_too_often_is_told_to_wait_and_may_go_on_afterwards()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, [.. On, "--Microblog:RateLimits:Address=2/2"]);
        var client = From(api, "198.51.100.2");

        await client.GetAsync("/api/v2/instance");
        var last = (await client.GetAsync("/api/v2/instance")).Ok();
        var refused = await client.GetAsync("/api/v2/instance");

        Assert.Equal("0", last.Header("X-RateLimit-Remaining"));
        Assert.Equal((HttpStatusCode.TooManyRequests, "Too many requests"), (refused.Status, refused.Error));
        Assert.Equal(("2", "0"), Standing(refused));
        Assert.InRange(int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture), 1, 2);
        (await From(api, "198.51.100.3").GetAsync("/api/v2/instance")).Ok();
        await Eventually.HoldsAsync("the window to end", async () => (await client.GetAsync("/api/v2/instance")).Status is HttpStatusCode.OK);
    }

    [Fact]
    public async Task Processes_count_together_and_accounts_apart()
    {
        await using var one = await ApiHost.StartAsync(fixture.Sandbox, [.. On, "--Microblog:RateLimits:Account=3/60"]);
        await using var other = await ApiHost.StartAsync(fixture.Sandbox, [.. On, "--Microblog:RateLimits:Account=3/60"]);
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        (await alice.At(one.Address).GetAsync("/api/v1/timelines/home")).Ok();
        (await alice.At(other.Address).GetAsync("/api/v1/timelines/home")).Ok();
        (await alice.At(one.Address).GetAsync("/api/v1/timelines/home")).Ok();

        Assert.Equal(HttpStatusCode.TooManyRequests, (await alice.At(other.Address).GetAsync("/api/v1/timelines/home")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await alice.At(one.Address).GetAsync("/api/v1/timelines/home")).Status);
        (await bob.At(one.Address).GetAsync("/api/v1/timelines/home")).Ok();
        (await new Client(one.Address).GetAsync("/api/v2/instance")).Ok();
    }

    [Fact]
    public async Task Posts_have_a_limit_of_their_own_of_which_failures_take_nothing()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, [.. On, "--Microblog:RateLimits:Posts=2/60"]);
        var alice = (await fixture.People.AliceAsync()).At(api.Address);

        var wrong = await alice.PostAsync("/api/v1/statuses", new { status = "" });
        var first = await alice.PostAsync("/api/v1/statuses", new { status = "One" });
        var second = await alice.PostAsync("/api/v1/statuses", new { status = "Two" });
        var third = await alice.PostAsync("/api/v1/statuses", new { status = "Three" });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, ("2", "2")), (wrong.Status, Standing(wrong)));
        Assert.Equal((HttpStatusCode.OK, ("2", "1")), (first.Status, Standing(first)));
        Assert.Equal((HttpStatusCode.OK, ("2", "0")), (second.Status, Standing(second)));
        Assert.Equal((HttpStatusCode.TooManyRequests, ("2", "0")), (third.Status, Standing(third)));
        (await alice.GetAsync("/api/v1/timelines/home")).Ok();
    }

    [Theory]
    [InlineData("Follows", "POST", "/api/v1/accounts/{bob}/follow")]
    [InlineData("Deletes", "DELETE", "/api/v1/statuses/1")]
    [InlineData("Deletes", "POST", "/api/v1/statuses/1/unreblog")]
    [InlineData("Media", "POST", "/api/v2/media")]
    [InlineData("Paging", "GET", "/api/v1/timelines/home?max_id=5")]
    [InlineData("Token", "GET", "/api/v1/timelines/home")]
    public async Task An_account_has_a_limit_for(string limit, string method, string path)
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, [.. On, $"--Microblog:RateLimits:{limit}=1/60"]);
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var mine = alice.At(api.Address);

        var first = await mine.SendAsync(new HttpMethod(method), path.Replace("{bob}", $"{bob.Id}", StringComparison.Ordinal));
        var second = await mine.SendAsync(new HttpMethod(method), path.Replace("{bob}", $"{bob.Id}", StringComparison.Ordinal));

        Assert.NotEqual(HttpStatusCode.TooManyRequests, first.Status);
        Assert.Equal((HttpStatusCode.TooManyRequests, ("1", "0")), (second.Status, Standing(second)));
    }

    [Fact]
    public async Task Sign_ups_apps_and_passwords_are_limited_by_address()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, [Patient, "--Microblog:RateLimits=on", "--Microblog:RateLimits:SignUps=1/60", "--Microblog:RateLimits:Apps=1/60", "--Microblog:RateLimits:LogIns=1/60", "--Microblog:ForwardedFrom=127.0.0.1"]);
        var application = await fixture.People.RegisterAsync("read write");
        var alice = await fixture.People.AliceAsync();
        var applicant = new Client(api.Address, application.Client.Token);

        Assert.Equal((422, 429), await TwiceAsync(address => applicant.SendAsync(HttpMethod.Post, "/api/v1/accounts", null, ("X-Forwarded-For", address))));
        Assert.Equal((422, 429), await TwiceAsync(address => new Client(api.Address).SendAsync(HttpMethod.Post, "/api/v1/apps", null, ("X-Forwarded-For", address))));
        Assert.Equal((400, 429), await TwiceAsync(address => LogInAsync("nobody_there", address)));
        // The name is counted too, whatever address it is tried from.
        Assert.Equal(HttpStatusCode.OK, (await LogInAsync(alice.Username, "2001:db8::1")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await LogInAsync(alice.Username.ToUpperInvariant(), "2001:db8:1::1")).Status);

        Task<Answer> LogInAsync(string name, string address) => new Client(api.Address).SendAsync(HttpMethod.Post, "/oauth/token", new FormUrlEncodedContent(
            [new("grant_type", "password"), new("client_id", application.ClientId), new("client_secret", application.ClientSecret), new("username", name), new("password", People.Password)]), ("X-Forwarded-For", address));

        static async Task<(int, int)> TwiceAsync(Func<string, Task<Answer>> send) => ((int)(await send("203.0.113.1")).Status, (int)(await send("203.0.113.1")).Status);
    }

    [Fact]
    public async Task An_ipv6_network_is_one_client()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, [.. On, "--Microblog:RateLimits:Address=1/60"]);

        (await From(api, "2001:db8:0:1::1").GetAsync("/api/v2/instance")).Ok();

        Assert.Equal(HttpStatusCode.TooManyRequests, (await From(api, "2001:db8:0:1:ffff::9").GetAsync("/api/v2/instance")).Status);
        (await From(api, "2001:db8:0:2::1").GetAsync("/api/v2/instance")).Ok();
    }

    [Theory]
    [InlineData("--Microblog:RateLimits=off")]
    [InlineData("--Microblog:TestMode=true")]
    public async Task Limits_can_be_turned_off(string setting)
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, [.. On, "--Microblog:RateLimits:Address=0/60", setting]);

        Assert.Null((await new Client(api.Address).GetAsync("/api/v2/instance")).Ok().Header("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task A_limit_that_cannot_be_read_keeps_the_service_from_starting() =>
        Assert.Contains("'many'", (await Assert.ThrowsAsync<InvalidOperationException>(() => ApiHost.StartAsync(fixture.Sandbox, "--Microblog:RateLimits:Posts=many"))).Message);

    private static (string?, string?) Standing(Answer answer) => (answer.Header("X-RateLimit-Limit"), answer.Header("X-RateLimit-Remaining"));

    private static Forwarded From(ApiHost api, string address) => new(api.Address, address);

    private sealed class Forwarded(Uri api, string address)
    {
        public Task<Answer> GetAsync(string path) => new Client(api).SendAsync(HttpMethod.Get, path, null, ("X-Forwarded-For", address));
    }
}
