using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

/// <summary>Sizes that a stack states instead of leaving them to the load.</summary>
public sealed class PinTests
{
    [Fact]
    public void A_pinned_size_that_holds_the_load_is_taken()
    {
        var plan = Given.Plan(Given.Load, Given.Topology with { DatabaseSku = "Standard_D64ds_v5", DatabaseStorageGB = 16_384, CacheSku = "Balanced_B250", BrokerVmSize = "Standard_D8s_v5" });

        Assert.Equal(("Standard_D64ds_v5", 16_384, "P70", "Balanced_B250", "Standard_D8s_v5"), (plan.Database.SkuName, plan.Database.StorageGB, plan.Database.StorageTier, plan.Cache.SkuName, plan.Broker.VmSize));
    }

    [Theory]
    [InlineData("databaseSku", "Standard_D8ds_v5", "needs")]
    [InlineData("databaseSku", "Standard_B2s", "burstable")]
    [InlineData("databaseSku", "Standard_D7ds_v5", "not one of Standard_B2s, Standard_D2ds_v5")]
    [InlineData("cacheSku", "Balanced_B10", "needs")]
    [InlineData("cacheSku", "Premium_P1", "not one of Balanced_B0")]
    [InlineData("brokerVmSize", "Standard_B2s", "not one of Standard_D2s_v5")]
    [InlineData("brokerVmSize", "Huge", "not one of Standard_D2s_v5")]
    public void A_pinned_size_that_does_not_is_refused_by_its_key(string key, string size, string reason)
    {
        var topology = Given.Topology with { };
        typeof(Topology).GetProperty(char.ToUpperInvariant(key[0]) + key[1..])!.SetValue(topology, size);

        var problem = Assert.Throws<CapacityException>(() => Given.Plan(Given.Load, topology));

        Assert.Equal($"microblog:{key}", problem.Key);
        Assert.Contains(reason, problem.Message);
    }

    [Theory]
    [InlineData(1_000, "no disk size")]
    [InlineData(1_024, "too small")]
    public void Pinned_storage_that_is_no_size_or_too_small_is_refused(int gigabytes, string reason)
    {
        var problem = Assert.Throws<CapacityException>(() => Given.Plan(Given.Load, Given.Topology with { DatabaseStorageGB = gigabytes }));

        Assert.Equal("microblog:databaseStorageGB", problem.Key);
        Assert.Contains(reason, problem.Message);
    }

    [Fact]
    public void A_broker_that_is_too_small_is_refused()
    {
        var busy = Given.Load with { PostsPerUserAndDay = 20, SmallWritesPerUserAndDay = 100 };

        Assert.Equal("microblog:brokerVmSize", Assert.Throws<CapacityException>(() => Given.Plan(busy, Given.Topology with { BrokerVmSize = "Standard_D2s_v5" })).Key);
    }
}
