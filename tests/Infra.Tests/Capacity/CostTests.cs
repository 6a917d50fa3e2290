using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

public sealed class CostTests
{
    [Fact]
    public void Every_component_is_on_the_bill()
    {
        var plan = Given.Plan(Given.Load);

        Assert.Equal(["Apps", "Database", "Cache", "Broker", "Edge", "Media", "Backup", "Observability", "Network"], plan.MonthlyCost.Select(cost => cost.Component));
        Assert.All(plan.MonthlyCost, cost => Assert.True(cost.UsdPerMonth > 0 && cost.What.Length > 0));
        Assert.Equal(plan.MonthlyCost.Sum(cost => cost.UsdPerMonth), plan.TotalUsdPerMonth);
    }

    [Fact]
    public void The_database_is_paid_for_each_server()
    {
        var plan = Given.Plan(StackLoads.Prod, StackLoads.ProdTopology);

        // Primary, standby and replica of two cores at 0.089 an hour, and 256 GiB each at 0.115.
        Assert.Equal(("Standard_D2ds_v5", 256), (plan.Database.SkuName, plan.Database.StorageGB));
        Assert.Equal((3 * 2 * 730 * 0.089m) + (3 * 256 * 0.115m), Cost(plan, "Database"), precision: 6);
    }

    [Fact]
    public void Switches_cost_what_they_cost()
    {
        decimal Total(Topology topology) => Given.Plan(Given.Load, topology).TotalUsdPerMonth;
        var normal = Total(Given.Topology);

        Assert.Equal(Given.Prices.Usd(Meter.DdosPlan, 1), Total(Given.Topology with { DdosPlan = true }) - normal);
        Assert.True(Total(Given.Topology with { ManagedBroker = true }) < normal);
        Assert.True(Total(Given.Topology with { EdgeLogsInWorkspace = true }) > normal);
        Assert.True(Total(Given.Topology with { LongTermBackupWeeks = 0 }) < normal);
        Assert.True(Total(Given.Topology with { GeoRedundantBackup = false }) < normal);
        Assert.True(Total(Given.Topology with { LogRetentionDays = 365 }) > normal);
    }

    [Fact]
    public void The_stacks_are_as_cheap_and_as_dear_as_they_should_be()
    {
        var totals = StackLoads.All.Select(stack => Given.Plan(stack.Load, stack.Topology).TotalUsdPerMonth).ToList();

        Assert.InRange(totals[0], 300, 1_000);
        Assert.True(totals[0] < totals[1] && totals[1] < totals[2]);
    }

    [Fact]
    public void A_log_that_is_dear_is_warned_of()
    {
        var plan = Given.Plan(Given.Load, Given.Topology with { EdgeLogsInWorkspace = true });

        Assert.Contains(plan.Warnings, warning => warning.Contains("microblog:edgeLogsInWorkspace", StringComparison.Ordinal));
        Assert.DoesNotContain(Given.Plan(Given.Load).Warnings, warning => warning.Contains("microblog:edgeLogsInWorkspace", StringComparison.Ordinal));
    }

    [Fact]
    public void More_streams_than_front_door_carries_are_warned_of()
    {
        Assert.Contains(Given.Plan(Given.Users(1_000_000)).Warnings, warning => warning.Contains("3,000 WebSockets", StringComparison.Ordinal));
        Assert.DoesNotContain(Given.Plan(Given.Users(1_000)).Warnings, warning => warning.Contains("WebSockets", StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_larger_database_gives_up_is_warned_of()
    {
        Assert.Contains(Given.Plan(Given.Users(7_000_000)).Warnings, warning => warning.Contains("Premium SSD v2", StringComparison.Ordinal));
        Assert.Contains(Given.Plan(Given.Users(15_000_000)).Warnings, warning => warning.Contains("elastic cluster", StringComparison.Ordinal));
    }

    private static decimal Cost(CapacityPlan plan, string component) => plan.MonthlyCost.Single(cost => cost.Component == component).UsdPerMonth;
}
