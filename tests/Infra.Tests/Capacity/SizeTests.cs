using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

/// <summary>What is chosen holds the need with its headroom, and nothing smaller would.</summary>
public sealed class SizeTests
{
    /// <summary>Daily active users.</summary>
    public static TheoryData<long> Users => [1_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000, 20_000_000];

    [Theory]
    [MemberData(nameof(Users))]
    public void The_services_are_half_busy_at_the_peak_or_less(long users)
    {
        var (load, plan) = (Given.Users(users), Given.Plan(Given.Users(users)));
        var peak = Demand.Peak(load);
        var per = Given.Throughput;
        var api = ((peak.HomeReads * per.ApiHomeRead) + (peak.OtherRequests * per.ApiOtherRequest) + (peak.Posts * per.ApiPost) + (peak.Uploads * per.ApiMediaUpload)) / 1e6;
        var worker = ((peak.Messages * per.WorkerMessage) + (peak.Deliveries * per.WorkerDelivery)) / 1e6;

        Assert.True(plan.Api.MaxReplicas * plan.Api.Cpu * Headroom.Api >= api * Headroom.Surge);
        Assert.True(plan.Worker.MaxReplicas * plan.Worker.Cpu * Headroom.Worker >= worker * Headroom.Surge);
        Assert.All([plan.Api, plan.Worker], size => Assert.True(size.MinReplicas >= 3 && size.MaxReplicas > size.MinReplicas && size.MaxReplicas <= SkuCatalog.MaxReplicas && size.MemoryGiB == 2 * size.Cpu));
        Assert.True(plan.Api.MaxReplicas * plan.Api.MemoryGiB * 1024 * 1024 >= load.DailyActiveUsers * load.Growth * load.StreamingShare * per.ApiStreamKiB);
        if (plan.Apps.IsDedicated)
        {
            var node = SkuCatalog.Profiles.Single(profile => profile.Name == plan.Apps.WorkloadProfile);
            Assert.True(plan.Apps.MaxNodes * node.VCores >= (plan.Api.MaxReplicas * plan.Api.Cpu) + (plan.Worker.MaxReplicas * plan.Worker.Cpu));
        }
    }

    [Theory]
    [MemberData(nameof(Users))]
    public void A_database_server_holds_its_part_and_alone_all_of_it(long users)
    {
        var (database, need) = (Given.Plan(Given.Users(users)).Database, DatabaseNeed.Of(Given.Users(users), Given.Throughput));
        var (cores, all) = (database.VCores * Math.Max(1, database.ElasticNodes), need.WriteCores + need.ReadCores);
        var sku = SkuCatalog.Databases.Single(sku => sku.Name == database.SkuName);

        Assert.True(cores * Headroom.Database >= Math.Max(need.WriteCores, need.ReadCores + need.ReplayCores));
        Assert.True(cores * Headroom.DatabaseAlone >= all);
        Assert.True((double)database.Iops * Math.Max(1, database.ElasticNodes) * Headroom.Disk >= need.Iops, $"{database}");
        Assert.True((double)database.StorageGB * Math.Max(1, database.ElasticNodes) * Headroom.Disk >= need.StoredGB, $"{database}");
        Assert.True(database.Iops <= sku.MaxIops);
        Assert.Equal((1, 1), (database.StandbyCount, database.ReplicaCount));
        if (!database.IsElastic && sku != SkuCatalog.Databases[1])
        {
            var smaller = SkuCatalog.Databases[SkuCatalog.Databases.ToList().IndexOf(sku) - 1];
            Assert.True(smaller.VCores * Headroom.Database < need.ReadCores + need.ReplayCores || smaller.VCores * Headroom.DatabaseAlone < all || smaller.MaxIops * Headroom.Disk < need.Iops);
        }
    }

    [Fact]
    public void Many_disk_operations_take_a_larger_server_than_its_cores_would()
    {
        var load = Given.Users(3_000_000) with { HomeReadsPerUserAndDay = 2, SmallWritesPerUserAndDay = 100 };
        var (database, need) = (Given.Plan(load).Database, DatabaseNeed.Of(load, Given.Throughput));

        Assert.Equal("Standard_D48ds_v5", database.SkuName);
        Assert.True(database.VCores * Headroom.Database > 2 * (need.WriteCores + need.ReadCores));
        Assert.True(database.Iops * Headroom.Disk >= need.Iops);
    }

    [Theory]
    [MemberData(nameof(Users))]
    public void The_cache_holds_all_timelines_with_room_to_spare(long users)
    {
        var (load, cache) = (Given.Users(users), Given.Plan(Given.Users(users)).Cache);
        var timelines = load.Accounts * load.WeeklyActiveShare * load.Growth * CodeFacts.HomeItems * Given.Throughput.RedisBytesPerEntry / 1e9;
        var index = SkuCatalog.Caches.ToList().FindIndex(sku => sku.Name == cache.SkuName);

        Assert.True(cache.NeededGB > timelines);
        Assert.True(cache.MemoryGB * Headroom.CacheUsable * Headroom.CacheMemory >= cache.NeededGB);
        Assert.True(index == 0 || SkuCatalog.Caches[index - 1].MemoryGB * Headroom.CacheUsable * Headroom.CacheMemory < cache.NeededGB);
        Assert.True(cache.HighAvailability);
    }

    [Theory]
    [MemberData(nameof(Users))]
    public void The_broker_keeps_a_day_of_messages(long users)
    {
        var (load, broker) = (Given.Users(users), Given.Plan(Given.Users(users)).Broker);

        Assert.Equal((3, "Premium_LRS"), (broker.Nodes, broker.DiskSku));
        Assert.True(broker.DiskGB * (double)(1L << 30) >= Demand.Mean(load).Messages * 86_400 * Given.Throughput.BrokerMessageBytes * 2);
        Assert.True(SkuCatalog.Vms.Single(vm => vm.Name == broker.VmSize).VCores * Headroom.Broker >= broker.MessagesPerSecond * Given.Throughput.BrokerMessage / 1e6);
    }

    [Theory]
    [MemberData(nameof(Users))]
    public void Connections_of_all_replicas_are_budgeted(long users)
    {
        var plan = Given.Plan(Given.Users(users));
        var all = (plan.Api.MaxReplicas * CodeFacts.ApiConnections) + (plan.Worker.MaxReplicas * CodeFacts.WorkerConnections);

        Assert.True(plan.Connections.PrimaryClients > all);
        Assert.Equal(plan.Connections.PrimaryClients > plan.Connections.ServerLimit, plan.Connections.NeedsPooler);
        Assert.InRange(plan.Connections.PoolSize, 1, plan.Connections.ServerLimit);
        Assert.True(plan.Connections.MaxClients >= plan.Connections.PrimaryClients);
    }

    [Fact]
    public void One_zone_is_small_and_has_nothing_twice()
    {
        var plan = Given.Plan(StackLoads.Dev, StackLoads.DevTopology);

        Assert.Equal(("Standard_B2s", "Burstable", 0, 0), (plan.Database.SkuName, plan.Database.Tier, plan.Database.StandbyCount, plan.Database.ReplicaCount));
        Assert.Equal((1, "Standard_B2s"), (plan.Broker.Nodes, plan.Broker.VmSize));
        Assert.Equal((1, 1, false), (plan.Api.MinReplicas, plan.Worker.MinReplicas, plan.Cache.HighAvailability));
    }

    [Fact]
    public void A_broker_elsewhere_has_no_nodes_here() => Assert.Equal(0, Given.Plan(Given.Load, Given.Topology with { ManagedBroker = true }).Broker.Nodes);

    [Fact]
    public void A_load_beyond_all_sizes_is_refused_by_the_key_of_the_users()
    {
        var problem = Assert.Throws<CapacityException>(() => Given.Plan(Given.Users(200_000_000)));

        Assert.Equal("microblog:dailyActiveUsers", problem.Key);
    }
}
