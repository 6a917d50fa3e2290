namespace Microblog.Infra.Capacity;

/// <summary>Connections that all processes may open at once, two revisions of a rollout included, against what a server allows.</summary>
internal static class ConnectionSizing
{
    /// <summary>Migration, verification, a person with psql.</summary>
    private const int Others = 20;

    /// <summary>Server connections per core behind the pooler; Azure advises two to five.</summary>
    private const int PoolPerCore = 5;

    /// <summary>Clients of one pooler at most; what PgBouncer is set to needs file descriptors.</summary>
    private const int PoolerClients = 50_000;

    public static ConnectionBudget Of(ServiceSize api, ServiceSize worker, DatabaseSize database)
    {
        var replicas = api.MaxReplicas * CodeFacts.ApiConnections;
        var primary = replicas + (worker.MaxReplicas * CodeFacts.WorkerConnections) + Others;
        var limit = SkuCatalog.Databases.Single(sku => sku.Name == database.SkuName).UserConnections;
        if (primary > PoolerClients || (IsBurstable(database) && primary > limit))
        {
            throw new CapacityException(KeyName.InStack(nameof(Load.DailyActiveUsers)), $"the processes may open {primary} connections to the database; {(IsBurstable(database) ? limit : PoolerClients)} are possible. Lower the load that is planned for.");
        }
        return new ConnectionBudget(primary, database.ReplicaCount > 0 ? replicas : 0, limit, primary > limit, Math.Min(limit, database.VCores * PoolPerCore), Math.Max(primary, 5_000));
    }

    private static bool IsBurstable(DatabaseSize database) => database.Tier == "Burstable";
}
