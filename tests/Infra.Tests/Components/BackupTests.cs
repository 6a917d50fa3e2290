using Microblog.Infra.Components;
using Microblog.Infra.Tests.Graph;
using Pulumi;

namespace Microblog.Infra.Tests.Components;

public sealed class BackupTests
{
    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task What_is_in_the_vault_survives_the_region_and_whoever_wants_to_delete_it(string stack)
    {
        var vault = (await StackRun.OfAsync(stack)).One("dataprotection:BackupVault");

        Assert.Equal("GeoRedundant", vault["properties.storageSettings.0.type"]);
        Assert.Equal("Enabled", vault["properties.featureSettings.crossRegionRestoreSettings.state"]);
        Assert.Equal(("AlwaysOn", 14.0), (vault["properties.securitySettings.softDeleteSettings.state"], vault["properties.securitySettings.softDeleteSettings.retentionDurationInDays"]));
        Assert.Equal("Unlocked", vault["properties.securitySettings.immutabilitySettings.state"]);
        Assert.Equal("Enabled", vault["properties.monitoringSettings.azureMonitorAlertSettings.alertsForAllJobFailures"]);
        Assert.True(vault.IsProtected);
        Assert.True(vault.Options!.RetainOnDelete);
    }

    [Theory]
    [InlineData("true", "false", "Disabled", "ZoneRedundant")]
    [InlineData("false", "false", "Disabled", "LocallyRedundant")]
    [InlineData("true", "true", "Enabled", "GeoRedundant")]
    public async Task The_vault_is_as_redundant_as_the_stack(string zoneRedundant, string geo, string crossRegion, string redundancy)
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("zoneRedundant", zoneRedundant).Set("geoRedundantBackup", geo).Set("readReplicas", "0"));
        var vault = run.One("dataprotection:BackupVault");

        Assert.Equal((redundancy, crossRegion), (vault.Text("properties.storageSettings.0.type"), vault.Text("properties.featureSettings.crossRegionRestoreSettings.state")));
    }

    [Fact]
    public async Task The_vault_is_locked_for_ever_only_when_the_stack_says_so()
    {
        var vault = (await StackRun.RunAsync(StackFile.Read("prod").Set("lockBackups", "true"))).One("dataprotection:BackupVault");

        Assert.Equal("Locked", vault["properties.securitySettings.immutabilitySettings.state"]);
    }

    [Fact]
    public async Task Without_protection_a_stack_can_end_and_its_vault_too()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("protect", "false"));
        var vault = run.One("dataprotection:BackupVault");

        Assert.Equal(("Off", "Disabled"), (vault.Text("properties.securitySettings.softDeleteSettings.state"), vault.Text("properties.securitySettings.immutabilitySettings.state")));
        Assert.All([vault, .. run.All("dataprotection:BackupInstance")], one => Assert.False(one.IsProtected));
    }

    [Fact]
    public async Task The_database_is_copied_weekly_apart_from_its_maintenance_and_media_daily()
    {
        var run = await StackRun.OfAsync("prod");
        var (database, media) = (Rules(run, "database"), Rules(run, "media"));

        // The maintenance window is on Sundays; 2026-01-07 was a Wednesday.
        Assert.Equal(("Full", "R/2026-01-07T03:30:00+00:00/P1W", "P84D"), database);
        Assert.Equal(("Discrete", "R/2026-01-04T01:30:00+00:00/P1D", "P84D"), media);
    }

    [Fact]
    public async Task What_is_copied_is_the_primary_and_the_container_of_media()
    {
        var run = await StackRun.OfAsync("prod");
        var (database, media) = (run.One("dataprotection:BackupInstance", "backup-database"), run.One("dataprotection:BackupInstance", "backup-media"));

        Assert.EndsWith("/" + run.One("dbforpostgresql:Server", "database-primary").Text("serverName"), database.Text("properties.dataSourceInfo.resourceID"), StringComparison.Ordinal);
        Assert.Equal("Microsoft.DBforPostgreSQL/flexibleServers", database["properties.dataSourceInfo.datasourceType"]);
        Assert.EndsWith("/" + run.One("storage:StorageAccount", "media").Text("accountName"), media.Text("properties.dataSourceInfo.resourceID"), StringComparison.Ordinal);
        Assert.Equal(run.One("storage:BlobContainer", "media-container")["containerName"], media["properties.policyInfo.policyParameters.backupDatasourceParametersList.0.containersList.0"]);
        Assert.All([database, media], one => Assert.True(one.IsProtected));
    }

    [Theory]
    [InlineData("backup-database", 3)]
    [InlineData("backup-media", 1)]
    public async Task A_copy_waits_for_the_roles_of_the_vault_and_is_tried_again_until_they_hold(string instance, int before)
    {
        var run = await StackRun.OfAsync("prod");
        var options = run.One("dataprotection:BackupInstance", instance).Options!;

        Assert.Equal(before, ((System.Collections.Immutable.ImmutableArray<Resource>)(await Secrecy.ValueAsync((Input<System.Collections.Immutable.ImmutableArray<Resource>>)options.DependsOn))!).Length);
        Assert.Single(options.Hooks.OnError);
        Assert.True(RoleDelay.IsAboutAccess(["UserErrorMissingRequiredPermissions"]));
        Assert.True(RoleDelay.IsAboutAccess(["Code=\"AuthorizationFailed\""]));
        Assert.False(RoleDelay.IsAboutAccess(["The server is busy."]));
    }

    [Fact]
    public async Task The_vault_may_back_up_and_nothing_else()
    {
        var run = await StackRun.OfAsync("prod");
        var vault = $"principal-of-{run.One("dataprotection:BackupVault").Text("vaultName")}";
        var roles = run.All("authorization:RoleAssignment").Where(role => role.Text("principalId") == vault).Select(role => role.Text("roleDefinitionId").Split('/')[^1]);

        Assert.Equal(
            new[] { "c088a766-074b-43ba-90d4-1fb21feae531", "acdd72a7-3385-48ef-bd42-f606fba81ae7", "e5e2a7ff-d759-4cd2-bb51-3152d37e2eb1" }.Order(), roles.Order());
    }

    [Theory]
    [InlineData(0, false, true)]
    [InlineData(4, false, false)]
    [InlineData(0, true, false)]
    public void A_server_that_Azure_cannot_copy_is_not_asked_to_be(int elasticNodes, bool secondGeneration, bool can)
    {
        var size = new Microblog.Infra.Capacity.DatabaseSize(
            "Standard_D8ds_v5", "GeneralPurpose", 8, 32, 1_024, secondGeneration ? "PremiumV2_LRS" : "Premium_LRS", secondGeneration ? null : "P30", 5_000, 1, 1, elasticNodes);

        Assert.Equal(can, Backup.CanKeepDatabase(size));
    }

    [Fact]
    public async Task Without_long_term_backups_there_is_no_vault_but_still_a_drill()
    {
        var run = await StackRun.OfAsync("dev");

        Assert.DoesNotContain(run.Resources, one => one.Type.Contains(":dataprotection:", StringComparison.Ordinal));
        Assert.Single(run.All("app:Job"), job => job.Name == "restore-drill");
    }

    [Theory]
    [InlineData("azure-cli")]
    [InlineData("mcr.microsoft.com/azure-cli")]
    [InlineData("mcr.microsoft.com/azure-cli:latest")]
    [InlineData("mcr.microsoft.com/azure-cli@sha256:12")]
    public async Task An_image_that_may_be_another_tomorrow_is_refused(string image)
    {
        var message = await StackRun.RefusalAsync(StackFile.Read("prod").Set("drillImage", image));

        Assert.StartsWith("microblog:drillImage: ", message, StringComparison.Ordinal);
        Assert.Contains("version or digest", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_may_be_named_by_digest()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("drillImage", $"mcr.microsoft.com/azure-cli:2.76.0@{StackFile.Digest}"));

        Assert.EndsWith(StackFile.Digest, run.One("app:Job", "restore-drill").Text("template.containers.0.image"), StringComparison.Ordinal);
    }

    private static (string Backup, string Schedule, string Kept) Rules(StackRun run, string name)
    {
        var policy = run.One("dataprotection:BackupPolicy", $"backup-{name}-policy");
        return (
            policy.Text("properties.policyRules.0.backupParameters.backupType"),
            policy.Text("properties.policyRules.0.trigger.schedule.repeatingTimeIntervals.0"),
            policy.Text("properties.policyRules.1.lifecycles.0.deleteAfter.duration"));
    }
}
