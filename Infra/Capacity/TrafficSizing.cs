namespace Microblog.Infra.Capacity;

/// <summary>Traffic at the edge, media in blob storage, and the volume of telemetry. Paid by use, so today's mean without growth counts.</summary>
internal static class TrafficSizing
{
    /// <summary>Share of media requests that the edge has to fetch: each file once per region and eviction.</summary>
    private const double EdgeMissShare = 0.1;

    /// <summary>Bytes of one line of the edge's access log as the workspace counts them.</summary>
    public const double EdgeLogBytes = 1_100;

    /// <summary>Bytes of the spans of one request: HTTP, queries, cache.</summary>
    private const double TraceBytes = 5_000;

    /// <summary>GB per month that a core of the services, a server or a gateway sends as metrics and logs whatever happens.</summary>
    private const double GBPerSource = 4;

    /// <summary>Sources that are always there: database, cache, broker, vault, registry, edge, environment.</summary>
    private const int FixedSources = 7;

    /// <summary>
    /// Requests of one address in five minutes: ten times what the API allows an account's token, because many people share an address behind carriers' gateways.
    /// The API itself limits by account; this is against floods.
    /// </summary>
    private const int RateLimit = 3_000;

    public static EdgeSize Edge(Load load, Throughput per)
    {
        var (mean, peak) = (Demand.Mean(load), Demand.Peak(load));
        return new EdgeSize(
            peak.ApiRequests + peak.MediaViews,
            (mean.ApiRequests + mean.MediaViews) * Demand.SecondsPerMonth,
            BytesPerSecond(mean, load, per) * Demand.SecondsPerMonth / 1e9,
            BytesPerSecond(peak, load, per) * 8 / 1e9,
            RateLimit);
    }

    public static MediaSize Media(Load load)
    {
        var mean = Demand.Mean(load);
        var files = load.DailyActiveUsers * load.PostsPerUserAndDay * load.MediaPerPost * load.RetentionDays;
        // An image and its preview.
        return new MediaSize(files * load.MediaBytes / 1e9, 2 * mean.Uploads * Demand.SecondsPerMonth, mean.MediaViews * EdgeMissShare * Demand.SecondsPerMonth);
    }

    public static ObservabilitySize Observability(Load load, Topology topology, ServiceSize api, ServiceSize worker)
    {
        var mean = Demand.Mean(load);
        var edgeLogs = (mean.ApiRequests + mean.MediaViews) * Demand.SecondsPerMonth * EdgeLogBytes / 1e9;
        var traces = mean.ApiRequests * Demand.SecondsPerMonth * topology.TraceSampling * TraceBytes / 1e9;
        var steady = ((api.MeanReplicas * api.Cpu) + (worker.MeanReplicas * worker.Cpu) + FixedSources) * GBPerSource;
        var workspace = steady + traces + (topology.EdgeLogsInWorkspace ? edgeLogs : 0);
        return new ObservabilitySize(workspace, topology.EdgeLogsInWorkspace ? 0 : edgeLogs, Math.Ceiling(workspace / 30 * 2));
    }

    private static double BytesPerSecond(Demand demand, Load load, Throughput per) =>
        (demand.HomeReads * per.HomeResponseBytes) + (demand.OtherRequests * per.OtherResponseBytes) + (demand.MediaViews * load.MediaViewBytes);
}
