namespace Microblog.Infra.Capacity;

/// <summary>
/// Seconds of the consumption profile or nodes of a dedicated one, whichever is cheaper at the mean load. Consumption also bills each request,
/// dedicated nodes are paid while half of them idle.
/// </summary>
internal static class AppsSizing
{
    /// <summary>From this many nodes on, larger ones are taken.</summary>
    private const int ManyNodes = 40;

    /// <summary>Share of a node's cores that replicas can use; the rest is the platform's and what does not divide.</summary>
    private const double Packing = 0.9;

    /// <summary>Cores of a replica of the telemetry collector, and its memory in GiB.</summary>
    public const double CollectorCores = 0.5, CollectorGiB = 1;

    public static AppsSize Choose(Load load, Topology topology, ServiceSize api, ServiceSize worker, Prices prices)
    {
        var dedicated = Dedicated(topology, api, worker);
        return DedicatedUsd(dedicated, prices) < ConsumptionUsd(load, api, worker, prices) ? dedicated : new AppsSize("Consumption", 0, 0, 0);
    }

    /// <summary>USD per month of the profile that was chosen.</summary>
    public static decimal Usd(Load load, AppsSize apps, ServiceSize api, ServiceSize worker, Prices prices) =>
        apps.IsDedicated ? DedicatedUsd(apps, prices) : ConsumptionUsd(load, api, worker, prices);

    /// <summary>Replicas of the telemetry collector: one in every zone. It grows with its load, which is small beside the services' own.</summary>
    public static int CollectorReplicas(Topology topology) => topology.ZoneRedundant ? 3 : 1;

    /// <summary>USD per month of the telemetry collector.</summary>
    public static decimal CollectorUsd(Topology topology, Prices prices) =>
        prices.Usd(Meter.AppsVCoreSecond, CollectorReplicas(topology) * CollectorCores * Demand.SecondsPerMonth)
        + prices.Usd(Meter.AppsGiBSecond, CollectorReplicas(topology) * CollectorGiB * Demand.SecondsPerMonth);

    private static AppsSize Dedicated(Topology topology, ServiceSize api, ServiceSize worker)
    {
        var least = topology.ZoneRedundant ? 3 : 1;
        foreach (var profile in SkuCatalog.Profiles)
        {
            double Nodes(double apiReplicas, double workerReplicas) => ((apiReplicas * api.Cpu) + (workerReplicas * worker.Cpu)) / (profile.VCores * Packing);
            var most = Math.Max(least + 1, (int)Math.Ceiling(Nodes(api.MaxReplicas, worker.MaxReplicas)));
            if (most <= ManyNodes || profile == SkuCatalog.Profiles[^1])
            {
                var min = Math.Max(least, (int)Math.Ceiling(Nodes(api.MinReplicas, worker.MinReplicas)));
                return new AppsSize(profile.Name, min, most, Math.Max(min, Nodes(api.MeanReplicas, worker.MeanReplicas)));
            }
        }
        throw new InvalidOperationException("The largest profile is always taken.");
    }

    private static decimal DedicatedUsd(AppsSize apps, Prices prices)
    {
        var profile = SkuCatalog.Profiles.Single(profile => profile.Name == apps.WorkloadProfile);
        return prices.Month(Meter.AppsDedicatedVCore, apps.MeanNodes * profile.VCores) + prices.Month(Meter.AppsDedicatedGiB, apps.MeanNodes * profile.MemoryGiB);
    }

    private static decimal ConsumptionUsd(Load load, ServiceSize api, ServiceSize worker, Prices prices)
    {
        var cores = (api.MeanReplicas * api.Cpu) + (worker.MeanReplicas * worker.Cpu);
        var memory = (api.MeanReplicas * api.MemoryGiB) + (worker.MeanReplicas * worker.MemoryGiB);
        return prices.Usd(Meter.AppsVCoreSecond, cores * Demand.SecondsPerMonth)
            + prices.Usd(Meter.AppsGiBSecond, memory * Demand.SecondsPerMonth)
            + prices.Usd(Meter.AppsMillionRequests, Demand.Mean(load).ApiRequests * Demand.SecondsPerMonth / 1e6);
    }
}
