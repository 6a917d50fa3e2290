using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>A zone may be lost: no tier is in one alone, and what is in several is in different ones.</summary>
public sealed class ZoneTests
{
    private static readonly string[] Zones = ["1", "2", "3"];

    public static TheoryData<string> Zonal => ["prod", "prod-10m"];

    [Theory]
    [MemberData(nameof(Zonal))]
    public async Task Apps_have_a_replica_in_every_zone(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        Assert.Equal(true, run.One("app:ManagedEnvironment")["zoneRedundant"]);
        Assert.All(run.All("app:ContainerApp"), app => Assert.True((double)app["template.scale.minReplicas"]! >= Zones.Length, $"{app} may be in one zone"));
        Assert.All(run.One("app:ManagedEnvironment").List("workloadProfiles").Where(profile => Provisioned.Member(profile, "minimumCount") is not null), profile => Assert.True((double)Provisioned.Member(profile, "minimumCount")! >= Zones.Length));
    }

    [Theory]
    [MemberData(nameof(Zonal))]
    public async Task Primary_standby_and_replica_of_the_database_are_apart(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var primary = run.One("dbforpostgresql:Server", "database-primary");

        Assert.Equal("ZoneRedundant", primary["highAvailability.mode"]);
        Assert.Equal(Zones, new[] { primary.Text("availabilityZone"), primary.Text("highAvailability.standbyAvailabilityZone"), run.One("dbforpostgresql:Server", "database-replica").Text("availabilityZone") }.Order());
    }

    [Theory]
    [MemberData(nameof(Zonal))]
    public async Task Each_broker_node_is_in_a_zone_of_its_own_with_its_disk_behind_an_address_of_all_zones(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var nodes = run.All("compute:VirtualMachine");

        Assert.Equal(Zones, nodes.Select(node => Assert.Single(node.List("zones"))).Order());
        Assert.All(nodes, node => Assert.Equal(node.List("zones"), run.One("compute:Disk", $"{node.Name}-data").List("zones")));
        Assert.Equal(Zones, ((IEnumerable<object>)Provisioned.Member(run.One("network:LoadBalancer").List("frontendIPConfigurations")[0], "zones")!).Cast<string>().Order());
    }

    [Theory]
    [MemberData(nameof(Zonal))]
    public async Task Cache_registry_files_backups_and_the_way_outs_address_are_in_all_zones(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        // Of the cache Azure takes no zones: with two nodes it spreads them by itself.
        Assert.Equal("Enabled", run.One("redisenterprise:RedisEnterprise")["highAvailability"]);
        Assert.Equal("Enabled", run.One("containerregistry:Registry")["zoneRedundancy"]);
        Assert.All(run.All("storage:StorageAccount"), account => Assert.Contains("ZRS", account.Text("sku.name")));
        Assert.DoesNotContain("LocallyRedundant", run.One("dataprotection:BackupVault").Text("properties.storageSettings.0.type"));
        Assert.Equal(Zones, run.One("network:PublicIPAddress").List("zones").Cast<string>().Order());
    }
}
