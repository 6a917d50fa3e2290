namespace Microblog.Infra.Capacity;

/// <summary>
/// The loads and switches that the stacks' configuration files begin with, for the tables of <c>docs/capacity.md</c>. The files are what counts for a deployment;
/// a test compares them.
/// </summary>
public static class StackLoads
{
    /// <summary>A place to try things: one zone, the smallest sizes, a handful of people.</summary>
    public static Load Dev { get; } = new() { Accounts = 1_000, DailyActiveUsers = 100, AverageFollowers = 50, FollowersP99 = 400, RetentionDays = 90, Growth = 1 };

    /// <summary>A start in earnest: 100,000 people a day of 250,000 accounts.</summary>
    public static Load Prod { get; } = new() { Accounts = 250_000, DailyActiveUsers = 100_000, AverageFollowers = 120, FollowersP99 = 1_200 };

    /// <summary>Ten million accounts in use, four million of them on an average day (40 %), six million in a week.</summary>
    public static Load TenMillion { get; } = new() { Accounts = 10_000_000, DailyActiveUsers = 4_000_000, Growth = 1.25 };

    /// <summary>One zone, nothing twice.</summary>
    public static Topology DevTopology { get; } = new() { ZoneRedundant = false, TraceSampling = 1 };

    /// <summary>Three zones, a read replica, backups in two regions; the edge's line per request is archived, as it would be a quarter of the bill.</summary>
    public static Topology ProdTopology { get; } = new()
    {
        ZoneRedundant = true,
        ReadReplicas = 1,
        GeoRedundantBackup = true,
        BackupRetentionDays = 35,
        LongTermBackupWeeks = 12,
        LogRetentionDays = 90,
        EdgeLogsInWorkspace = false,
    };

    /// <summary>As in production, with fewer traces.</summary>
    public static Topology TenMillionTopology { get; } = ProdTopology with { TraceSampling = 0.01 };

    /// <summary>Names of the stacks with their loads and switches.</summary>
    public static IReadOnlyList<(string Name, Load Load, Topology Topology)> All { get; } =
        [("dev", Dev, DevTopology), ("prod", Prod, ProdTopology), ("prod-10m", TenMillion, TenMillionTopology)];
}
