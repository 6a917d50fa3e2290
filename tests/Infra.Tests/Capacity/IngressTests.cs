using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

/// <summary>When the ingress needs nodes of its own.</summary>
public sealed class IngressTests
{
    /// <summary>Ten cores, 3,000 requests per second each, half of it in use.</summary>
    private const double Break = 15_000;

    [Fact]
    public void The_default_ingress_is_enough_up_to_half_of_its_cores()
    {
        Assert.Null(IngressSizing.Of(At(Break * 0.999), Given.Topology));
        Assert.NotNull(IngressSizing.Of(At(Break * 1.001), Given.Topology));
    }

    [Fact]
    public void Ten_million_users_need_nodes_for_it()
    {
        var ingress = IngressSizing.Of(Given.Load, Given.Topology)!;
        var peak = Demand.Peak(Given.Load).ApiRequests;

        // 90 % of a node's cores, busy by half.
        Assert.InRange(peak / (ingress.MaxNodes * 4 * 0.9 * 0.5), 2_500, 3_000);
        Assert.True(ingress.MinNodes >= 3);
    }

    [Fact]
    public void More_users_never_need_fewer_cores()
    {
        var last = 0;
        for (var users = 1_000_000L; users <= 100_000_000; users += 1_000_000)
        {
            var ingress = IngressSizing.Of(Given.Users(users), Given.Topology);
            var cores = ingress is null ? 0 : ingress.MaxNodes * SkuCatalog.Profiles.Single(profile => profile.Name == ingress.Profile).VCores;
            // A larger size rounds up more coarsely, never down.
            Assert.True(cores >= last, $"{users} users: {cores} cores after {last}");
            last = cores;
        }
    }

    [Fact]
    public void What_no_ingress_passes_on_is_refused_by_key() =>
        Assert.StartsWith("microblog:dailyActiveUsers", Assert.Throws<CapacityException>(() => IngressSizing.Of(At(10_000_000), Given.Topology)).Message, StringComparison.Ordinal);

    private static Load At(double requestsPerSecond) => Given.Load with
    {
        OtherRequestsPerUserAndDay = (requestsPerSecond * 86_400 / (Given.Load.PeakToMean * Given.Load.Growth * Given.Load.DailyActiveUsers)) - Given.Load.HomeReadsPerUserAndDay,
    };
}
