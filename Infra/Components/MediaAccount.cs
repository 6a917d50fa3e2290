using Microblog.Infra.Capacity;
using Pulumi;
using Pulumi.AzureNative.Storage;
using Pulumi.AzureNative.Storage.Inputs;

namespace Microblog.Infra.Components;

/// <summary>What all storage accounts have in common.</summary>
public static class MediaAccount
{
    /// <summary>Days for which what was deleted or overwritten can be had back: as long as the database, so that both can be restored to the same moment.</summary>
    public static int RestoreDays(Topology topology) => topology.BackupRetentionDays;

    /// <summary>Copies in three zones, in the paired region, in both, or in one building.</summary>
    public static SkuName Redundancy(Topology topology) => (topology.ZoneRedundant, topology.GeoRedundantBackup) switch
    {
        (true, true) => SkuName.Standard_RAGZRS,
        (true, false) => SkuName.Standard_ZRS,
        (false, true) => SkuName.Standard_RAGRS,
        (false, false) => SkuName.Standard_LRS,
    };

    /// <summary>An account without keys, without a public address and without anonymous readers.</summary>
    /// <param name="context">What the stack decides.</param>
    /// <param name="groups">Where it belongs.</param>
    /// <param name="part">Part of its name.</param>
    /// <param name="tier">What blobs are billed as, unless something else is said of them.</param>
    /// <param name="isBackedUp">The backup vault copies blobs into an account of Microsoft's, in another tenant; without leave to replicate there it refuses with <c>UserErrorCrossTenantOrsPolicyDisabled</c>.</param>
    public static StorageAccountArgs Args(Context context, Groups groups, string part, AccessTier tier, bool isBackedUp) => new()
    {
        ResourceGroupName = groups.Data.Name,
        AccountName = groups.SubscriptionId.Apply(subscription => context.Names.Compact(part, subscription)),
        Location = context.Settings.Region.Name,
        Kind = Kind.StorageV2,
        Sku = new SkuArgs { Name = Redundancy(context.Settings.Topology) },
        AccessTier = tier,
        AllowSharedKeyAccess = false,
        DefaultToOAuthAuthentication = true,
        IsLocalUserEnabled = false,
        AllowBlobPublicAccess = false,
        AllowCrossTenantReplication = isBackedUp,
        EnableHttpsTrafficOnly = true,
        MinimumTlsVersion = MinimumTlsVersion.TLS1_2,
        PublicNetworkAccess = PublicNetworkAccess.Disabled,
        // Azure's own services that act for this account: the backup vault reads media, diagnostic settings write archives.
        NetworkRuleSet = new NetworkRuleSetArgs { DefaultAction = DefaultAction.Deny, Bypass = Bypass.AzureServices },
        Tags = context.Tags,
    };

    /// <summary>A container that only identities with a role get into.</summary>
    public static BlobContainerArgs Container(Groups groups, Input<string> account, string name) => new()
    {
        ResourceGroupName = groups.Data.Name,
        AccountName = account,
        ContainerName = name,
        PublicAccess = PublicAccess.None,
    };

    /// <summary>A rule of the account's housekeeping.</summary>
    public static ManagementPolicyRuleArgs Rule(string name, ManagementPolicyActionArgs actions, InputList<string>? types = null, InputList<string>? prefixes = null) => new()
    {
        Name = name,
        Enabled = true,
        Type = RuleType.Lifecycle,
        Definition = new ManagementPolicyDefinitionArgs
        {
            Filters = new ManagementPolicyFilterArgs { BlobTypes = types ?? ["blockBlob"], PrefixMatch = prefixes ?? [] },
            Actions = actions,
        },
    };
}
