using Microblog.ApiService.Http;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OpenApi;

/// <summary>What holds for all routes, the next one included.</summary>
public sealed class RouteRuleTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    /// <summary>POSTs of an account or an application that cannot be repeated by a key, with the reason.</summary>
    private static readonly Dictionary<string, string> Unrepeatable = new()
    {
        ["POST /oauth/userinfo"] = "changes nothing",
        ["POST /api/v1/accounts/delete"] = "ends the token it came with, so a repeat is nobody's",
    };

    /// <summary>What is read without looking at the token: the same for everybody, or it recognises its caller by itself.</summary>
    private static readonly string[] SameForEverybody =
    [
        "GET /.well-known/host-meta", "GET /.well-known/nodeinfo", "GET /.well-known/oauth-authorization-server", "GET /.well-known/webfinger", "GET /nodeinfo/2.0", "GET /oauth/jwks",
        "GET /api/v1/instance", "GET /api/v1/instance/activity", "GET /api/v1/instance/extended_description", "GET /api/v1/instance/languages", "GET /api/v1/instance/peers",
        "GET /api/v1/instance/privacy_policy", "GET /api/v1/instance/rules", "GET /api/v1/instance/translation_languages", "GET /api/v2/instance", "GET /api/v1/custom_emojis", "GET /api/v1/announcements",
        "GET /api/oembed", "GET /api/v1/streaming/health",
        "GET /api/v1/streaming", "GET /api/v1/streaming/{stream}", "GET /api/v1/apps/verify_credentials",
    ];

    [Fact]
    public void Every_route_is_there_once() =>
        Assert.Empty(Routes.Of(fixture.Api).GroupBy(route => route.Name).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Every_POST_with_a_token_can_be_repeated_with_its_key() =>
        Assert.Equal(
            Unrepeatable.Keys.Order(StringComparer.Ordinal),
            Routes.Of(fixture.Api).Where(route => route is { Method: "POST", Token: not TokenOf.Nobody } && !route.Takes<Idempotency>()).Select(route => route.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Whatever_depends_on_the_caller_refuses_a_token_that_is_not_good() =>
        Assert.Equal(
            SameForEverybody.Order(StringComparer.Ordinal),
            Routes.Of(fixture.Api).Where(route => route is { Method: "GET", Token: TokenOf.Nobody }).Select(route => route.Name).Order(StringComparer.Ordinal));
}
