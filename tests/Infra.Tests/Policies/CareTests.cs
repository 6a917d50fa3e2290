using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>What everything that holds data has around it.</summary>
public sealed class CareTests
{
    /// <summary>Types whose loss is a loss of data, of telemetry or of images.</summary>
    private static readonly string[] Holders =
        ["dbforpostgresql:Server", "redisenterprise:RedisEnterprise", "storage:StorageAccount", "keyvault:Vault", "containerregistry:Registry", "dataprotection:BackupVault"];

    /// <summary>Types that are reached over the private network only.</summary>
    private static readonly string[] Private = ["dbforpostgresql:Server", "redisenterprise:RedisEnterprise", "storage:StorageAccount", "keyvault:Vault", "containerregistry:Registry"];

    /// <summary>
    /// Types that tell about themselves, and so have to be asked to. Left out are those whose only news are metrics that Azure keeps for three months by
    /// itself: machines, disks, network cards, private endpoints, DNS zones; alerts look at them there.
    /// </summary>
    private static readonly string[] Talkers =
    [
        "keyvault:Vault", "containerregistry:Registry", "dbforpostgresql:Server", "redisenterprise:RedisEnterprise", "redisenterprise:Database", "cdn:Profile", "storage:StorageAccount",
        "app:ManagedEnvironment", "network:LoadBalancer", "network:NetworkSecurityGroup", "network:VirtualNetwork", "network:PublicIPAddress", "dataprotection:BackupVault",
        "operationalinsights:Workspace", "app:ContainerApp",
    ];

    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task What_holds_data_is_protected_and_locked(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var locked = run.All("authorization:ManagementLockByScope").Where(one => one.Text("level") == "CanNotDelete").Select(one => one.Text("scope")).ToHashSet();

        foreach (var resource in Holders.SelectMany(run.All))
        {
            Assert.True(resource.IsProtected, $"{resource} is not protected");
            Assert.True(locked.Contains(IdOf(resource)), $"{resource} is not locked");
        }
    }

    /// <summary>Images in the registry are built anew from their commit, and a replica from its primary; everything else that is lost has to come from somewhere.</summary>
    [Theory]
    [InlineData("prod")]
    [InlineData("prod-10m")]
    public async Task What_holds_data_can_be_had_back(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var copied = run.All("dataprotection:BackupInstance").Select(one => one.Text("properties.dataSourceInfo.resourceID")).ToHashSet();
        var blobs = run.All("storage:BlobServiceProperties").ToDictionary(one => one.Text("accountName"));
        string? Lost(Provisioned one) => one.Type["azure-native:".Length..] switch
        {
            "dbforpostgresql:Server" when one.Text("createMode") == "Replica" => null,
            "dbforpostgresql:Server" => one.Text("backup.backupRetentionDays") == "35" && copied.Contains(IdOf(one)) ? null : "no 35 days, or no copy in the vault",
            "storage:StorageAccount" when one.Name == "media" => copied.Contains(IdOf(one)) && true.Equals(blobs[one.Text("accountName")]["restorePolicy.enabled"]) ? null : "no restore to a moment, or no copy in the vault",
            "storage:StorageAccount" => true.Equals(one["immutableStorageWithVersioning.enabled"]) && true.Equals(blobs[one.Text("accountName")]["isVersioningEnabled"]) ? null : "may be overwritten",
            "keyvault:Vault" => true.Equals(one["properties.enableSoftDelete"]) && true.Equals(one["properties.enablePurgeProtection"]) ? null : "may be purged",
            "redisenterprise:RedisEnterprise" => run.All("redisenterprise:Database").Any(data => data.Text("clusterName") == one.Text("clusterName") && true.Equals(data["persistence.aofEnabled"])) ? null : "begins empty",
            "dataprotection:BackupVault" => one.Text("properties.securitySettings.softDeleteSettings.state") == "AlwaysOn" && one.Text("properties.securitySettings.immutabilitySettings.state") != "Disabled" ? null : "may be emptied",
            "containerregistry:Registry" => null,
            var type => $"nobody has thought of {type}",
        };

        Breach.None(
            from one in Holders.SelectMany(run.All)
            let problem = Lost(one)
            where problem is not null
            select $"{one}: {problem}");
    }

    [Fact]
    public async Task A_stack_without_protection_can_be_destroyed()
    {
        var run = await StackRun.OfAsync("dev");

        Assert.Empty(run.All("authorization:ManagementLockByScope"));
        Assert.DoesNotContain(run.Resources, resource => resource.IsProtected);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task What_holds_data_has_a_private_endpoint_that_is_found_by_name(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var behind = run.All("network:PrivateEndpoint").ToLookup(one => one.Text("privateLinkServiceConnections.0.privateLinkServiceId"));
        var named = run.All("network:PrivateDnsZoneGroup").Select(one => one.Text("privateEndpointName")).ToHashSet();

        foreach (var resource in Private.SelectMany(run.All))
        {
            var endpoint = Assert.Single(behind[IdOf(resource)]);
            Assert.Contains(endpoint.Text("privateEndpointName"), named);
        }
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task What_can_tell_about_itself_does(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var heard = run.All("monitor:DiagnosticSetting").Where(one => one.List("logs").Count + one.List("metrics").Count > 0).Select(one => one.Text("resourceUri")).ToHashSet();

        var silent = Talkers.SelectMany(run.All).Where(resource => !heard.Contains(IdOf(resource))).Select(resource => resource.ToString());

        Breach.None(silent);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Whatever_can_carry_tags_says_whose_it_is(string stack)
    {
        var run = await StackRun.OfAsync(stack);

        var bare = run.Resources.Where(one => Taggable(one.Type) && (one.Text("tags.system"), one.Text("tags.stack")) != ("microblog", stack)).Select(one => one.ToString());

        Breach.None(bare);
    }

    /// <summary>The id that Azure gives a resource.</summary>
    internal static string IdOf(Provisioned resource) => Azure.IdOf(resource.Type, resource.Name, resource.Inputs);

    private static bool Taggable(string type)
    {
        var parts = type.Split(':');
        var args = typeof(Pulumi.AzureNative.Resources.ResourceGroup).Assembly.GetTypes().Single(one => one.Name == $"{parts[2]}Args" && one.Namespace!.Equals($"Pulumi.AzureNative.{parts[1]}", StringComparison.OrdinalIgnoreCase));
        return args.GetProperty("Tags") is not null;
    }
}
