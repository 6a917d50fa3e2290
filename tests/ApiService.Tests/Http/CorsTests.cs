using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Http;

public sealed class CorsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData("POST", "/api/v1/statuses")]
    [InlineData("PUT", "/api/v1/statuses/1")]
    [InlineData("PATCH", "/api/v1/accounts/update_credentials")]
    [InlineData("DELETE", "/api/v1/statuses/1")]
    [InlineData("POST", "/oauth/token")]
    [InlineData("POST", "/oauth/revoke")]
    [InlineData("GET", "/oauth/userinfo")]
    [InlineData("GET", "/.well-known/nodeinfo")]
    [InlineData("GET", "/nodeinfo/2.0")]
    [InlineData("GET", "/media/1.png")]
    public async Task Pages_of_every_origin_may_send_any_header_to_the_api(string method, string path)
    {
        var answer = await fixture.Nobody.SendAsync(HttpMethod.Options, path, null,
            ("Origin", "https://client.example"), ("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", "authorization,idempotency-key,x-anything"));

        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal("*", answer.Header("Access-Control-Allow-Origin"));
        Assert.Contains(method, answer.Header("Access-Control-Allow-Methods")!.Split(", "));
        Assert.Equal("authorization,idempotency-key,x-anything", answer.Header("Access-Control-Allow-Headers"));
        Assert.Equal("7200", answer.Header("Access-Control-Max-Age"));
        Assert.Null(answer.Header("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("/api/v2/instance", 200)]
    [InlineData("/api/v1/timelines/home", 401)]
    [InlineData("/api/v1/nothing", 404)]
    public async Task Answers_show_pages_the_headers_they_need_errors_too(string path, int status)
    {
        var answer = await fixture.Nobody.SendAsync(HttpMethod.Get, path, null, ("Origin", "https://client.example"));

        Assert.Equal((status, "*"), ((int)answer.Status, answer.Header("Access-Control-Allow-Origin")));
        Assert.All(["Link", "ETag", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id"], name => Assert.Contains(name, answer.Header("Access-Control-Expose-Headers")!.Split(", ")));
    }

    [Theory]
    [InlineData("/oauth/authorize")]
    [InlineData("/apiary")]
    [InlineData("/health")]
    public async Task What_is_not_the_api_is_closed_to_other_origins(string path)
    {
        var answer = await fixture.Nobody.SendAsync(HttpMethod.Options, path, null, ("Origin", "https://client.example"), ("Access-Control-Request-Method", "POST"));

        Assert.NotEqual(HttpStatusCode.NoContent, answer.Status);
        Assert.Null(answer.Header("Access-Control-Allow-Origin"));
    }
}
