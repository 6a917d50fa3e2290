namespace Microblog.Infra.Capacity;

/// <summary>What a plan's sizes bring with them that nobody would guess.</summary>
internal static class PlanWarnings
{
    /// <summary>USD per month from which the edge's log in the workspace is worth a warning.</summary>
    private const decimal DearLogs = 500;

    /// <summary>WebSockets at a time that a Front Door profile carries unless Azure raises it (https://learn.microsoft.com/azure/frontdoor/standard-premium/websocket).</summary>
    private const int EdgeSockets = 3_000;

    public static IEnumerable<string> Of(Load load, Topology topology, CapacityPlan plan, Throughput per, Prices prices)
    {
        var assumptions = per.Figures.Count(figure => figure.Value.Assumption);
        if (assumptions > 0)
        {
            yield return $"{assumptions} of {per.Figures.Count} throughput figures are assumptions (Infra/Capacity/throughput.json): measure before buying reservations.";
        }
        var estimates = prices.Meters.Count(meter => meter.Value.Estimate);
        if (estimates > 0)
        {
            yield return $"{estimates} of {prices.Meters.Count} prices are estimates (Infra/Capacity/prices.json, {prices.Region}, {prices.Date:yyyy-MM-dd}).";
        }
        if (plan.Database.IsElastic)
        {
            yield return "The database is an elastic cluster: tables have to be distributed by account first, PostgreSQL 17 only, no growing storage, no long-term backups, one read replica.";
        }
        else if (plan.Database.StorageTier is null)
        {
            yield return "The database's disk is Premium SSD v2: storage does not grow by itself, and there are no long-term backups; the weekly dump has to take their place.";
        }
        if (plan.Database.Tier == "Burstable")
        {
            yield return "The database is burstable: no standby, no replica, no PgBouncer; once its credits are spent it runs at two fifths.";
        }
        if (plan.Connections.NeedsPooler)
        {
            yield return $"Processes may open {plan.Connections.PrimaryClients} connections, a server allows {plan.Connections.ServerLimit}: they have to go through PgBouncer (port 6432).";
        }
        var edgeLogs = topology.EdgeLogsInWorkspace ? plan.Edge.RequestsPerMonth * TrafficSizing.EdgeLogBytes / 1e9 : 0;
        if (prices.Usd(Meter.LogsIngestedGB, edgeLogs) > DearLogs)
        {
            yield return FormattableString.Invariant($"The edge's log costs about {prices.Usd(Meter.LogsIngestedGB, edgeLogs):#,0} a month in the workspace; microblog:edgeLogsInWorkspace: false archives it in blob storage.");
        }
        var streams = load.DailyActiveUsers * load.Growth * load.StreamingShare;
        if (streams > EdgeSockets)
        {
            yield return FormattableString.Invariant($"About {streams:#,0} streams are open at the peak, but a Front Door profile carries {EdgeSockets:#,0} WebSockets at a time: ask Azure's support for a higher limit before so many people come. Clients that get none ask for the timeline instead.");
        }
        if (topology.ZoneRedundant && topology.ReadReplicas == 0)
        {
            yield return "There is no read replica: reads and writes share the primary, and reads end while it fails over.";
        }
        if (Demand.Followers(load).MergedPerReader(CodeFacts.MergeAtFollowers) > CodeFacts.MaxMergedAuthors / 2.0)
        {
            yield return $"Readers follow many authors above {CodeFacts.MergeAtFollowers} followers; beyond {CodeFacts.MaxMergedAuthors} a home is read from PostgreSQL. Raise Microblog:MergeAtFollowers.";
        }
    }
}
