using System.Collections.Immutable;
using System.Globalization;
using Microblog.Infra.Capacity;

namespace Microblog.Infra;

/// <summary>The plan as the stack's outputs show it.</summary>
internal static class Report
{
    /// <summary>One line for each component.</summary>
    public static ImmutableDictionary<string, string> Sizes(CapacityPlan plan) => new Dictionary<string, string>
    {
        ["Api"] = Text($"{plan.Api.MinReplicas} to {plan.Api.MaxReplicas} replicas of {plan.Api.Cpu} vCPU and {plan.Api.MemoryGiB} GiB"),
        ["Worker"] = Text($"{plan.Worker.MinReplicas} to {plan.Worker.MaxReplicas} replicas of {plan.Worker.Cpu} vCPU and {plan.Worker.MemoryGiB} GiB"),
        ["Database"] = Text($"{plan.Database.SkuName}, {plan.Database.StorageGB} GiB of {plan.Database.Storage}, {plan.Database.Iops} IOPS, {plan.Database.StandbyCount} standby, {plan.Database.ReplicaCount} replicas"),
        ["Cache"] = Text($"{plan.Cache.SkuName}, of which {plan.Cache.NeededGB:0.0} GB are used"),
        ["Broker"] = Text($"{plan.Broker.Nodes} nodes {plan.Broker.VmSize}, {plan.Broker.MessagesPerSecond:0} messages/s"),
        ["Edge"] = Text($"{plan.Edge.PeakRequestsPerSecond:0} requests/s, {plan.Edge.EgressGBPerMonth:0} GB a month"),
        ["Media"] = Text($"{plan.Media.StoredGB:0} GB"),
    }.ToImmutableDictionary();

    /// <summary>The bill by component, and in all.</summary>
    public static ImmutableDictionary<string, string> Cost(CapacityPlan plan) =>
        plan.MonthlyCost.ToImmutableDictionary(cost => cost.Component, cost => Text($"{cost.UsdPerMonth:0}")).Add("Total", Text($"{plan.TotalUsdPerMonth:0}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
