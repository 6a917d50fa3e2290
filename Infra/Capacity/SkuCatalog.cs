namespace Microblog.Infra.Capacity;

/// <summary>A compute size of the database.</summary>
/// <param name="Name">As Azure names it.</param>
/// <param name="Tier"><c>Burstable</c> or <c>GeneralPurpose</c>.</param>
/// <param name="VCores">Cores.</param>
/// <param name="MemoryGiB">Memory.</param>
/// <param name="MaxIops">Disk operations per second that it lets through.</param>
/// <param name="UserConnections">Connections that it allows beside its own.</param>
public sealed record DatabaseSku(string Name, string Tier, int VCores, int MemoryGiB, int MaxIops, int UserConnections)
{
    /// <summary>Cores that may be used for hours; burstable ones run at two fifths once their credits are spent.</summary>
    public double SustainedCores => Tier == "Burstable" ? VCores * 0.4 : VCores;
}

/// <summary>A disk size of the database.</summary>
public sealed record DiskSku(string Tier, int SizeGB, int Iops);

/// <summary>A size of the cache.</summary>
/// <param name="Name">As Azure names it.</param>
/// <param name="MemoryGB">As sold; <see cref="Headroom.CacheUsable"/> of it is for data.</param>
/// <param name="VCores">Of each node.</param>
/// <param name="Meter">What a node of it is billed by.</param>
/// <param name="Units">Units of that meter per node and hour.</param>
public sealed record CacheSku(string Name, double MemoryGB, int VCores, Meter Meter, double Units);

/// <summary>A size of virtual machine for broker nodes.</summary>
public sealed record VmSku(string Name, int VCores, int MemoryGiB, Meter Meter, double Units);

/// <summary>A node size of dedicated workload profiles.</summary>
public sealed record ProfileSku(string Name, int VCores, int MemoryGiB);

/// <summary>
/// The sizes that are chosen from, smallest first. Sources: learn.microsoft.com, "Compute options" (2026-01), "Premium SSD" (2025-01) and "Limits" (2025-11) of
/// Azure Database for PostgreSQL; "Plan tiers and capacity" of Azure Managed Redis; "Workload profiles" of Azure Container Apps; sizes of virtual machines.
/// </summary>
public static class SkuCatalog
{
    /// <summary>Compute of the database: one burstable size without standby, replica or pooler, then Ddsv5.</summary>
    public static readonly IReadOnlyList<DatabaseSku> Databases =
    [
        new("Standard_B2s", "Burstable", 2, 4, 1_280, 414),
        new("Standard_D2ds_v5", "GeneralPurpose", 2, 8, 3_750, 844),
        new("Standard_D4ds_v5", "GeneralPurpose", 4, 16, 6_400, 1_703),
        new("Standard_D8ds_v5", "GeneralPurpose", 8, 32, 12_800, 3_422),
        new("Standard_D16ds_v5", "GeneralPurpose", 16, 64, 25_600, 4_985),
        new("Standard_D32ds_v5", "GeneralPurpose", 32, 128, 51_200, 4_985),
        new("Standard_D48ds_v5", "GeneralPurpose", 48, 192, 76_800, 4_985),
        new("Standard_D64ds_v5", "GeneralPurpose", 64, 256, 80_000, 4_985),
        new("Standard_D96ds_v5", "GeneralPurpose", 96, 384, 80_000, 4_985),
    ];

    /// <summary>Premium SSD. P50 is 4,095 GiB, because from 4,096 on there is no host caching.</summary>
    public static readonly IReadOnlyList<DiskSku> Disks =
    [
        new("P4", 32, 120), new("P6", 64, 240), new("P10", 128, 500), new("P15", 256, 1_100), new("P20", 512, 2_300), new("P30", 1_024, 5_000),
        new("P40", 2_048, 7_500), new("P50", 4_095, 7_500), new("P60", 8_192, 16_000), new("P70", 16_384, 18_000), new("P80", 32_767, 20_000),
    ];

    /// <summary>Premium SSD v2: largest disk in GiB.</summary>
    public const int DiskV2MaxGB = 65_536;

    /// <summary>Premium SSD v2: operations per second at most.</summary>
    public const int DiskV2MaxIops = 80_000;

    /// <summary>Premium SSD v2: operations per second in the price of a disk of 400 GiB or more.</summary>
    public const int DiskV2FreeIops = 12_000;

    /// <summary>Nodes of an elastic cluster at most.</summary>
    public const int ElasticMaxNodes = 20;

    /// <summary>Azure Managed Redis, Balanced: 4 GB per core. From B5 on the price follows the cores.</summary>
    public static readonly IReadOnlyList<CacheSku> Caches =
    [
        new("Balanced_B0", 0.5, 2, Meter.RedisB0, 1), new("Balanced_B1", 1, 2, Meter.RedisB1, 1), new("Balanced_B3", 3, 2, Meter.RedisB3, 1),
        new("Balanced_B5", 6, 2, Meter.RedisVCore, 2), new("Balanced_B10", 12, 4, Meter.RedisVCore, 4), new("Balanced_B20", 24, 8, Meter.RedisVCore, 8),
        new("Balanced_B50", 60, 16, Meter.RedisVCore, 16), new("Balanced_B100", 120, 32, Meter.RedisVCore, 32), new("Balanced_B150", 180, 48, Meter.RedisVCore, 48),
        new("Balanced_B250", 240, 64, Meter.RedisVCore, 64), new("Balanced_B350", 360, 96, Meter.RedisVCore, 96), new("Balanced_B500", 480, 128, Meter.RedisVCore, 128),
        new("Balanced_B700", 720, 192, Meter.RedisVCore, 192), new("Balanced_B1000", 960, 256, Meter.RedisVCore, 256),
    ];

    /// <summary>Virtual machines of the broker: one burstable size for a node alone, then Dsv5.</summary>
    public static readonly IReadOnlyList<VmSku> Vms =
    [
        new("Standard_B2s", 2, 4, Meter.VmB2s, 1),
        new("Standard_D2s_v5", 2, 8, Meter.VmVCore, 2), new("Standard_D4s_v5", 4, 16, Meter.VmVCore, 4),
        new("Standard_D8s_v5", 8, 32, Meter.VmVCore, 8), new("Standard_D16s_v5", 16, 64, Meter.VmVCore, 16),
    ];

    /// <summary>Dedicated workload profiles.</summary>
    public static readonly IReadOnlyList<ProfileSku> Profiles = [new("D4", 4, 16), new("D8", 8, 32), new("D16", 16, 64), new("D32", 32, 128)];

    /// <summary>CPU and GiB of a replica; the platform allows 2 GiB per core and up to 4 cores in the consumption profile.</summary>
    public static readonly IReadOnlyList<(double Cpu, double MemoryGiB)> Containers = [(0.5, 1), (1, 2), (2, 4), (4, 8)];

    /// <summary>Replicas of one container app at most.</summary>
    public const int MaxReplicas = 1_000;
}
