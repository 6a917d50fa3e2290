namespace Microblog.Infra.Capacity;

/// <summary>Replicas of one container app.</summary>
/// <param name="MinReplicas">Running at any time.</param>
/// <param name="MaxReplicas">Most that scaling may start: the peak with growth and one zone lost.</param>
/// <param name="MeanReplicas">Expected on average over the day; what is paid for.</param>
/// <param name="Cpu">vCPU of each.</param>
/// <param name="MemoryGiB">Memory of each, GiB.</param>
public sealed record ServiceSize(int MinReplicas, int MaxReplicas, double MeanReplicas, double Cpu, double MemoryGiB);

/// <summary>Where the containers run.</summary>
/// <param name="WorkloadProfile">Name of the workload profile: <c>Consumption</c>, or the profile type of dedicated nodes such as <c>D8</c>.</param>
/// <param name="MinNodes">Dedicated nodes at least; 0 with <c>Consumption</c>.</param>
/// <param name="MaxNodes">Dedicated nodes at most; 0 with <c>Consumption</c>.</param>
/// <param name="MeanNodes">Dedicated nodes on average; what is paid for.</param>
public sealed record AppsSize(string WorkloadProfile, int MinNodes, int MaxNodes, double MeanNodes)
{
    /// <summary>Whether nodes are rented rather than seconds.</summary>
    public bool IsDedicated => MinNodes > 0;
}

/// <summary>The database. Primary, standby and replicas have the same size: any of them may have to carry all.</summary>
/// <param name="SkuName">Compute size of each server or node, as Azure names it: <c>Standard_D8ds_v5</c>.</param>
/// <param name="Tier"><c>Burstable</c> or <c>GeneralPurpose</c>.</param>
/// <param name="VCores">Of each server or node.</param>
/// <param name="MemoryGiB">Of each server or node.</param>
/// <param name="StorageGB">Disk of each server or node, GiB.</param>
/// <param name="StorageType"><c>Premium_LRS</c>, or <c>PremiumV2_LRS</c> where that is too slow or too small.</param>
/// <param name="StorageTier">Performance tier of a <c>Premium_LRS</c> disk, <c>P4</c> to <c>P80</c>; null with <c>PremiumV2_LRS</c>.</param>
/// <param name="Iops">I/O operations per second provisioned on each.</param>
/// <param name="StandbyCount">1 with a zone-redundant standby, else 0.</param>
/// <param name="ReplicaCount">Read replicas.</param>
/// <param name="ElasticNodes">0 for one server; else the nodes of an elastic cluster (Citus), each of the size above.</param>
public sealed record DatabaseSize(
    string SkuName, string Tier, int VCores, int MemoryGiB, int StorageGB, string StorageType, string? StorageTier, int Iops, int StandbyCount, int ReplicaCount, int ElasticNodes)
{
    /// <summary>Whether one server is outgrown.</summary>
    public bool IsElastic => ElasticNodes > 0;

    /// <summary>The storage tier when there is one, or the storage type.</summary>
    public string Storage => StorageTier ?? StorageType;
}

/// <summary>Connections to the database.</summary>
/// <param name="PrimaryClients">Most connections that processes open to the primary.</param>
/// <param name="ReplicaClients">Most connections that processes open to the replica.</param>
/// <param name="ServerLimit">User connections that one server allows.</param>
/// <param name="NeedsPooler">True when the clients do not fit and PgBouncer (port 6432) has to be between; sharing it is harmless before that.</param>
/// <param name="PoolSize">PgBouncer's <c>default_pool_size</c>: connections behind it.</param>
/// <param name="MaxClients">PgBouncer's <c>max_client_conn</c>.</param>
public sealed record ConnectionBudget(int PrimaryClients, int ReplicaClients, int ServerLimit, bool NeedsPooler, int PoolSize, int MaxClients);

/// <summary>The cache, Azure Managed Redis.</summary>
/// <param name="SkuName">As <c>Balanced_B10</c>.</param>
/// <param name="MemoryGB">Memory of the size as sold.</param>
/// <param name="NeededGB">Memory that the load fills.</param>
/// <param name="HighAvailability">Two nodes in two zones.</param>
public sealed record CacheSize(string SkuName, double MemoryGB, double NeededGB, bool HighAvailability);

/// <summary>The broker's nodes; none when it is managed elsewhere.</summary>
/// <param name="VmSize">As <c>Standard_D2s_v5</c>.</param>
/// <param name="Nodes">0, 1 or 3.</param>
/// <param name="DiskGB">Data disk of each, GiB.</param>
/// <param name="DiskSku"><c>StandardSSD_LRS</c> or <c>Premium_LRS</c>.</param>
/// <param name="MessagesPerSecond">Published at the peak.</param>
public sealed record BrokerSize(string VmSize, int Nodes, int DiskGB, string DiskSku, double MessagesPerSecond);

/// <summary>What passes the edge.</summary>
/// <param name="PeakRequestsPerSecond">API and media together, at the peak.</param>
/// <param name="RequestsPerMonth">API and media together.</param>
/// <param name="EgressGBPerMonth">To clients, GB of 10^9 bytes.</param>
/// <param name="PeakGbps">To clients at the peak, gigabit per second.</param>
/// <param name="RateLimitPerAddress">Requests that one client address may make in five minutes: the WAF's threshold.</param>
public sealed record EdgeSize(double PeakRequestsPerSecond, double RequestsPerMonth, double EgressGBPerMonth, double PeakGbps, int RateLimitPerAddress);

/// <summary>Media in blob storage.</summary>
/// <param name="StoredGB">At the end of the retention, GB of 10^9 bytes.</param>
/// <param name="WritesPerMonth">Blobs written.</param>
/// <param name="ReadsPerMonth">Blobs read by the edge because it did not have them.</param>
public sealed record MediaSize(double StoredGB, double WritesPerMonth, double ReadsPerMonth);

/// <summary>Logs, metrics and traces.</summary>
/// <param name="WorkspaceGBPerMonth">Ingested into the workspace.</param>
/// <param name="ArchiveGBPerMonth">Written to blob storage instead.</param>
/// <param name="DailyCapGB">Cap of the workspace: twice what is expected.</param>
public sealed record ObservabilitySize(double WorkspaceGBPerMonth, double ArchiveGBPerMonth, double DailyCapGB);

/// <summary>One part's share of the bill.</summary>
/// <param name="Component">As the infrastructure's components are named: Apps, Database, Cache, Broker, Edge, Media, Backup, Observability, Network.</param>
/// <param name="UsdPerMonth">In the currency of the price file.</param>
/// <param name="What">What it is for, in a few words.</param>
public sealed record ComponentCost(string Component, decimal UsdPerMonth, string What);
