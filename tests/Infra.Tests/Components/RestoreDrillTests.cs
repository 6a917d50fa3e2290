using System.Globalization;
using System.Text.Json;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

public sealed class RestoreDrillTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Every_stack_tries_to_restore_on_schedule_and_the_script_ends_before_the_platform_ends_it(string stack)
    {
        var job = (await StackRun.OfAsync(stack)).One("app:Job", "restore-drill");
        var environment = DrillRun.Environment(job);

        Assert.Equal(("Schedule", "0 4 * * 6", 0.0), (job.Text("configuration.triggerType"), job.Text("configuration.scheduleTriggerConfig.cronExpression"), job["configuration.replicaRetryLimit"]));
        Assert.Equal("7200", environment["LIMIT_SECONDS"]);
        Assert.True((double)job["configuration.replicaTimeout"]! > 7_200 + (4 * int.Parse(environment["REMOVE_SECONDS"], CultureInfo.InvariantCulture)));
        Assert.True(job.Text("jobName").Length <= 32);
    }

    [Fact]
    public async Task The_verification_is_the_product_as_deployed_with_the_command_of_the_contract()
    {
        var run = await StackRun.OfAsync("prod");
        var job = run.One("app:Job", "restore-verify");

        Assert.Equal("Manual", job["configuration.triggerType"]);
        Assert.Equal(["verify"], job.List("template.containers.0.args"));
        Assert.EndsWith($".azurecr.io/microblog/apiservice@{StackFile.Digest}", job.Text("template.containers.0.image"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_verification_reaches_the_restored_server_and_nothing_of_production()
    {
        var run = await StackRun.OfAsync("prod");
        var environment = DrillRun.Environment(run.One("app:Job", "restore-verify"));
        var server = DrillRun.Environment(run.One("app:Job", "restore-drill"))["SERVER"];

        Assert.StartsWith($"Host={server}.postgres.database.azure.com;", environment["ConnectionStrings__microblog"], StringComparison.Ordinal);
        Assert.Contains(";Username=mb-prod-migrations;", environment["ConnectionStrings__microblog"], StringComparison.Ordinal);
        Assert.Equal("client-of-mb-prod-migrations", environment["AZURE_CLIENT_ID"]);
        Assert.Equal(["ConnectionStrings__microblog"], environment.Keys.Where(name => name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)));
        Assert.DoesNotContain(run.One("app:Job", "restore-verify").Texts(), text => text.Text.Contains(run.One("dbforpostgresql:Server", "database-primary").Text("serverName"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_drill_can_delete_only_in_the_group_of_the_backups_and_touch_the_database_only_by_reading()
    {
        var run = await StackRun.OfAsync("prod");
        var roles = run.All("authorization:RoleDefinition").Where(role => role.Name.StartsWith("drill-", StringComparison.Ordinal)).ToDictionary(role => role.Name);
        var deleting = roles.Values.Where(role => role.List("permissions.0.actions").Any(action => $"{action}".EndsWith("/delete", StringComparison.Ordinal)));
        var assigned = run.All("authorization:RoleAssignment").Where(role => role.Text("principalId") == "principal-of-mb-prod-drill").ToList();

        Assert.Equal(["drill-in-group", "drill-on-job", "drill-on-network", "drill-on-source"], roles.Keys.Order());
        Assert.Equal(["drill-in-group"], deleting.Select(role => role.Name));
        Assert.EndsWith("/mb-prod-backup", Assert.Single(assigned, role => role.Name == "drill-in-group-role").Text("scope"), StringComparison.Ordinal);
        Assert.All(roles["drill-on-source"].List("permissions.0.actions"), action => Assert.EndsWith("/read", $"{action}", StringComparison.Ordinal));
        Assert.All(roles.Values, role => Assert.DoesNotContain(role.List("permissions.0.actions"), action => $"{action}".Contains('*')));
        Assert.Equal(5, assigned.Count);
        Assert.All(assigned, role => Assert.Equal("ServicePrincipal", role["principalType"]));
    }

    [Fact]
    public async Task The_restored_server_has_no_public_address_and_carries_the_mark_without_which_nothing_is_deleted()
    {
        var environment = DrillRun.Environment((await StackRun.OfAsync("prod")).One("app:Job", "restore-drill"));
        using var template = JsonDocument.Parse(environment["TEMPLATE"]);
        var resources = template.RootElement.GetProperty("resources").EnumerateArray().ToDictionary(resource => resource.GetProperty("type").GetString()!);
        var server = resources["Microsoft.DBforPostgreSQL/flexibleServers"].GetProperty("properties");

        Assert.Equal("restore-drill", template.RootElement.GetProperty("variables").GetProperty("tags").GetProperty("purpose").GetString());
        Assert.Equal(("PointInTimeRestore", "Disabled"), (server.GetProperty("createMode").GetString(), server.GetProperty("network").GetProperty("publicNetworkAccess").GetString()));
        Assert.Equal(4, resources.Count);
    }

    [Fact]
    public async Task Before_the_first_images_are_pushed_there_is_nothing_to_verify_with()
    {
        var run = await StackRun.RunAsync(StackFile.Read("prod").Set("deployApps", "false").Set("images", null));

        Assert.Empty(run.All("app:Job"));
    }
}
