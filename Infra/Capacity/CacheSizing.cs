namespace Microblog.Infra.Capacity;

/// <summary>
/// The cache holds a timeline for everybody who came within a week, the lists of merged authors, room for rendered statuses of two days, and counters.
/// All of it can be rebuilt, but a cache that evicts timelines makes the database slow.
/// </summary>
internal static class CacheSizing
{
    /// <summary>Key, expiry and list header of one timeline, in bytes.</summary>
    private const double KeyBytes = 150;

    /// <summary>Days of rendered statuses.</summary>
    private const double FragmentDays = 2;

    public static CacheSize Size(Load load, Topology topology, Throughput per)
    {
        var gigabytes = Bytes(load, per) / 1e9;
        var cores = Cores(load, per) / Headroom.CacheCpu;
        bool Holds(CacheSku sku) => sku.MemoryGB * Headroom.CacheUsable * Headroom.CacheMemory >= gigabytes && sku.VCores >= cores;
        var key = KeyName.InStack(nameof(Topology.CacheSku));
        CacheSku sku;
        if (topology.CacheSku is null)
        {
            sku = SkuCatalog.Caches.FirstOrDefault(Holds) ?? throw new CapacityException(KeyName.InStack(nameof(Load.DailyActiveUsers)), FormattableString.Invariant(
                $"the cache would need {gigabytes:0} GB of data and {cores:0.#} cores, more than the largest size ({SkuCatalog.Caches[^1].Name}) holds. Lower the load that is planned for."));
        }
        else
        {
            sku = SkuCatalog.Caches.FirstOrDefault(sku => sku.Name == topology.CacheSku)
                ?? throw new CapacityException(key, $"\"{topology.CacheSku}\" is not one of {string.Join(", ", SkuCatalog.Caches.Select(sku => sku.Name))}.");
            if (!Holds(sku))
            {
                throw new CapacityException(key, FormattableString.Invariant(
                    $"{sku.Name} holds {sku.MemoryGB * Headroom.CacheUsable * Headroom.CacheMemory:0.##} GB of data on {sku.VCores} cores, the load needs {gigabytes:0.##} GB and {cores:0.#}. Take a larger size, or leave the key away."));
            }
        }
        return new CacheSize(sku.Name, sku.MemoryGB, gigabytes, topology.ZoneRedundant);
    }

    /// <summary>Bytes of data after growth.</summary>
    public static double Bytes(Load load, Throughput per)
    {
        var timelines = load.Accounts * load.WeeklyActiveShare * ListBytes(CodeFacts.HomeItems, per);
        var authors = load.Accounts * Demand.Followers(load).ShareAbove(CodeFacts.MergeAtFollowers) * ListBytes(CodeFacts.AuthorItems, per);
        var fragments = load.DailyActiveUsers * load.PostsPerUserAndDay * FragmentDays * per.RedisBytesPerFragment;
        return (timelines + authors + fragments + (load.DailyActiveUsers * per.RedisBytesPerActiveUser)) * load.Growth;
    }

    /// <summary>Busy cores at the peak.</summary>
    public static double Cores(Load load, Throughput per)
    {
        var peak = Demand.Peak(load);
        var merged = Math.Min(Demand.Followers(load).MergedPerReader(CodeFacts.MergeAtFollowers), CodeFacts.MaxMergedAuthors);
        var calls = (peak.HomeReads * (1 + merged) * CodeFacts.RedisCallsPerList) + peak.ApiRequests + peak.Messages;
        return ((calls * per.RedisCall) + (peak.Deliveries * per.RedisDelivery)) / 1e6;
    }

    private static double ListBytes(int items, Throughput per) => ((items + CodeFacts.TrimSlack) * per.RedisBytesPerEntry) + KeyBytes;
}
