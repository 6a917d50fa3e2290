using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

public sealed class BreakPointTests
{
    private static readonly IReadOnlyList<BreakPoint> Points = BreakPoints.Of(Given.Load, Given.Topology, Given.Throughput, Given.Prices, 1_000, CapacityReport.BreakPointsUpTo);

    [Fact]
    public void One_user_less_still_fits_and_one_more_does_not()
    {
        Assert.NotEmpty(Points);
        foreach (var point in Points.Where(point => point.Part != "Installation"))
        {
            var (below, at) = (Sizes(point.DailyActiveUsers - 1, point.Part), Sizes(point.DailyActiveUsers, point.Part));

            Assert.Equal((point.From, point.To), (below, at));
        }
    }

    [Fact]
    public void At_the_end_nothing_can_be_planned_any_more()
    {
        var end = Points.Single(point => point.Part == "Installation").DailyActiveUsers;

        Assert.NotNull(Given.Plan(Given.Users(end - 1)));
        Assert.Throws<CapacityException>(() => Given.Plan(Given.Users(end)));
    }

    [Fact]
    public void Each_step_begins_where_the_one_before_ended()
    {
        foreach (var steps in Points.GroupBy(point => point.Part))
        {
            Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.First.To == pair.Second.From && pair.First.DailyActiveUsers < pair.Second.DailyActiveUsers));
        }
    }

    [Fact]
    public void The_database_becomes_a_cluster_when_its_largest_server_is_outgrown()
    {
        var point = Points.First(point => point.To.StartsWith("elastic", StringComparison.Ordinal));
        var (below, at) = (DatabaseNeed.Of(Given.Users(point.DailyActiveUsers - 1), Given.Throughput), DatabaseNeed.Of(Given.Users(point.DailyActiveUsers), Given.Throughput));
        var largest = SkuCatalog.Databases[^1];

        Assert.Equal(largest.Name, point.From);
        Assert.True(Outgrown(at));
        Assert.False(Outgrown(below));
        Assert.Contains("Citus", point.Change);
        Assert.Contains("PostgreSQL 17", point.Change);

        bool Outgrown(DatabaseNeed need) =>
            need.ReadCores + need.ReplayCores > largest.VCores * Headroom.Database || need.WriteCores + need.ReadCores > largest.VCores * Headroom.DatabaseAlone
            || need.Iops > largest.MaxIops * Headroom.Disk || need.StoredGB > SkuCatalog.DiskV2MaxGB * Headroom.Disk;
    }

    [Fact]
    public void Dedicated_nodes_begin_where_they_are_cheaper()
    {
        var point = Points.First(point => point.Part == "Apps");

        Assert.Equal(("Consumption", "D4"), (point.From, point.To));
        // Beyond it Apps go on without a jump: the cheaper of two prices has none.
        var (below, at) = (Apps(point.DailyActiveUsers - 1), Apps(point.DailyActiveUsers));
        Assert.InRange(at, below, below * 1.01m);

        static decimal Apps(long users) => Given.Plan(Given.Users(users)).MonthlyCost.Single(cost => cost.Component == "Apps").UsdPerMonth;
    }

    [Fact]
    public void The_cache_takes_every_step_in_order()
    {
        var steps = Points.Where(point => point.Part == "Cache").Select(point => point.To).ToList();

        Assert.Equal(SkuCatalog.Caches.Skip(1).Select(sku => sku.Name).Where(steps.Contains), steps);
        Assert.True(steps.Count >= 10);
    }

    private static string Sizes(long users, string part)
    {
        var plan = Given.Plan(Given.Users(users));
        return part switch
        {
            "Apps" => plan.Apps.WorkloadProfile,
            "API replica" => FormattableString.Invariant($"{plan.Api.Cpu} vCPU"),
            "Database compute" => plan.Database.IsElastic ? $"elastic cluster, {plan.Database.ElasticNodes} × {plan.Database.SkuName}" : plan.Database.SkuName,
            "Database storage" => plan.Database.IsElastic ? "elastic cluster" : plan.Database.Storage,
            "Cache" => plan.Cache.SkuName,
            _ => $"{plan.Broker.VmSize}, {plan.Broker.DiskGB} GiB",
        };
    }
}
