using System.Collections;
using System.Globalization;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Components;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>What the second 'pulumi up' does to what the first has made.</summary>
public sealed class ChangeTests
{
    /// <summary>What Azure fixes when it makes a thing; another value there is another thing, and the old one goes with all that is in it.</summary>
    private static readonly (string Type, string[] Inputs)[] Fixed =
    [
        ("dbforpostgresql:Server", ["serverName", "location", "resourceGroupName", "createMode", "sourceServerResourceId", "backup.geoRedundantBackup", "storage.type"]),
        ("dbforpostgresql:Database", ["serverName", "databaseName", "charset", "collation"]),
        ("dbforpostgresql:VirtualEndpoint", ["serverName", "virtualEndpointName"]),
        ("redisenterprise:RedisEnterprise", ["clusterName", "location", "resourceGroupName"]),
        ("redisenterprise:Database", ["clusterName", "databaseName", "port", "clusteringPolicy"]),
        ("storage:StorageAccount", ["accountName", "location", "resourceGroupName", "immutableStorageWithVersioning.enabled"]),
        ("storage:BlobContainer", ["accountName", "containerName"]),
        ("keyvault:Vault", ["vaultName", "location", "resourceGroupName", "properties.tenantId"]),
        ("containerregistry:Registry", ["registryName", "location", "resourceGroupName", "zoneRedundancy"]),
        ("operationalinsights:Workspace", ["workspaceName", "location", "resourceGroupName"]),
        ("dataprotection:BackupVault", ["vaultName", "location", "resourceGroupName", "properties.storageSettings.0.type"]),
        ("compute:Disk", ["diskName", "location", "zones.0", "resourceGroupName"]),
        ("app:ManagedEnvironment", ["environmentName", "location", "resourceGroupName", "zoneRedundant", "vnetConfiguration.infrastructureSubnetId", "vnetConfiguration.internal", "infrastructureResourceGroup"]),
        ("network:Subnet", ["subnetName", "addressPrefix", "virtualNetworkName"]),
        ("cdn:Profile", ["profileName", "sku.name"]),
        ("cdn:AFDEndpoint", ["endpointName"]),
        ("dns:Zone", ["zoneName"]),
        ("managedidentity:UserAssignedIdentity", ["resourceName", "location", "resourceGroupName"]),
    ];

    [Theory]
    [InlineData("dailyActiveUsers", "150000")]
    [InlineData("growth", "3")]
    [InlineData("traceSampling", "1")]
    [InlineData("logRetentionDays", "365")]
    [InlineData("edgeLogsInWorkspace", "true")]
    [InlineData("backupRetentionDays", "14")]
    [InlineData("longTermBackupWeeks", "52")]
    [InlineData("maintenanceDay", "3")]
    [InlineData("wafDetectOnly", "true")]
    [InlineData("postgresVersion", "18")]
    [InlineData("ddosPlan", "true")]
    [InlineData("deployApps", "false")]
    [InlineData("protect", "false")]
    [InlineData("contactEmail", "others@social.example")]
    [InlineData("tags", """{ "owner": "others" }""")]
    [InlineData("environment", """{ "Logging__LogLevel__Default": "Warning" }""")]
    public async Task A_harmless_setting_replaces_nothing(string key, string value)
    {
        var (before, after) = (await StackRun.OfAsync("prod"), await StackRun.RunAsync(StackFile.Read("prod").Set(key, value)));

        Breach.None(
            from rule in Fixed
            from old in before.All(rule.Type)
            let made = after.All(rule.Type).SingleOrDefault(one => one.Name == old.Name)
            where made is not null
            from input in rule.Inputs
            where made.Text(input) != old.Text(input) && !Ignored(made, input)
            select $"{made}: {input} was '{old.Text(input)}' and is '{made.Text(input)}'");
        Assert.All(Fixed, rule => Assert.NotEmpty(before.All(rule.Type)));
    }

    [Fact]
    public async Task The_step_from_no_apps_to_apps_only_adds()
    {
        var (before, after) = (await StackRun.RunAsync(StackFile.Read("prod").Set("deployApps", "false")), await StackRun.OfAsync("prod"));
        var later = after.Resources.ToDictionary(one => (one.Type, one.Name));

        Breach.None(
            from old in before.Resources
            where !later.TryGetValue((old.Type, old.Name), out var made) || Canonical(made.Inputs) != Canonical(old.Inputs)
            select old.ToString());
        Assert.True(after.Resources.Count > before.Resources.Count + 10);
    }

    [Fact]
    public async Task A_new_service_changes_nothing_of_the_others()
    {
        using var contract = new ContractFile(Components.Contracts.With(Components.Contracts.Extra with { Scale = null }));
        var (before, after) = (await StackRun.OfAsync("prod"), await StackRun.RunAsync(contract.Stack("prod")));
        var later = after.Resources.ToDictionary(one => (one.Type, one.Name));

        // The migration lets the new service into the database; the verification has its variables.
        Assert.Equal(["migrations", "restore-verify"],
            from old in before.Resources
            where !later.TryGetValue((old.Type, old.Name), out var made) || Canonical(made.Inputs) != Canonical(old.Inputs)
            select old.Name);
    }

    [Fact]
    public async Task Before_its_database_lets_it_in_a_new_service_can_be_left_for_later()
    {
        using var contract = new ContractFile(Components.Contracts.With(Components.Contracts.Extra));
        var run = await StackRun.RunAsync(contract.Stack("prod", ("thumbnailer", "later")));

        Assert.DoesNotContain(run.All("app:ContainerApp"), app => app.Name == "thumbnailer");
        Assert.Contains("mb-prod-thumbnailer", run.One("app:Job", "migrations").Env()["Microblog__Database__Principals"]);
        Assert.Single(run.All("managedidentity:UserAssignedIdentity"), one => one.Name == "identity-thumbnailer");
    }

    [Fact]
    public async Task What_the_public_reaches_cannot_be_left_for_later()
    {
        var file = StackFile.Read("prod");
        file.Set("images", file.Values["microblog:images"].Replace($"\"apiservice\":\"{StackFile.Digest}\"", "\"apiservice\":\"later\"", StringComparison.Ordinal));

        Assert.StartsWith("microblog:images.apiservice: is 'later', but the public reaches it", await StackRun.RefusalAsync(file));
    }

    [Fact]
    public async Task Another_broker_takes_away_the_nodes_and_nothing_else()
    {
        var file = StackFile.Read("prod").Set("managedBroker", "true").Secret("brokerUrl", $"amqps://{StackFile.SecretMark}@broker.example/");
        foreach (var key in new[] { "brokerPassword", "brokerAdminPassword", "brokerCookie", "brokerCaCertificate", "brokerCertificate", "brokerPrivateKey" })
        {
            file.Set(key, null);
        }
        var (before, after) = (await StackRun.OfAsync("prod"), await StackRun.RunAsync(file));
        var names = after.Resources.Select(one => (one.Type, one.Name)).ToHashSet();

        Assert.All(before.Resources.Where(one => !names.Contains((one.Type, one.Name))), gone => Assert.Contains("broker", gone.Name));
        // Queues may still hold messages: whoever takes the disks away has to say so.
        Assert.All(before.All("compute:Disk"), disk => Assert.True(disk.IsProtected));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task What_goes_from_the_vault_is_not_deleted_from_outside_of_the_network(string stack) =>
        Assert.All((await StackRun.OfAsync(stack)).All("keyvault:Secret"), secret => Assert.Equal((true, "vault"), (secret.Options!.RetainOnDelete, secret.Options.DeletedWith?.GetResourceName())));

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Whatever_starts_with_a_role_is_tried_again_until_the_role_holds(string stack)
    {
        Assert.All((await StackRun.OfAsync(stack)).Workloads(), one => Assert.Single(one.Options!.Hooks.OnError));
        Assert.True(Patience.IsAboutAccess(["Invalid value: \"connection-redis\": Unable to get value using Managed identity /subscriptions/1/x for secret connection-redis"]));
        Assert.True(Patience.IsAboutAccess(["GET https://mbprodimages.azurecr.io/v2/: UNAUTHORIZED: authentication required"]));
        Assert.False(Patience.IsAboutAccess(["Invalid value: \"2000\": too many replicas"]));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task What_azure_does_one_after_the_other_is_tried_again_when_it_is_not_its_turn(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var children = run.Resources.Where(one => one.Type.StartsWith("azure-native:dbforpostgresql:", StringComparison.Ordinal) && one.Kind != "Server").Concat(run.All("network:PrivateEndpoint"));

        Assert.All(children, one => Assert.Single(one.Options!.Hooks.OnError));
        Assert.True(Patience.IsBusy(["Code=\"ServerIsBusy\" Message=\"Cannot complete operation while server 'mb-prod-postgres-1a2b3' is busy processing another operation. Try again later.\""]));
        Assert.True(Patience.IsBusy(["Code=\"AnotherOperationInProgress\""]));
        Assert.False(Patience.IsBusy(["Code=\"AuthorizationFailed\""]));
    }

    /// <summary>Names of hooks are the engine's, for the whole stack.</summary>
    [Fact]
    public async Task No_two_hooks_have_the_same_name()
    {
        var hooks = (await StackRun.OfAsync("prod")).Resources.SelectMany(one => one.Options!.Hooks.OnError).Select(hook => hook.Name).ToList();

        Assert.True(hooks.Count > 40);
        Assert.Equal(hooks.Distinct(), hooks);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_network_is_not_used_before_all_of_its_subnets_are_there(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        foreach (var user in run.All("network:PrivateEndpoint").Concat(run.All("app:ManagedEnvironment")).Concat(run.All("network:NetworkInterface")).Concat(run.All("network:LoadBalancer")))
        {
            Assert.Superset(new HashSet<string> { "apps-subnet", "endpoints-subnet", "broker-subnet" }, await user.NeededAsync());
        }
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", null)]
    public async Task A_vaults_name_can_be_had_again_only_where_nothing_is_protected(string protect, bool? purgeProtection)
    {
        var vault = (await StackRun.RunAsync(StackFile.Read("prod").Set("protect", protect))).One("keyvault:Vault");

        Assert.Equal((true, purgeProtection), (vault["properties.enableSoftDelete"], vault["properties.enablePurgeProtection"]));
        // Azure does not turn it off again.
        Assert.Equal(protect == "false", Ignored(vault, "properties.enablePurgeProtection"));
    }

    private static bool Ignored(Provisioned resource, string input) => (resource.Options!.IgnoreChanges ?? []).Any(path => input == path || input.StartsWith($"{path}.", StringComparison.Ordinal));

    /// <summary>Inputs as text, whatever the order of their members.</summary>
    private static string Canonical(object? value) => value switch
    {
        string text => $"\"{text}\"",
        IEnumerable<KeyValuePair<string, object>> map => $"{{{string.Join(',', map.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}:{Canonical(member.Value)}"))}}}",
        IEnumerable list => $"[{string.Join(',', list.Cast<object?>().Select(Canonical))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
