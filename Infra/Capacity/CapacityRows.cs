using System.Globalization;

namespace Microblog.Infra.Capacity;

/// <summary>The rows of the report's tables; a column per stack.</summary>
internal static class CapacityRows
{
    public static IEnumerable<string[]> Load(Load[] loads) =>
    [
        .. typeof(Load).GetProperties().Select(property => new[] { $"`{KeyName.InStack(property.Name)}`" }.Concat(loads.Select(load => Number(Convert.ToDouble(property.GetValue(load), CultureInfo.InvariantCulture)))).ToArray()),
    ];

    public static IEnumerable<string[]> Peak(Load[] loads)
    {
        var peaks = loads.Select(Demand.Peak).ToArray();
        string[] Row(string name, Func<Demand, double> value) => [name, .. peaks.Select(peak => Number(value(peak)))];
        return
        [
            Row("home reads", peak => peak.HomeReads),
            Row("other requests", peak => peak.OtherRequests),
            Row("statuses", peak => peak.Posts),
            Row("small writes", peak => peak.SmallWrites),
            Row("deliveries to timelines", peak => peak.Deliveries),
            Row("messages", peak => peak.Messages),
            Row("images uploaded", peak => peak.Uploads),
            Row("media files served", peak => peak.MediaViews),
        ];
    }

    public static IEnumerable<string[]> Sizes(CapacityPlan[] plans)
    {
        string[] Row(string name, Func<CapacityPlan, string> value) => [name, .. plans.Select(value)];
        return
        [
            Row("API replicas", plan => Service(plan.Api)),
            Row("worker replicas", plan => Service(plan.Worker)),
            Row("workload profile", plan => plan.Apps.IsDedicated ? $"{plan.Apps.WorkloadProfile}, {plan.Apps.MinNodes} to {plan.Apps.MaxNodes} nodes" : plan.Apps.WorkloadProfile),
            Row("database compute", plan => $"{(plan.Database.IsElastic ? $"elastic, {plan.Database.ElasticNodes} × " : "")}{plan.Database.SkuName}, {plan.Database.VCores} cores, {plan.Database.MemoryGiB} GiB"),
            Row("database servers", plan => $"primary{(plan.Database.StandbyCount > 0 ? ", standby" : "")}{(plan.Database.ReplicaCount > 0 ? $", {plan.Database.ReplicaCount} read replica" : "")}"),
            Row("database storage", plan => $"{plan.Database.Storage}, {Number(plan.Database.StorageGB)} GiB, {Number(plan.Database.Iops)} IOPS"),
            Row("connections to the primary", plan => $"{Number(plan.Connections.PrimaryClients)} of {Number(plan.Connections.ServerLimit)}{(plan.Connections.NeedsPooler ? ", by PgBouncer" : "")}"),
            Row("cache", plan => $"{plan.Cache.SkuName}, {Number(plan.Cache.NeededGB)} of {Number(plan.Cache.MemoryGB)} GB"),
            Row("broker", plan => plan.Broker.Nodes == 0 ? "elsewhere" : $"{plan.Broker.Nodes} × {plan.Broker.VmSize}, {plan.Broker.DiskGB} GiB"),
            Row("edge", plan => $"{Number(plan.Edge.PeakRequestsPerSecond)} requests/s, {Number(plan.Edge.PeakGbps)} Gbit/s at the peak"),
            Row("to clients per month", plan => $"{Number(plan.Edge.EgressGBPerMonth)} GB"),
            Row("media stored", plan => $"{Number(plan.Media.StoredGB)} GB"),
        ];
    }

    public static IEnumerable<string[]> Latency((Load Load, CapacityPlan Plan)[] plans, Throughput throughput)
    {
        Latency Bound((Load Load, CapacityPlan Plan) plan, double tail, bool degraded) => Microblog.Infra.Capacity.Latency.HomeRead(plan.Load, plan.Plan, throughput, tail, degraded);
        var normal = plans.Select(plan => Bound(plan, 0.01, degraded: false)).ToArray();
        string[] Total(string name, double tail, bool degraded) => [$"**{name}**", .. plans.Select(plan => $"**{Milliseconds(Bound(plan, tail, degraded).Milliseconds)}**")];
        return
        [
            .. normal[0].Terms.Select((term, i) => new[] { term.Part }.Concat(normal.Select(latency => Term(latency.Terms[i]))).ToArray()),
            Total("99 % are faster than", 0.01, degraded: false),
            Total("99.9 % are faster than", 0.001, degraded: false),
            Total("99 %, a zone lost", 0.01, degraded: true),
            Total("99.9 %, a zone lost", 0.001, degraded: true),
        ];
    }

    public static IEnumerable<string[]> Costs(CapacityPlan[] plans) =>
    [
        .. plans[0].MonthlyCost.Select((cost, i) => new[] { cost.Component }.Concat(plans.Select(plan => Number((double)plan.MonthlyCost[i].UsdPerMonth))).Append(plans[^1].MonthlyCost[i].What).ToArray()),
        ["**total**", .. plans.Select(plan => $"**{Number((double)plan.TotalUsdPerMonth)}**"), ""],
    ];

    /// <summary>The first step of each part above the stack's load.</summary>
    public static IEnumerable<string[]> NextLimits(IReadOnlyList<(string Name, Load Load, Topology Topology)> stacks, Throughput throughput, Prices prices)
    {
        var points = stacks.Select(stack => BreakPoints.Of(stack.Load, stack.Topology, throughput, prices, stack.Load.DailyActiveUsers, CapacityReport.BreakPointsUpTo)).ToList();
        string Next(IEnumerable<BreakPoint> all, string part) => all.FirstOrDefault(point => point.Part == part) is { } next
            ? string.Create(CultureInfo.InvariantCulture, $"{next.DailyActiveUsers:#,0}: {next.To}")
            : "none";
        return points.SelectMany(all => all).Select(point => point.Part).Distinct().Select(part => new[] { part }.Concat(points.Select(all => Next(all, part))).ToArray());
    }

    private static string Service(ServiceSize size) => string.Create(CultureInfo.InvariantCulture, $"{size.MinReplicas} to {size.MaxReplicas}, {size.Cpu} vCPU, {size.MemoryGiB} GiB each");

    private static string Term(LatencyTerm term) => term.Utilisation is { } busy
        ? string.Create(CultureInfo.InvariantCulture, $"{Milliseconds(term.Milliseconds)} ({busy:0 %} busy)")
        : Milliseconds(term.Milliseconds);

    private static string Milliseconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>Three significant digits are more than the model is worth; whole ones from ten on.</summary>
    private static string Number(double value) => value.ToString(value is >= 10 or 0 ? "#,0" : "0.##", CultureInfo.InvariantCulture);
}
