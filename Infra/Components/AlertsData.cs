using Microblog.Infra.Capacity;

namespace Microblog.Infra.Components;

/// <summary>Alerts on what holds data: database, cache, storage, Key Vault, backups.</summary>
public static class AlertsData
{
    /// <summary>Share of the server's connections from which new replicas of the services may find none.</summary>
    private const double ConnectionsShare = 0.8;

    /// <summary>At two billion PostgreSQL stops to accept writes; vacuum begins at 0.2 billion.</summary>
    private const double OldTransactions = 1_000_000_000;

    /// <summary>Log that the primary keeps for a replica; it fills the disk of both.</summary>
    private const double ReplicationBytes = 1L << 30;

    private const double ReplicationSeconds = 300;

    /// <summary>Mean time of a command inside the cache, microseconds. A home read makes several calls one after the other, each planned with 2 ms on the way.</summary>
    private const double CommandMicroseconds = 2_000;

    /// <summary>Clients of the cache beside the replicas': the operators', and old connections that are not closed yet.</summary>
    private const int OtherClients = 100;

    /// <summary>Connections that the client library opens from one process: commands and subscriptions.</summary>
    private const int ClientsPerProcess = 2;

    /// <summary>The server that is written to.</summary>
    public static MetricTable Primary(CapacityPlan plan) => Database([
        .. Server(plan),
        .. plan.Database.ReplicaCount == 0 ? Array.Empty<MetricRule>() :
        [
            new("replication-backlog", "physical_replication_delay_in_bytes", "Maximum", "GreaterThan", ReplicationBytes, 15, 2, "The primary keeps more than 1 GiB of log because a replica does not take it; in the end the disk is full."),
        ],
    ]);

    /// <summary>A server that is only read.</summary>
    public static MetricTable Replica(CapacityPlan plan) => Database([
        .. Server(plan),
        new("behind", "physical_replication_delay_in_seconds", "Maximum", "GreaterThan", ReplicationSeconds, 5, 2, "The replica is minutes behind; services stopped to read from it long ago, and the primary carries all."),
    ]);

    /// <summary>The cache's cluster. The baseline has nothing for it; its metrics come every five minutes.</summary>
    public static MetricTable Cache(CapacityPlan plan) => new("Microsoft.Cache/redisEnterprise",
    [
        new("memory", "usedmemorypercentage", "Maximum", "GreaterThan", 85, 15, 2, "The cache is nearly full; beyond that timelines are evicted and built anew from the database. Choose the next size (cacheSku) or correct the load.") { Everywhere = true },
        new("evicted", "evictedkeys", "Total", "GreaterThan", 0, 15, 2, "Keys were evicted because memory ran out: readers wait for the database, and counters of rate limits start anew. It is planned that nothing ever is."),
        new("load", "serverLoad", "Maximum", "GreaterThan", 80, 15, 2, "The cache's threads are busy; all commands wait for each other."),
        new("cpu", "percentProcessorTime", "Maximum", "GreaterThan", 85, 15, 3, "The cache's nodes are busy with more than commands: connections, persistence, replication."),
        new("clients", "connectedclients", "Maximum", "GreaterThan", Clients(plan), 15, 3, "More clients than twice as many replicas as are planned for would open: somebody leaks connections."),
        new("latency", "cacheLatency", "Average", "GreaterThan", CommandMicroseconds, 15, 3, "Commands take more than 2 ms inside the cache; a home read makes several of them one after the other."),
        new("errors", "errors", "Maximum", "GreaterThan", 0, 15, 3, "The cache reports errors of its own, such as persistence that fails."),
    ]);

    /// <summary>A storage account.</summary>
    /// <param name="what">What is kept there.</param>
    /// <param name="severity">How bad it is when that cannot be had.</param>
    public static MetricTable Storage(string what, int severity) => new("Microsoft.Storage/storageAccounts",
    [
        new("availability", "Availability", "Average", "LessThan", 99, 15, severity, $"{what} cannot be read or stored. (The baseline alerts at any failed request within a minute, which happens without anybody noticing.)") { Everywhere = true },
        new("latency", "SuccessServerLatency", "Average", "GreaterThan", 1000, 15, 3, $"{what}: blob storage takes more than a second."),
        new("latency-with-network", "SuccessE2ELatency", "Average", "GreaterThan", 1000, 15, 3, $"{what}: answers take more than a second, way included."),
        new("throttled", "Transactions", "Total", "GreaterThan", 0, 15, 3, $"{what}: blob storage turned requests away because there are too many.") { Of = new("ResponseType", "Include", "ServerBusyError") },
    ]);

    /// <summary>The Key Vault.</summary>
    public static MetricTable Vault { get; } = new("Microsoft.KeyVault/vaults",
    [
        new("availability", "Availability", "Average", "LessThan", 90, 5, 1, "Secrets cannot be read: no new replica starts.") { Everywhere = true },
        new("saturation", "SaturationShoebox", "Average", "GreaterThan", 75, 5, 1, "The vault is near the requests that it allows; beyond that replicas do not start."),
        new("latency", "ServiceApiLatency", "Average", "GreaterThan", 1000, 15, 3, "Reading a secret takes more than a second."),
    ]);

    /// <summary>The vault of backups.</summary>
    public static MetricTable Backups { get; } = new("Microsoft.DataProtection/backupVaults",
    [
        new("backup-failed", "BackupHealthEvent", "Count", "GreaterThan", 0, 1440, 1, "A backup did not come about; the last good one grows older.") { Of = new("healthStatus", "Exclude", "Healthy"), Everywhere = true },
        new("restore-failed", "RestoreHealthEvent", "Count", "GreaterThan", 0, 60, 2, "A restore from the vault failed.") { Of = new("healthStatus", "Exclude", "Healthy") },
    ]);

    /// <summary>Connections to the cache that the plan explains: during a rollout there are twice as many processes.</summary>
    public static double Clients(CapacityPlan plan) => (2 * ClientsPerProcess * (plan.Api.MaxReplicas + plan.Worker.MaxReplicas)) + OtherClients;

    /// <summary>Connections to a database server that are worth a look.</summary>
    public static double Connections(ConnectionBudget budget) => Math.Floor(budget.ServerLimit * ConnectionsShare);

    private static MetricTable Database(IReadOnlyList<MetricRule> rules) => new("Microsoft.DBforPostgreSQL/flexibleServers", rules);

    private static MetricRule[] Server(CapacityPlan plan) =>
    [
        new("down", "is_db_alive", "Maximum", "LessThan", 1, 5, 1, "The server does not answer. A failover to the standby takes one to two minutes; this is longer. (The baseline waits for 15.)") { Everywhere = true },
        new("cpu", "cpu_percent", "Average", "GreaterThan", 90, 5, 2, "The server's processors are busy; answers become slow. Choose the next size (databaseSku) or correct the load."),
        new("memory", "memory_percent", "Average", "GreaterThan", 90, 5, 2, "The server's memory is full; soon processes are killed."),
        new("storage", "storage_percent", "Average", "GreaterThan", 90, 5, 2, "The disk is nearly full. It grows by itself; that it has to is news for the plan.") { Everywhere = true },
        new("storage-full", "storage_percent", "Average", "GreaterThan", 95, 5, 1, "The disk is full although it should have grown; at 95 % the server becomes read-only.") { Everywhere = true },
        new("iops", "disk_iops_consumed_percentage", "Average", "GreaterThan", 90, 15, 2, "The disk is as busy as it may be; reads wait."),
        new("connections", "active_connections", "Average", "GreaterThan", Connections(plan.Connections), 5, 2, $"More than four fifths of the {plan.Connections.ServerLimit} connections are taken; PgBouncer should keep them far below."),
        new("connections-failed", "connections_failed", "Total", "GreaterThan", 5, 5, 3, "Connections were refused: too many, or a token or role that does not fit."),
        new("deadlocks", "deadlocks", "Total", "GreaterThan", 1, 5, 3, "Transactions waited for each other; one of them was ended and tried again."),
        new("old-transactions", "maximum_used_transactionIDs", "Maximum", "GreaterThan", OldTransactions, 60, 1, "Vacuum does not keep up; at two billion the server accepts no writes. (The baseline's ten billion is never reached.)"),
        new("long-transaction", "longest_transaction_time_sec", "Maximum", "GreaterThan", 1800, 15, 3, "A transaction is open for half an hour; until it ends, vacuum removes nothing."),
    ];
}
