using Microblog.Infra.Capacity;
using Pulumi;
using Pulumi.AzureNative.RedisEnterprise;
using Pulumi.AzureNative.RedisEnterprise.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Azure Managed Redis: timelines, counters of rate limits, live events. All of it can be made again, at the price of a slow hour.</summary>
public sealed class Cache : ComponentResource
{
    /// <summary>The only name that a database may have.</summary>
    private const string DatabaseName = "default";

    /// <summary>Makes cluster and database.</summary>
    public Cache(Context context, Groups groups, Network network, Identity identity, Observability observability) : base("microblog:infra:Cache", "cache")
    {
        var size = context.Plan.Cache;
        var name = groups.SubscriptionId.Apply(subscription => context.Names.Global("cache", subscription));
        // Zones are not set: two nodes are in two zones by themselves wherever the region has them.
        var cluster = new RedisEnterprise("cache", new RedisEnterpriseArgs
        {
            ResourceGroupName = groups.Data.Name,
            ClusterName = name,
            Location = context.Settings.Region.Name,
            Sku = new SkuArgs { Name = size.SkuName },
            HighAvailability = size.HighAvailability ? HighAvailability.Enabled : HighAvailability.Disabled,
            MinimumTlsVersion = TlsVersion.TlsVersion_1_2,
            PublicNetworkAccess = PublicNetworkAccess.Disabled,
            Tags = context.Tags,
        }, context.Data(this, slow: true));
        var options = context.Data(this, slow: true);
        options.DeletedWith = cluster;
        var database = new Pulumi.AzureNative.RedisEnterprise.Database("cache-database", new DatabaseArgs
        {
            ResourceGroupName = groups.Data.Name,
            ClusterName = cluster.Name,
            DatabaseName = DatabaseName,
            Port = CacheAddress.Port,
            ClientProtocol = Protocol.Encrypted,
            // One address whatever the size, which can grow without a new database; all scripts keep to the keys of one hash tag.
            ClusteringPolicy = ClusteringPolicy.EnterpriseCluster,
            // All keys expire. Should memory run out, the timelines that nobody reads or writes go first; refusing writes would lose statuses from all of them.
            EvictionPolicy = EvictionPolicy.VolatileLRU,
            Persistence = Persistence(size),
            // The client library knows no Entra tokens on every feed. The key is in the Key Vault only.
            AccessKeysAuthentication = AccessKeysAuthentication.Enabled,
            DeferUpgrade = DeferUpgradeSetting.NotDeferred,
        }, options);
        Endpoint = network.PrivateEndpoint(this, "cache", cluster.Id, "redisEnterprise");
        observability.Diagnose(this, "cache", cluster.Id, logs: false);
        observability.Diagnose(this, "cache-database", database.Id, metrics: false);
        Lock.Hold(context, this, "cache", cluster.Id);
        var keys = ListDatabaseKeys.Invoke(new ListDatabaseKeysInvokeArgs
        {
            ResourceGroupName = groups.Data.Name,
            ClusterName = cluster.Name,
            DatabaseName = DatabaseName,
        }, new InvokeOutputOptions { Parent = this, DependsOn = { database } });
        ConnectionString = Output.CreateSecret(Output.Tuple(cluster.HostName, keys).Apply(parts => CacheAddress.ConnectionString(parts.Item1, parts.Item2.PrimaryKey)));
        Id = cluster.Id;
        RegisterOutputs();
    }

    /// <summary>How the services connect, key included: a secret.</summary>
    public Output<string> ConnectionString { get; }

    /// <summary>Id of the cluster.</summary>
    public Output<string> Id { get; }

    /// <summary>To depend on where the cache is used: before it, the cluster has no address inside the network.</summary>
    public Resource Endpoint { get; }

    /// <summary>
    /// A log of every write, stored each second. A snapshot of an hour ago would be worse than nothing: its timelines lack the statuses since, and nobody can
    /// tell, while lists that are gone are built anew from PostgreSQL. Without a second node there is no log: then the loss of one is that of all, and
    /// few enough readers have to wait.
    /// </summary>
    public static PersistenceArgs Persistence(CacheSize size) => size.HighAvailability
        ? new PersistenceArgs { AofEnabled = true, AofFrequency = AofFrequency.AofFrequency_1s, RdbEnabled = false }
        : new PersistenceArgs { AofEnabled = false, RdbEnabled = false };
}
