namespace Microblog.Infra.Capacity;

/// <summary>How full a part may be at the peak, after growth. Everything that is kept free is kept free here.</summary>
public static class Headroom
{
    /// <summary>Busy share of API cores. When a zone is lost, two thirds of them carry all: 0.5 becomes 0.75.</summary>
    public const double Api = 0.5;

    /// <summary>Busy share of worker cores; what is free drains a backlog.</summary>
    public const double Worker = 0.5;

    /// <summary>Busy share of a database server's cores while primary and replica share the work.</summary>
    public const double Database = 0.5;

    /// <summary>Busy share while one of the two is away and the other carries all.</summary>
    public const double DatabaseAlone = 0.8;

    /// <summary>Used share of the database's disk operations, and of its space: Azure turns a server read-only at 95 %.</summary>
    public const double Disk = 0.7;

    /// <summary>Used share of the cache's memory that is for data.</summary>
    public const double CacheMemory = 0.8;

    /// <summary>Share of a cache size's memory that is for data; the service keeps the rest.</summary>
    public const double CacheUsable = 0.8;

    /// <summary>Busy share of the cache's cores.</summary>
    public const double CacheCpu = 0.5;

    /// <summary>Busy share of a broker node's cores. Of three nodes one may be away.</summary>
    public const double Broker = 0.4;

    /// <summary>Used share of a broker's disk with a day's messages waiting.</summary>
    public const double BrokerDisk = 0.5;

    /// <summary>Replicas that scaling may start, relative to the peak: events and rollouts, when two revisions run.</summary>
    public const double Surge = 2;
}
