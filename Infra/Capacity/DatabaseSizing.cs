namespace Microblog.Infra.Capacity;

/// <summary>What the database has to bear at the peak, after growth.</summary>
/// <param name="WriteCores">Busy cores of the primary for writes.</param>
/// <param name="ReadCores">Busy cores for reads, wherever they are answered.</param>
/// <param name="ReplayCores">Busy cores of a replica for the primary's changes.</param>
/// <param name="Iops">Disk operations per second of a server that does all of it.</param>
/// <param name="StoredGB">GiB at the end of the retention.</param>
public sealed record DatabaseNeed(double WriteCores, double ReadCores, double ReplayCores, double Iops, double StoredGB)
{
    /// <summary>The need of a load.</summary>
    public static DatabaseNeed Of(Load load, Throughput per)
    {
        var peak = Demand.Peak(load);
        var writes = ((peak.Posts * per.DatabasePost) + (peak.SmallWrites * per.DatabaseSmallWrite) + (peak.FollowersScanned * per.DatabaseFollower)) / 1e6;
        var reads = ((peak.HomeReads * per.DatabaseHomeRead) + (peak.OtherRequests * per.DatabaseOtherRead)) / 1e6;
        var iops = (peak.HomeReads * per.DatabaseReadIosPerHomeRead) + (peak.OtherRequests * per.DatabaseReadIosPerOther)
            + (peak.Posts * per.DatabaseWriteIosPerPost) + (peak.SmallWrites * per.DatabaseWriteIosPerSmallWrite);
        return new DatabaseNeed(writes, reads, writes * per.DatabaseReplay, iops, StoredBytes(load, per) * load.Growth / (1L << 30));
    }

    private static double StoredBytes(Load load, Throughput per)
    {
        var userDays = (double)load.DailyActiveUsers * load.RetentionDays;
        return (userDays * load.PostsPerUserAndDay * per.DatabaseBytesPerPost)
            + (userDays * load.SmallWritesPerUserAndDay * per.DatabaseBytesPerSmallWrite)
            + (load.Accounts * load.AverageFollowers * per.DatabaseBytesPerFollow)
            + (load.Accounts * per.DatabaseBytesPerAccount);
    }
}

/// <summary>
/// The smallest server that is at most half busy with its part, and at most 80 % busy with all of it when the other server is away; a larger one
/// when the disk operations demand it; an elastic cluster when no server is large enough.
/// </summary>
internal static class DatabaseSizing
{
    /// <summary>A query that asks several nodes costs more than on one server.</summary>
    public const double ElasticOverhead = 1.5;

    /// <summary>Node size of an elastic cluster.</summary>
    private const string ElasticNode = "Standard_D32ds_v5";

    public static DatabaseSize Size(Load load, Topology topology, Throughput per)
    {
        var need = DatabaseNeed.Of(load, per);
        var cores = Cores(need, topology);
        var iops = need.Iops / Headroom.Disk;
        var gigabytes = Math.Max(need.StoredGB / Headroom.Disk, topology.DatabaseStorageGB ?? 0);
        if (topology.DatabaseSku is not null)
        {
            return Pinned(topology, cores, iops, gigabytes);
        }
        var fitting = SkuCatalog.Databases.FirstOrDefault(sku => IsPossible(sku, topology) && sku.SustainedCores >= cores && sku.MaxIops >= iops);
        return fitting is not null && DatabaseDisk.Fits(iops, gigabytes) ? One(fitting, topology, iops, gigabytes) : Elastic(topology, cores, iops, gigabytes);
    }

    /// <summary>Cores that each server needs, primary and replica alike.</summary>
    public static double Cores(DatabaseNeed need, Topology topology)
    {
        var all = need.WriteCores + need.ReadCores;
        return topology.ReadReplicas == 0
            ? all / Headroom.Database
            : Math.Max(Math.Max(need.WriteCores, need.ReadCores + need.ReplayCores) / Headroom.Database, all / Headroom.DatabaseAlone);
    }

    /// <summary>Burstable servers have neither standby nor replicas.</summary>
    private static bool IsPossible(DatabaseSku sku, Topology topology) => sku.Tier != "Burstable" || (!topology.ZoneRedundant && topology.ReadReplicas == 0);

    private static DatabaseSize Pinned(Topology topology, double cores, double iops, double gigabytes)
    {
        var key = KeyName.InStack(nameof(Topology.DatabaseSku));
        var sku = SkuCatalog.Databases.FirstOrDefault(sku => sku.Name == topology.DatabaseSku)
            ?? throw new CapacityException(key, $"\"{topology.DatabaseSku}\" is not one of {string.Join(", ", SkuCatalog.Databases.Select(sku => sku.Name))}.");
        if (!IsPossible(sku, topology))
        {
            throw new CapacityException(key, $"{sku.Name} is burstable, which allows neither a standby in another zone nor read replicas.");
        }
        if (sku.SustainedCores < cores || sku.MaxIops < iops)
        {
            throw new CapacityException(key, FormattableString.Invariant(
                $"{sku.Name} has {sku.SustainedCores:0.#} cores and {sku.MaxIops} IOPS, the load needs {cores:0.#} and {iops:0}. Take a larger size, or leave the key away."));
        }
        return One(sku, topology, iops, gigabytes);
    }

    private static DatabaseSize One(DatabaseSku sku, Topology topology, double iops, double gigabytes)
    {
        var disk = DatabaseDisk.For(iops, gigabytes, topology.DatabaseStorageGB);
        return new DatabaseSize(
            sku.Name, sku.Tier, sku.VCores, sku.MemoryGiB, disk.SizeGB, disk.Type, disk.Tier, Math.Min(disk.Iops, sku.MaxIops), topology.ZoneRedundant ? 1 : 0, topology.ReadReplicas, 0);
    }

    private static DatabaseSize Elastic(Topology topology, double cores, double iops, double gigabytes)
    {
        var sku = SkuCatalog.Databases.Single(sku => sku.Name == ElasticNode);
        // The smallest number of nodes whose share fits each of their limits.
        var nodes = (int)Math.Ceiling(new[] { 2, cores * ElasticOverhead / sku.SustainedCores, iops / sku.MaxIops, iops / SkuCatalog.Disks[^1].Iops, gigabytes / SkuCatalog.Disks[^1].SizeGB }.Max());
        if (nodes > SkuCatalog.ElasticMaxNodes)
        {
            throw new CapacityException(KeyName.InStack(nameof(Load.DailyActiveUsers)), $"the database would need an elastic cluster of {nodes} nodes of {sku.VCores} cores; {SkuCatalog.ElasticMaxNodes} are possible. Split the installation, or lower the load that is planned for.");
        }
        var disk = DatabaseDisk.For(iops / nodes, gigabytes / nodes, pinned: null);
        return new DatabaseSize(
            sku.Name, sku.Tier, sku.VCores, sku.MemoryGiB, disk.SizeGB, disk.Type, disk.Tier, Math.Min(disk.Iops, sku.MaxIops), topology.ZoneRedundant ? 1 : 0, Math.Min(topology.ReadReplicas, 1), nodes);
    }
}
