using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Http;

public sealed class ResponseHeaderTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task The_id_of_a_request_is_kept_or_made()
    {
        var given = await fixture.Nobody.SendAsync(HttpMethod.Get, "/api/v2/instance", null, ("X-Request-Id", "client-1.a_B"));
        var wild = await fixture.Nobody.SendAsync(HttpMethod.Get, "/api/v2/instance", null, ("X-Request-Id", "a b<script>"));
        var none = await fixture.Nobody.GetAsync("/api/v1/nothing");

        Assert.Equal("client-1.a_B", given.Header("X-Request-Id"));
        Assert.True(Guid.TryParse(wild.Header("X-Request-Id"), out _));
        Assert.True(Guid.TryParse(none.Header("X-Request-Id"), out _));
    }

    [Theory]
    [InlineData("/api/v2/instance")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/timelines/home")]
    public async Task Browsers_are_told_what_not_to_do_with_any_answer(string path)
    {
        var answer = await fixture.Nobody.GetAsync(path);

        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", answer.Header("X-Frame-Options"));
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", answer.Header("Content-Security-Policy"));
        Assert.Equal("application/json; charset=utf-8", answer.Header("Content-Type"));
        Assert.Null(answer.Header("Server"));
        Assert.Null(answer.Header("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Personal_answers_are_kept_nowhere_and_public_ones_are_asked_for_again()
    {
        var alice = await fixture.People.AliceAsync();

        Assert.Equal("no-store, private", Sorted(await alice.GetAsync("/api/v1/timelines/home")));
        Assert.Equal("no-store, private", Sorted(await alice.GetAsync("/api/v2/instance")));
        Assert.Equal("no-store, private", Sorted(await fixture.Nobody.GetAsync("/api/v1/timelines/home")));
        var open = await fixture.Nobody.GetAsync("/api/v1/timelines/public");
        Assert.Equal(("no-cache", "Authorization"), (open.Header("Cache-Control"), open.Header("Vary")));

        static string Sorted(Answer answer) => string.Join(", ", answer.Header("Cache-Control")!.Split(", ").Order());
    }

    [Theory]
    [InlineData("/api/v2/instance", 200)]
    [InlineData("/api/v1/nothing", 404)]
    [InlineData("/robots.txt", 200)]
    public async Task Head_is_get_without_the_body(string path, int status)
    {
        var head = await fixture.Nobody.SendAsync(HttpMethod.Head, path);
        var get = await fixture.Nobody.GetAsync(path);

        Assert.Equal((status, status), ((int)head.Status, (int)get.Status));
        Assert.Equal("", head.Text);
        Assert.Equal(get.Header("Content-Type"), head.Header("Content-Type"));
    }

    [Fact]
    public async Task Forwarded_headers_count_from_configured_proxies_only()
    {
        (string, string)[] forwarded = [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "social.example")];
        await using var behind = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:ForwardedFrom=192.0.2.1, 127.0.0.0/8");
        await using var elsewhere = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:ForwardedFrom=192.0.2.1");

        var believed = await behind.People.Nobody.SendAsync(HttpMethod.Get, "/api/v2/instance", null, forwarded);
        var unknown = await elsewhere.People.Nobody.SendAsync(HttpMethod.Get, "/api/v2/instance", null, forwarded);
        var unconfigured = await fixture.Nobody.SendAsync(HttpMethod.Get, "/api/v2/instance", null, forwarded);

        Assert.Equal(("social.example", "max-age=63072000"), (believed["domain"].GetString(), believed.Header("Strict-Transport-Security")));
        Assert.Equal(elsewhere.Address.Authority, unknown["domain"].GetString());
        Assert.Equal((fixture.Api.Address.Authority, null), (unconfigured["domain"].GetString(), unconfigured.Header("Strict-Transport-Security")));
    }

    [Fact]
    public async Task A_proxy_that_is_no_address_keeps_the_service_from_starting() =>
        Assert.Contains("10.0.0.0/99", (await Assert.ThrowsAsync<InvalidOperationException>(() => ApiHost.StartAsync(fixture.Sandbox, "--Microblog:ForwardedFrom=10.0.0.0/99"))).Message);

    [Fact]
    public async Task Cursors_beyond_every_id_bound_accordingly_and_what_is_none_is_not_given()
    {
        var alice = await fixture.People.AliceAsync();
        var id = await alice.PostAsync("One");

        Assert.Equal([id], await alice.HomeIdsAsync("max_id=99999999999999999999999"));
        Assert.Equal([], await alice.HomeIdsAsync("min_id=99999999999999999999999"));
        Assert.Equal([id], await alice.HomeIdsAsync("max_id=undefined&since_id=-1&limit=99999999999"));
        Assert.Equal(HttpStatusCode.NotFound, (await alice.PostAsync("/api/v1/statuses", new { status = "Reply", in_reply_to_id = "99999999999999999999999" })).Status);
    }
}
