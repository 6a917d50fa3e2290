namespace Microblog.Infra.Capacity;

/// <summary>The stack's choices that cost money without depending on the load, and sizes pinned by hand.</summary>
public sealed record Topology
{
    /// <summary>Everything spread over three zones: standby of the database, three broker nodes, two cache nodes, at least three replicas.</summary>
    public required bool ZoneRedundant { get; init; }

    /// <summary>Read replicas of the database, 0 to 5. The reader's endpoint points at one of them; further ones wait as substitutes.</summary>
    public int ReadReplicas { get; init; }

    /// <summary>True when a broker outside this program is used; then none is sized or paid for here.</summary>
    public bool ManagedBroker { get; init; }

    /// <summary>DDoS Network Protection for the virtual network.</summary>
    public bool DdosPlan { get; init; }

    /// <summary>Backups of database and media are also kept in the paired region.</summary>
    public bool GeoRedundantBackup { get; init; }

    /// <summary>Days of point-in-time restore of the database, 7 to 35.</summary>
    public int BackupRetentionDays { get; init; } = 7;

    /// <summary>Weeks that the weekly long-term backups of the database are kept; 0 for none.</summary>
    public int LongTermBackupWeeks { get; init; }

    /// <summary>Days that logs stay searchable, 30 to 730.</summary>
    public int LogRetentionDays { get; init; } = 30;

    /// <summary>Share (0 to 1) of requests whose traces are kept.</summary>
    public double TraceSampling { get; init; } = 0.05;

    /// <summary>Whether the edge's line per request goes to the workspace (searchable, dear) or only to an archive in blob storage.</summary>
    public bool EdgeLogsInWorkspace { get; init; } = true;

    /// <summary>Pinned compute size of the database, as <c>Standard_D8ds_v5</c>; key <c>microblog:databaseSku</c>. Refused when it cannot hold the load.</summary>
    public string? DatabaseSku { get; init; }

    /// <summary>Pinned storage of the database in GiB, because it can only grow; key <c>microblog:databaseStorageGB</c>.</summary>
    public int? DatabaseStorageGB { get; init; }

    /// <summary>Pinned size of the cache, as <c>Balanced_B10</c>; key <c>microblog:cacheSku</c>.</summary>
    public string? CacheSku { get; init; }

    /// <summary>Pinned size of each broker node, as <c>Standard_D2s_v5</c>; key <c>microblog:brokerVmSize</c>.</summary>
    public string? BrokerVmSize { get; init; }

    /// <summary>Throws <see cref="CapacityException"/> naming the first key whose value is impossible. Pinned sizes are checked against the load when it is planned for.</summary>
    public void Validate()
    {
        Require(ReadReplicas is >= 0 and <= 5, nameof(ReadReplicas), ReadReplicas, "0 to 5 are possible");
        Require(BackupRetentionDays is >= 7 and <= 35, nameof(BackupRetentionDays), BackupRetentionDays, "7 to 35 are possible");
        Require(LongTermBackupWeeks is >= 0 and <= 520, nameof(LongTermBackupWeeks), LongTermBackupWeeks, "0 to 520 (ten years) are possible");
        Require(LogRetentionDays is >= 30 and <= 730, nameof(LogRetentionDays), LogRetentionDays, "30 to 730 are possible");
        Require(TraceSampling is >= 0 and <= 1, nameof(TraceSampling), TraceSampling, "a share from 0 to 1 is possible");
    }

    private static void Require(bool holds, string property, double value, string rule)
    {
        if (!holds)
        {
            throw new CapacityException(KeyName.InStack(property), FormattableString.Invariant($"{value} is impossible; {rule}."));
        }
    }
}
