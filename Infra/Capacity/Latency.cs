namespace Microblog.Infra.Capacity;

/// <summary>One summand of a response time.</summary>
/// <param name="Part">What takes the time.</param>
/// <param name="Milliseconds">Upper bound that only its share of the tail exceeds.</param>
/// <param name="Utilisation">Busy share of the station; null for a distance, which does not depend on the load.</param>
public sealed record LatencyTerm(string Part, double Milliseconds, double? Utilisation);

/// <summary>
/// How long a home timeline takes, from the first byte at the edge to the last byte sent, by arithmetic. Three stations (API, cache, database) wait and serve as M/M/c
/// queues at the plan's peak. Each of the six random terms is taken where only a sixth of the tail (1 % or 0.1 %) exceeds it, so by the union bound the sum
/// is exceeded by at most the whole tail, whatever depends on whatever. Distances and pauses are constants: generous ones.
/// </summary>
public sealed record Latency(IReadOnlyList<LatencyTerm> Terms)
{
    /// <summary>What an answer may take.</summary>
    public const double TargetMilliseconds = 200;

    /// <summary>Edge location to region and back within a continent, over connections that are open.</summary>
    private const double EdgeToRegion = 40;

    /// <summary>The environment's ingress, twice through a proxy.</summary>
    private const double Ingress = 4;

    /// <summary>What passes between the edge's first byte and the service's; a service that measures itself does not see it.</summary>
    public const double OnTheWayMilliseconds = EdgeToRegion + Ingress;

    /// <summary>Calls to cache and database one after the other (limits, lists, ids, statuses), each with 2 ms between zones and through the pooler.</summary>
    private const double RoundTrips = 5 * 2;

    /// <summary>A pause of the garbage collector in the API's process.</summary>
    private const double Pause = 15;

    /// <summary>Disk reads one after the other in an unlucky page, each 5 ms on Premium SSD.</summary>
    private const double DiskReads = 6 * 5;

    /// <summary>Random terms that share the tail.</summary>
    private const int RandomTerms = 6;

    /// <summary>Sum of the terms: the percentile's upper bound.</summary>
    public double Milliseconds => Terms.Sum(term => term.Milliseconds);

    /// <summary>The bound of a home read.</summary>
    /// <param name="load">The load.</param>
    /// <param name="plan">Its sizes.</param>
    /// <param name="per">Figures.</param>
    /// <param name="tail">0.01 for the 99th percentile, 0.001 for the 99.9th.</param>
    /// <param name="degraded">With a third of the replicas lost and one database server carrying all.</param>
    public static Latency HomeRead(Load load, CapacityPlan plan, Throughput per, double tail, bool degraded)
    {
        var each = tail / RandomTerms;
        var (apiCores, apiBusy) = Api(load, plan, per, degraded);
        var (databaseCores, databaseBusy) = Database(load, plan, per, degraded);
        // A shard is one thread: no other core of the cache helps it.
        var cacheBusy = CacheSizing.Cores(load, per) / SkuCatalog.Caches.Single(sku => sku.Name == plan.Cache.SkuName).VCores;
        var merged = Math.Min(Demand.Followers(load).MergedPerReader(CodeFacts.MergeAtFollowers), CodeFacts.MaxMergedAuthors);
        var cacheMilliseconds = (1 + ((1 + merged) * CodeFacts.RedisCallsPerList)) * per.RedisCall / 1_000;
        return new Latency(
        [
            new("edge to region and back", EdgeToRegion, null),
            new("ingress", Ingress, null),
            new("round trips inside the region", RoundTrips, null),
            new("garbage collector", Pause, null),
            new("disk reads", DiskReads, null),
            .. Station("API", apiCores, apiBusy, per.ApiHomeRead / 1_000, each),
            .. Station("cache", 1, cacheBusy, cacheMilliseconds, each),
            .. Station("database", databaseCores, databaseBusy, per.DatabaseHomeRead / 1_000, each),
        ]);
    }

    private static LatencyTerm[] Station(string name, int cores, double busy, double serviceMilliseconds, double tail) =>
    [
        new($"{name}: wait", Queueing.WaitMilliseconds(cores, busy, serviceMilliseconds, tail), busy / cores),
        new($"{name}: work", Queueing.ServiceMilliseconds(serviceMilliseconds, tail), busy / cores),
    ];

    /// <summary>Cores of one replica and how many of them are busy; scaling keeps as many replicas as the peak needs.</summary>
    private static (int Cores, double Busy) Api(Load load, CapacityPlan plan, Throughput per, bool degraded)
    {
        var cores = ServiceSizing.ApiCores(Demand.Peak(load), per);
        var replicas = Math.Clamp(Math.Ceiling(cores / (plan.Api.Cpu * Headroom.Api)), plan.Api.MinReplicas, plan.Api.MaxReplicas) * (degraded && plan.Database.StandbyCount > 0 ? 2.0 / 3 : 1);
        // Half a core is one core at half the speed; as a whole one that is half as busy again it waits about as long.
        var whole = (int)Math.Max(1, Math.Floor(plan.Api.Cpu));
        return (whole, cores / (replicas * plan.Api.Cpu) * whole);
    }

    private static (int Cores, double Busy) Database(Load load, CapacityPlan plan, Throughput per, bool degraded)
    {
        var need = DatabaseNeed.Of(load, per);
        var busy = degraded || plan.Database.ReplicaCount == 0 ? need.WriteCores + need.ReadCores : need.ReadCores + need.ReplayCores;
        var sku = SkuCatalog.Databases.Single(sku => sku.Name == plan.Database.SkuName);
        return plan.Database.IsElastic
            ? (sku.VCores, busy * DatabaseSizing.ElasticOverhead / plan.Database.ElasticNodes)
            : ((int)Math.Max(1, Math.Floor(sku.SustainedCores)), busy / sku.SustainedCores * Math.Max(1, Math.Floor(sku.SustainedCores)));
    }
}
