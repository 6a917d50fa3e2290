namespace Microblog.Infra.Capacity;

/// <summary>
/// The bill of a month by component: sizes that are always on as they stand, what is paid by use at today's mean load. List prices, without tax,
/// reservations (the database's save up to 65 % over three years) and support.
/// </summary>
internal static class Costs
{
    /// <summary>Share of the database that changes per day: what its log and incremental backups hold.</summary>
    private const double DailyChange = 0.02;

    /// <summary>GiB of a broker node's system disk.</summary>
    private const double SystemDiskGB = 32;

    /// <summary>Metric alerts, burn-rate queries and activity alerts.</summary>
    private const int AlertRules = 60;

    /// <summary>Private DNS zones and the public one.</summary>
    private const int DnsZones = 7;

    /// <summary>Vault, registry, cache and storage; the database's servers come on top.</summary>
    private const int PrivateEndpoints = 4;

    /// <summary>GB per month to the outside that is not an answer: pushes, image pulls, updates.</summary>
    private const double NatGB = 200;

    public static IReadOnlyList<ComponentCost> Of(Load load, Topology topology, CapacityPlan plan, DatabaseNeed need, Prices prices) =>
    [
        Apps(load, topology, plan, prices),
        Database(plan.Database, prices),
        new("Cache", prices.Month(Sku(plan.Cache).Meter, Sku(plan.Cache).Units * (plan.Cache.HighAvailability ? 2 : 1)), $"{plan.Cache.SkuName}, {(plan.Cache.HighAvailability ? "two nodes" : "one node")}"),
        Broker(plan.Broker, prices),
        Edge(plan.Edge, prices),
        Media(topology, plan.Media, prices),
        Backup(topology, plan, need, prices),
        Observability(topology, plan.Observability, prices),
        Network(load, topology, plan, prices),
    ];

    private static CacheSku Sku(CacheSize cache) => SkuCatalog.Caches.Single(sku => sku.Name == cache.SkuName);

    private static ComponentCost Apps(Load load, Topology topology, CapacityPlan plan, Prices prices) => new(
        "Apps",
        AppsSizing.Usd(load, plan.Apps, plan.Api, plan.Worker, prices) + AppsSizing.CollectorUsd(topology, prices) + (plan.Ingress?.Usd(prices) ?? 0)
            + prices.Month(Meter.AppsPlanHour, 1) + prices.Usd(Meter.RegistryDay, 30.4),
        (plan.Apps.IsDedicated ? $"{plan.Apps.MeanNodes:0.#} nodes {plan.Apps.WorkloadProfile} on average, " : "seconds and requests of the consumption profile, ")
            + (plan.Ingress is { } ingress ? $"{ingress.MinNodes} nodes {ingress.Profile} of ingress, " : "") + "telemetry collector, registry");

    private static ComponentCost Database(DatabaseSize database, Prices prices)
    {
        var servers = (1 + database.StandbyCount + database.ReplicaCount) * Math.Max(1, database.ElasticNodes);
        var compute = database.Tier == "Burstable" ? prices.Month(Meter.PostgresB2s, servers) : prices.Month(Meter.PostgresVCore, servers * database.VCores);
        var storage = database.StorageTier is not null
            ? prices.Usd(Meter.PostgresStorageGiB, (double)servers * database.StorageGB)
            : prices.Usd(Meter.PostgresStorageV2GiB, (double)servers * database.StorageGB)
                + prices.Usd(Meter.PostgresIopsV2, (double)servers * Math.Max(0, database.Iops - SkuCatalog.DiskV2FreeIops));
        return new("Database", compute + storage, FormattableString.Invariant($"{servers} × {database.SkuName}: compute {compute:#,0}, storage {storage:#,0}"));
    }

    private static ComponentCost Broker(BrokerSize broker, Prices prices)
    {
        if (broker.Nodes == 0)
        {
            return new("Broker", 0, "outside this program");
        }
        var vm = SkuCatalog.Vms.Single(vm => vm.Name == broker.VmSize);
        var disk = broker.DiskSku == "Premium_LRS" ? Meter.DiskPremiumGiB : Meter.DiskStandardSsdGiB;
        return new(
            "Broker",
            prices.Month(vm.Meter, vm.Units * broker.Nodes) + prices.Usd(disk, broker.Nodes * (broker.DiskGB + SystemDiskGB)) + prices.Month(Meter.LoadBalancerHour, 1),
            $"{broker.Nodes} × {broker.VmSize}, disks, load balancer");
    }

    private static ComponentCost Edge(EdgeSize edge, Prices prices)
    {
        var egress = prices.Usd(Meter.EdgeEgressGB, edge.EgressGBPerMonth);
        return new("Edge", prices.Usd(Meter.EdgeBase, 1) + prices.Usd(Meter.EdgeTenThousandRequests, edge.RequestsPerMonth / 10_000) + egress, FormattableString.Invariant($"profile, requests; {edge.EgressGBPerMonth:#,0} GB to clients {egress:#,0}"));
    }

    private static ComponentCost Media(Topology topology, MediaSize media, Prices prices) => new(
        "Media",
        prices.Usd(topology.GeoRedundantBackup ? Meter.BlobGeoStoredGB : Meter.BlobStoredGB, media.StoredGB)
            + prices.Usd(Meter.BlobTenThousandWrites, media.WritesPerMonth / 10_000) + prices.Usd(Meter.BlobTenThousandReads, media.ReadsPerMonth / 10_000),
        FormattableString.Invariant($"{media.StoredGB:#,0} GB at the end of the retention, {(topology.GeoRedundantBackup ? "in two regions" : "in one region")}"));

    private static ComponentCost Backup(Topology topology, CapacityPlan plan, DatabaseNeed need, Prices prices)
    {
        // Point-in-time backups up to the provisioned storage are included; the copy in the paired region is billed again.
        var copies = topology.GeoRedundantBackup ? 2 : 1;
        var pointInTime = need.StoredGB * (1 + (DailyChange * topology.BackupRetentionDays)) * copies;
        var included = (double)plan.Database.StorageGB * Math.Max(1, plan.Database.ElasticNodes);
        var weekly = topology.LongTermBackupWeeks * need.StoredGB;
        var vault = topology.LongTermBackupWeeks > 0 ? prices.Usd(Meter.BackupInstance, 2) + prices.Usd(Meter.LongTermBackupGiB, weekly) : 0;
        return new("Backup", prices.Usd(Meter.PostgresBackupGiB, Math.Max(0, pointInTime - included)) + vault, FormattableString.Invariant($"{topology.BackupRetentionDays} days to any moment, {topology.LongTermBackupWeeks} weekly ones"));
    }

    private static ComponentCost Observability(Topology topology, ObservabilitySize size, Prices prices)
    {
        var retained = size.WorkspaceGBPerMonth * Math.Max(0, topology.LogRetentionDays - 31) / 30.4;
        return new(
            "Observability",
            prices.Usd(Meter.LogsIngestedGB, size.WorkspaceGBPerMonth) + prices.Usd(Meter.LogsRetainedGB, retained)
                + prices.Usd(Meter.BlobCoolGB, size.ArchiveGBPerMonth * topology.LogRetentionDays / 30.4) + prices.Usd(Meter.AlertRule, AlertRules) + prices.Usd(Meter.WebTest, 2),
            FormattableString.Invariant($"{size.WorkspaceGBPerMonth:#,0} GB searchable, {size.ArchiveGBPerMonth:#,0} GB archived per month"));
    }

    private static ComponentCost Network(Load load, Topology topology, CapacityPlan plan, Prices prices)
    {
        var endpoints = PrivateEndpoints + 1 + plan.Database.ReplicaCount;
        // Rows come in about the size of the answers; lists, limits and messages are small beside them.
        var rows = plan.Edge.EgressGBPerMonth - (Demand.Mean(load).MediaViews * Demand.SecondsPerMonth * load.MediaViewBytes / 1e9);
        return new(
            "Network",
            prices.Month(Meter.PrivateEndpointHour, endpoints) + prices.Usd(Meter.PrivateEndpointGB, rows) + prices.Month(Meter.NatHour, 1) + prices.Usd(Meter.NatGB, NatGB)
                + prices.Month(Meter.PublicAddressHour, 2) + prices.Month(Meter.LoadBalancerHour, 1) + prices.Usd(Meter.DnsZone, DnsZones) + (topology.DdosPlan ? prices.Usd(Meter.DdosPlan, 1) : 0),
            $"{endpoints} private endpoints, gateway{(topology.DdosPlan ? ", DDoS plan" : "")}");
    }
}
