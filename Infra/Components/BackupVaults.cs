using Microblog.Infra.Capacity;
using Microblog.Infra.Settings;
using Pulumi.AzureNative.DataProtection;
using Pulumi.AzureNative.DataProtection.Inputs;

namespace Microblog.Infra.Components;

/// <summary>A vault as Azure wants it described: copies apart from what they are of, out of reach of whoever may delete that.</summary>
internal static class BackupVaults
{
    /// <summary>Days for which deleted backups can be had back; longer costs, this much is free.</summary>
    private const int SoftDeleteDays = 14;

    /// <summary>The vault's properties. Where it stores cannot be changed once something is in it.</summary>
    public static Pulumi.AzureNative.DataProtection.Inputs.BackupVaultArgs Of(StackSettings settings) => new()
    {
        StorageSettings = new StorageSettingArgs { DatastoreType = StorageSettingStoreTypes.VaultStore, Type = Redundancy(settings.Topology) },
        SecuritySettings = new SecuritySettingsArgs
        {
            // Always on cannot be turned off again, by nobody; a stack without protection has to be able to end, which a vault with deleted backups in it cannot.
            SoftDeleteSettings = new SoftDeleteSettingsArgs { State = settings.Protect ? SoftDeleteState.AlwaysOn : SoftDeleteState.Off, RetentionDurationInDays = SoftDeleteDays },
            ImmutabilitySettings = new ImmutabilitySettingsArgs { State = Immutability(settings) },
        },
        FeatureSettings = new FeatureSettingsArgs
        {
            CrossRegionRestoreSettings = new CrossRegionRestoreSettingsArgs { State = settings.Topology.GeoRedundantBackup ? CrossRegionRestoreState.Enabled : CrossRegionRestoreState.Disabled },
            CrossSubscriptionRestoreSettings = new CrossSubscriptionRestoreSettingsArgs { State = CrossSubscriptionRestoreState.Disabled },
        },
        MonitoringSettings = new MonitoringSettingsArgs { AzureMonitorAlertSettings = new AzureMonitorAlertSettingsArgs { AlertsForAllJobFailures = AlertsState.Enabled } },
    };

    private static StorageSettingTypes Redundancy(Topology topology) => topology switch
    {
        { GeoRedundantBackup: true } => StorageSettingTypes.GeoRedundant,
        { ZoneRedundant: true } => StorageSettingTypes.ZoneRedundant,
        _ => StorageSettingTypes.LocallyRedundant,
    };

    private static ImmutabilityState Immutability(StackSettings settings) => settings switch
    {
        { Backup.Locked: true } => ImmutabilityState.Locked,
        { Protect: true } => ImmutabilityState.Unlocked,
        _ => ImmutabilityState.Disabled,
    };
}
