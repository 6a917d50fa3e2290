using System.Globalization;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Http;

/// <summary>
/// What arrives in production: client, Front Door, private link, the ingress of the Container Apps environment, this service. Front Door
/// appends the client's address to <c>X-Forwarded-For</c> and tells it in <c>X-Azure-SocketIP</c>; the ingress appends Front Door's (docs/architecture.md).
/// </summary>
public sealed class FrontDoorTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string FrontDoor = "147.243.52.144";

    private static readonly string[] Limits = ["--Microblog:RateLimits=on", "--Microblog:RateLimits:TimeoutMilliseconds=5000"];

    /// <summary>The ingress of these tests is on this machine, that of Azure in the environment's own networks.</summary>
    private static readonly string[] Azure = [.. Limits, "--Microblog:ForwardedFrom=100.100.0.0/16, 127.0.0.0/8", "--Microblog:ForwardedFor=X-Azure-SocketIP"];

    [Theory]
    [InlineData("{0}, {1}", "the ingress appends")]
    [InlineData("{1}", "the ingress overwrites")]
    public async Task The_client_is_who_Front_Door_was_connected_to(string chain, string because)
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, Azure);
        var (one, other) = (Address(), Address());

        Assert.Equal(299, await LeftAsync(api, one, string.Format(CultureInfo.InvariantCulture, chain, one, FrontDoor)));
        Assert.Equal(298, await LeftAsync(api, one, string.Format(CultureInfo.InvariantCulture, chain, one, FrontDoor)));
        Assert.True(await LeftAsync(api, other, string.Format(CultureInfo.InvariantCulture, chain, other, FrontDoor)) == 299, because);
    }

    [Fact]
    public async Task An_address_that_a_client_claims_changes_nothing()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, Azure);
        var client = Address();

        for (var i = 1; i <= 3; i++)
        {
            var claimed = $"192.0.2.{i}";
            Assert.Equal(300 - i, await LeftAsync(api, client, $"{claimed}, {client}, {FrontDoor}", ("X-Azure-ClientIP", claimed), ("X-Real-IP", claimed), ("Forwarded", $"for={claimed}")));
        }
        // Were Front Door to append to what a client sent: the last one is its own word.
        Assert.Equal(296, await LeftAsync(api, $"192.0.2.9, {client}", client));
    }

    [Fact]
    public async Task By_the_usual_header_all_clients_would_be_Front_Door()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, [.. Limits, "--Microblog:ForwardedFrom=100.100.0.0/16, 127.0.0.0/8"]);
        var (one, other, edge) = (Address(), Address(), Address());

        Assert.Equal(299, await LeftAsync(api, one, $"{one}, {edge}"));
        Assert.Equal(298, await LeftAsync(api, other, $"{other}, {edge}"));
    }

    [Fact]
    public async Task Who_comes_past_the_ingress_is_counted_by_the_own_address()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, [.. Limits, "--Microblog:ForwardedFrom=100.100.0.0/16", "--Microblog:ForwardedFor=X-Azure-SocketIP"]);

        var first = await LeftAsync(api, Address(), Address());

        Assert.Equal(first - 1, await LeftAsync(api, Address(), Address()));
    }

    [Fact]
    public async Task A_name_that_is_none_of_a_header_keeps_the_service_from_starting() =>
        Assert.Contains("'X Azure'", (await Assert.ThrowsAsync<InvalidOperationException>(() => ApiHost.StartAsync(fixture.Sandbox, "--Microblog:ForwardedFrom=127.0.0.1", "--Microblog:ForwardedFor=X Azure"))).Message);

    /// <summary>An address that nobody has asked from yet.</summary>
    private static string Address() => $"2001:db8:{Random.Shared.Next(1, 65_536):x}:{Random.Shared.Next(1, 65_536):x}::1";

    private static async Task<int> LeftAsync(ApiHost api, string socketAddress, string forwardedFor, params (string, string)[] more)
    {
        var answer = await api.People.Nobody.SendAsync(HttpMethod.Get, "/api/v2/instance", null,
            [("X-Forwarded-For", forwardedFor), ("X-Azure-SocketIP", socketAddress), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "social.example"), .. more]);
        return int.Parse(answer.Ok().Header("X-RateLimit-Remaining")!, CultureInfo.InvariantCulture);
    }
}
