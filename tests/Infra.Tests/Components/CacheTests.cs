using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

public sealed class CacheTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task It_is_private_and_encrypted(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var (cluster, database) = (run.One("redisenterprise:RedisEnterprise"), run.One("redisenterprise:Database"));

        Assert.Equal(("Disabled", "1.2"), (cluster["publicNetworkAccess"], cluster["minimumTlsVersion"]));
        Assert.Equal(("Encrypted", 10_000.0, "default"), (database["clientProtocol"], database["port"], database["databaseName"]));
        Assert.Single(run.All("network:PrivateEndpoint"), endpoint => endpoint.Name == "cache-endpoint");
    }

    [Theory]
    [InlineData("dev", "Disabled", false)]
    [InlineData("prod", "Enabled", true)]
    [InlineData("prod-10m", "Enabled", true)]
    public async Task With_two_nodes_it_comes_back_as_it_was_and_never_as_it_was_an_hour_ago(string stack, string highAvailability, bool log)
    {
        var run = await StackRun.OfAsync(stack);
        var database = run.One("redisenterprise:Database");

        Assert.Equal(highAvailability, run.One("redisenterprise:RedisEnterprise")["highAvailability"]);
        Assert.Equal((log, false), (database["persistence.aofEnabled"], database["persistence.rdbEnabled"]));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task A_full_cache_drops_timelines_instead_of_refusing_statuses_and_can_grow_without_a_new_address(string stack)
    {
        var database = (await StackRun.OfAsync(stack)).One("redisenterprise:Database");

        Assert.Equal(("VolatileLRU", "EnterpriseCluster"), (database["evictionPolicy"], database["clusteringPolicy"]));
    }
}
