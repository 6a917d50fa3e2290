namespace Microblog.Infra.Capacity;

/// <summary>
/// Replicas of API and worker. Cores at the peak = Σ rate × CPU time; replicas = cores / (cores of a replica × share that may be busy),
/// at least three with zones, and as many more as open streams need.
/// </summary>
internal static class ServiceSizing
{
    /// <summary>From this many replicas on, larger ones are taken: fewer connections to the database for the same work.</summary>
    private const int ManyReplicas = 40;

    /// <summary>MiB of a process before anything happens, and of its caches.</summary>
    private const double BaseMiB = 500;

    /// <summary>Open streams of one process at most, whatever its memory: each message is rendered and written once per stream.</summary>
    private const double StreamsPerCore = 5_000;

    public static ServiceSize Api(Load load, Topology topology, Throughput per)
    {
        var streams = load.DailyActiveUsers * load.Growth * load.StreamingShare;
        return Size(ApiCores(Demand.Peak(load), per), ApiCores(Demand.Mean(load), per), streams, per.ApiStreamKiB / 1024, Headroom.Api, topology, nameof(Load.DailyActiveUsers));
    }

    public static ServiceSize Worker(Load load, Topology topology, Throughput per) =>
        Size(WorkerCores(Demand.Peak(load), per), WorkerCores(Demand.Mean(load), per), 0, 0, Headroom.Worker, topology, nameof(Load.PostsPerUserAndDay));

    /// <summary>Cores that the API keeps busy.</summary>
    public static double ApiCores(Demand demand, Throughput per) =>
        ((demand.HomeReads * per.ApiHomeRead) + (demand.OtherRequests * per.ApiOtherRequest) + (demand.Posts * per.ApiPost) + (demand.Uploads * per.ApiMediaUpload)) / 1e6;

    /// <summary>Cores that the workers keep busy.</summary>
    public static double WorkerCores(Demand demand, Throughput per) => ((demand.Messages * per.WorkerMessage) + (demand.Deliveries * per.WorkerDelivery)) / 1e6;

    private static ServiceSize Size(double peakCores, double meanCores, double streams, double streamMiB, double busy, Topology topology, string key)
    {
        var least = topology.ZoneRedundant ? 3 : 1;
        foreach (var (cpu, memoryGiB) in SkuCatalog.Containers)
        {
            var streamsEach = Math.Min(StreamsPerCore * cpu, ((memoryGiB * 1024) - BaseMiB) / Math.Max(streamMiB, 1e-9));
            var forStreams = streams / streamsEach;
            var peak = (int)Math.Ceiling(Math.Max(peakCores / (cpu * busy), forStreams));
            // Zones lose a third of the replicas at once, so a small installation's replicas have half a core to spare, not a tenth.
            var isLargest = cpu == SkuCatalog.Containers[^1].Cpu;
            if ((peak > ManyReplicas || (topology.ZoneRedundant && cpu < 1)) && !isLargest)
            {
                continue;
            }
            var mean = Math.Max(least, Math.Max(meanCores / (cpu * busy), forStreams / 2));
            var most = Math.Max(least + 1, (int)Math.Ceiling(peak * Headroom.Surge));
            return most <= SkuCatalog.MaxReplicas
                ? new ServiceSize((int)Math.Ceiling(mean), most, mean, cpu, memoryGiB)
                : throw new CapacityException(KeyName.InStack(key), FormattableString.Invariant($"the peak needs {most} replicas of {cpu} cores; a container app has {SkuCatalog.MaxReplicas} at most. Split the installation, or lower the load that is planned for."));
        }
        throw new InvalidOperationException("The largest container is always taken.");
    }
}
