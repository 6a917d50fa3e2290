using System.Collections.Immutable;
using Microblog.Infra.Tests.Graph;
using Pulumi;

namespace Microblog.Infra.Tests.Components;

public sealed class DatabaseTests
{
    private const string Server = "dbforpostgresql:Server";

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Servers_know_no_passwords_and_have_no_public_address(string stack)
    {
        foreach (var server in (await StackRun.OfAsync(stack)).All(Server))
        {
            Assert.Null(server["administratorLogin"]);
            Assert.Null(server["administratorLoginPassword"]);
            Assert.Equal("Disabled", server["network.publicNetworkAccess"]);
        }
        var primary = (await StackRun.OfAsync(stack)).One(Server, "database-primary");
        Assert.Equal(("Enabled", "Disabled", "99999999-8888-7777-6666-555555555555"), (primary.Text("authConfig.activeDirectoryAuth"), primary.Text("authConfig.passwordAuth"), primary.Text("authConfig.tenantId")));
    }

    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task Production_survives_a_zone_and_can_go_back_35_days_in_either_region(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var (primary, replica) = (run.One(Server, "database-primary"), run.One(Server, "database-replica"));

        Assert.Equal("ZoneRedundant", primary["highAvailability.mode"]);
        Assert.Equal(3, new[] { primary.Text("availabilityZone"), primary.Text("highAvailability.standbyAvailabilityZone"), replica.Text("availabilityZone") }.Where(zone => zone.Length > 0).Distinct().Count());
        Assert.Equal((35.0, "Enabled"), (primary["backup.backupRetentionDays"], primary["backup.geoRedundantBackup"]));
        Assert.Equal(("Enabled", 2.0), (primary["maintenanceWindow.customWindow"], primary["maintenanceWindow.startHour"]));
    }

    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task The_replica_is_as_large_as_the_primary_and_has_the_same_parameters(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var (primary, replica) = (run.One(Server, "database-primary"), run.One(Server, "database-replica"));

        Assert.Equal("Replica", replica["createMode"]);
        Assert.EndsWith(primary.Text("serverName"), replica.Text("sourceServerResourceId"), StringComparison.Ordinal);
        foreach (var path in new[] { "sku.name", "sku.tier", "storage.storageSizeGB", "storage.type", "storage.tier", "storage.autoGrow", "location" })
        {
            Assert.Equal(primary[path], replica[path]);
        }
        Assert.Equal("Enabled", replica["storage.autoGrow"]);
        // Azure refuses them for replicas.
        Assert.Equal(["backup", "highAvailability", "administratorLogin"], new[] { "backup", "highAvailability", "administratorLogin" }.Where(path => replica[path] is null));
        Assert.Equal(Parameters(run, primary), Parameters(run, replica));
    }

    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task Primary_and_replica_are_found_by_names_that_survive_a_promotion(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var endpoints = run.One("dbforpostgresql:VirtualEndpoint");

        Assert.Equal("ReadWrite", endpoints["endpointType"]);
        Assert.Equal(run.One(Server, "database-primary")["serverName"], endpoints["serverName"]);
        Assert.Equal([run.One(Server, "database-replica")["serverName"]!], endpoints.List("members"));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Azure_is_asked_for_one_change_of_the_servers_at_a_time(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var changes = run.Resources.Where(one => one.Type.StartsWith("azure-native:dbforpostgresql:", StringComparison.Ordinal)
            || (one.Kind == "DiagnosticSetting" && one.Name.StartsWith("database-", StringComparison.Ordinal))).ToList();
        var before = new Dictionary<string, string>();
        foreach (var change in changes.Where(change => change.Name != "database-primary"))
        {
            var dependsOn = (ImmutableArray<Resource>)(await Secrecy.ValueAsync(change.Options!.DependsOn))!;
            // The private endpoint stands between its server and what follows.
            before[change.Name] = Assert.Single(dependsOn).GetResourceName().Replace("-endpoint-dns", "", StringComparison.Ordinal);
        }

        Assert.Equal(changes.Count - 1, before.Values.Distinct().Count());
        var (at, steps) = (before.Keys.Except(before.Values).Single(), 0);
        while (at != "database-primary")
        {
            (at, steps) = (before[at], steps + 1);
        }
        Assert.Equal(changes.Count - 1, steps);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_migration_job_administers_the_server_and_no_service_does(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var admins = run.All("dbforpostgresql:AdministratorsMicrosoftEntra");

        var job = Assert.Single(admins, admin => admin.Text("principalName").EndsWith("-migrations", StringComparison.Ordinal));
        Assert.Equal($"principal-of-mb-{stack}-migrations", job["objectId"]);
        Assert.DoesNotContain(admins, admin => admin.Text("principalName").EndsWith("service", StringComparison.Ordinal) || admin.Text("principalName").EndsWith("worker", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task Neither_failover_nor_promotion_is_turned_back_by_the_next_run(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        Assert.Contains("availabilityZone", run.One(Server, "database-primary").Options!.IgnoreChanges);
        Assert.Contains("sourceServerResourceId", run.One(Server, "database-replica").Options!.IgnoreChanges);
        Assert.All(run.All(Server), server => Assert.True(server.Options!.CustomTimeouts!.Create >= TimeSpan.FromMinutes(60)));
    }

    [Fact]
    public async Task Without_a_replica_there_is_one_server_and_nothing_to_promote()
    {
        var run = await StackRun.OfAsync("dev");

        Assert.Equal("Disabled", run.One(Server)["highAvailability.mode"]);
        Assert.Empty(run.All("dbforpostgresql:VirtualEndpoint"));
        Assert.False(run.One(Server).IsProtected);
    }

    private static IEnumerable<(string Name, string Value)> Parameters(StackRun run, Provisioned server) => run.All("dbforpostgresql:Configuration")
        .Where(parameter => parameter.Text("serverName") == server.Text("serverName"))
        .Select(parameter => (parameter.Text("configurationName"), parameter.Text("value")))
        .Order();
}
