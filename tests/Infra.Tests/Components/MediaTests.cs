using Microblog.Infra.Capacity;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Graph;
using Pulumi.AzureNative.Storage;

namespace Microblog.Infra.Tests.Components;

public sealed class MediaTests
{
    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Accounts_have_no_keys_no_public_address_and_no_anonymous_readers(string stack)
    {
        foreach (var account in (await StackRun.OfAsync(stack)).All("storage:StorageAccount"))
        {
            Assert.Equal((false, false, false), (account["allowSharedKeyAccess"], account["allowBlobPublicAccess"], account["isLocalUserEnabled"]));
            Assert.Equal(("Disabled", "Deny", "TLS1_2", true), (account["publicNetworkAccess"], account["networkRuleSet.defaultAction"], account["minimumTlsVersion"], account["enableHttpsTrafficOnly"]));
        }
        Assert.All((await StackRun.OfAsync(stack)).All("storage:BlobContainer"), container => Assert.Equal("None", container["publicAccess"]));
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Images_can_be_restored_to_any_moment_that_the_database_can_be_restored_to(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var blobs = run.One("storage:BlobServiceProperties", "media-blobs");
        var days = (double)run.One("dbforpostgresql:Server", "database-primary")["backup.backupRetentionDays"]!;

        Assert.Equal((true, true, true, days), (blobs["isVersioningEnabled"], blobs["changeFeed.enabled"], blobs["restorePolicy.enabled"], blobs["restorePolicy.days"]));
        // Azure refuses a restore that reaches further back than what was deleted is kept.
        Assert.True((double)blobs["deleteRetentionPolicy.days"]! > days);
        Assert.True((double)blobs["changeFeed.retentionInDays"]! > days);
        var versions = run.One("storage:ManagementPolicy", "media-housekeeping").List("policy.rules").Select(rule => Provisioned.Member(rule, "definition.actions.version.delete.daysAfterCreationGreaterThan")).Single(age => age is not null);
        Assert.True((double)versions! > days);
    }

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task Only_services_that_keep_images_may_write_them(string stack)
    {
        var run = await StackRun.OfAsync(stack);
        var container = run.One("storage:BlobContainer", "media-container");
        var id = Azure.IdOf(container.Type, container.Name, container.Inputs);
        // The vault's roles are for the account, not for what is in it.
        var grants = run.All("authorization:RoleAssignment").Where(grant => !grant.Name.StartsWith("backup-", StringComparison.Ordinal) && id.StartsWith(grant.Text("scope"), StringComparison.Ordinal));

        Assert.Equal([$"principal-of-mb-{stack}-apiservice"], grants.Select(grant => grant.Text("principalId")));
    }

    [Theory]
    [InlineData("dev", false)]
    [InlineData("prod", true)]
    [InlineData("prod-10m", true)]
    public async Task What_operators_keep_cannot_be_changed_for_a_month_where_data_is_protected(string stack, bool immutable)
    {
        var account = (await StackRun.OfAsync(stack)).One("storage:StorageAccount", "ops");

        Assert.Equal(immutable ? true : null, account["immutableStorageWithVersioning.enabled"]);
        Assert.Equal(immutable ? 30.0 : null, account["immutableStorageWithVersioning.immutabilityPolicy.immutabilityPeriodSinceCreationInDays"]);
    }

    [Fact]
    public async Task Only_the_account_that_the_backup_vault_copies_from_may_replicate_to_another_tenant()
    {
        var run = await StackRun.OfAsync("prod");

        Assert.Equal(["media"], run.All("storage:StorageAccount").Where(account => true.Equals(account["allowCrossTenantReplication"])).Select(account => account.Name));
        Assert.Equal("AzureServices", run.One("storage:StorageAccount", "media")["networkRuleSet.bypass"]);
    }

    [Fact]
    public void Copies_are_where_the_stack_wants_them()
    {
        static SkuName Of(bool zones, bool regions) => MediaAccount.Redundancy(new Topology { ZoneRedundant = zones, GeoRedundantBackup = regions });

        Assert.Equal(SkuName.Standard_LRS, Of(zones: false, regions: false));
        Assert.Equal(SkuName.Standard_RAGRS, Of(zones: false, regions: true));
        Assert.Equal(SkuName.Standard_ZRS, Of(zones: true, regions: false));
        Assert.Equal(SkuName.Standard_RAGZRS, Of(zones: true, regions: true));
    }
}
