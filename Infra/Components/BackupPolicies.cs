using System.Globalization;
using Pulumi.AzureNative.DataProtection;
using Pulumi.AzureNative.DataProtection.Inputs;
using BackupPolicyArgs = Pulumi.AzureNative.DataProtection.Inputs.BackupPolicyArgs;
using Rule = Pulumi.Union<Pulumi.AzureNative.DataProtection.Inputs.AzureBackupRuleArgs, Pulumi.AzureNative.DataProtection.Inputs.AzureRetentionRuleArgs>;

namespace Microblog.Infra.Components;

/// <summary>When copies go to the vault, and how long they stay there.</summary>
internal static class BackupPolicies
{
    /// <summary>Type of a database server, as Azure Backup names it.</summary>
    public const string Server = "Microsoft.DBforPostgreSQL/flexibleServers";

    /// <summary>Type of an account's blobs, as Azure Backup names it.</summary>
    public const string Blobs = "Microsoft.Storage/storageAccounts/blobServices";

    private const string Default = "Default";

    /// <summary>Sunday the 4th of January 2026, 03:30 UTC: schedules count from a moment, and any in the past will do.</summary>
    private static readonly DateTimeOffset Sunday = new(2026, 1, 4, 3, 30, 0, TimeSpan.Zero);

    /// <summary>A whole dump of the server every week, the only rhythm that Azure offers, half a week away from the maintenance window.</summary>
    /// <param name="maintenanceDay">Day of the week of the maintenance window, 0 for Sunday.</param>
    /// <param name="weeks">How long each is kept.</param>
    public static BackupPolicyArgs Weekly(int maintenanceDay, int weeks) => Of(Server, "Full", Sunday.AddDays((maintenanceDay + 3) % 7), "P1W", weeks);

    /// <summary>
    /// A copy of new and changed blobs every day. Going back to any moment is the account's own business (see <see cref="Media"/>): an operational tier here would
    /// set the same switches of the account a second time. The copy in the vault is for when the account itself is lost.
    /// </summary>
    /// <param name="weeks">How long each is kept.</param>
    public static BackupPolicyArgs Daily(int weeks) => Of(Blobs, "Discrete", Sunday.AddHours(-2), "P1D", weeks);

    private static BackupPolicyArgs Of(string type, string backup, DateTimeOffset first, string period, int weeks) => new()
    {
        ObjectType = "BackupPolicy",
        DatasourceTypes = type,
        PolicyRules =
        {
            (Rule)new AzureBackupRuleArgs
            {
                Name = "Backup",
                ObjectType = "AzureBackupRule",
                BackupParameters = new AzureBackupParamsArgs { ObjectType = "AzureBackupParams", BackupType = backup },
                DataStore = VaultStore(),
                Trigger = new ScheduleBasedTriggerContextArgs
                {
                    ObjectType = "ScheduleBasedTriggerContext",
                    Schedule = new BackupScheduleArgs { RepeatingTimeIntervals = string.Create(CultureInfo.InvariantCulture, $"R/{first:yyyy-MM-dd'T'HH:mm:sszzz}/{period}"), TimeZone = "UTC" },
                    TaggingCriteria = new TaggingCriteriaArgs { IsDefault = true, TagInfo = new RetentionTagArgs { TagName = Default }, TaggingPriority = 99 },
                },
            },
            (Rule)new AzureRetentionRuleArgs
            {
                Name = Default,
                ObjectType = "AzureRetentionRule",
                IsDefault = true,
                Lifecycles = new SourceLifeCycleArgs
                {
                    DeleteAfter = new AbsoluteDeleteOptionArgs { ObjectType = "AbsoluteDeleteOption", Duration = string.Create(CultureInfo.InvariantCulture, $"P{weeks * 7}D") },
                    SourceDataStore = VaultStore(),
                },
            },
        },
    };

    private static DataStoreInfoBaseArgs VaultStore() => new() { ObjectType = "DataStoreInfoBase", DataStoreType = DataStoreTypes.VaultStore };
}
