using Pulumi;
using Pulumi.AzureNative.Monitor;
using Pulumi.AzureNative.Monitor.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Alerts on what Azure and people do to the resources.</summary>
internal static class AlertsActivity
{
    /// <summary>What takes data, or its protection, away.</summary>
    public static readonly string[] Deletions =
    [
        "Microsoft.DBforPostgreSQL/flexibleServers/delete",
        "Microsoft.DBforPostgreSQL/flexibleServers/databases/delete",
        "Microsoft.Cache/redisEnterprise/delete",
        "Microsoft.Storage/storageAccounts/delete",
        "Microsoft.Storage/storageAccounts/blobServices/containers/delete",
        "Microsoft.KeyVault/vaults/delete",
        "Microsoft.DataProtection/backupVaults/delete",
        "Microsoft.DataProtection/backupVaults/backupInstances/delete",
        "Microsoft.Authorization/locks/delete",
        "Microsoft.Resources/subscriptions/resourceGroups/delete",
    ];

    private static readonly string[] RoleChanges = ["Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"];

    /// <summary>Makes the alerts.</summary>
    public static void Make(AlertsHost host, Groups groups)
    {
        var all = new InputList<string> { groups.Network.Id, groups.Data.Id, groups.App.Id, groups.Edge.Id, groups.Backup.Id };
        var data = new InputList<string> { groups.Data.Id, groups.Backup.Id };
        // Azure tells a subscription of the services and regions that it uses; a group cannot be asked for.
        Alert(host, "service-health", "Azure reports an incident, maintenance or a change that somebody has to prepare for.", Output.Format($"/subscriptions/{groups.SubscriptionId}"),
            Is("category", "ServiceHealth"), AnyOf("properties.incidentType", "Incident", "Maintenance", "Security", "ActionRequired"));
        Alert(host, "resource-health", "Azure says that one of the resources is degraded or not available, and that nobody here has asked for it.", all,
            Is("category", "ResourceHealth"), AnyOf("properties.currentHealthStatus", "Degraded", "Unavailable"), AnyOf("properties.cause", "PlatformInitiated", "Unknown"));
        Alert(host, "deletion", "Somebody has deleted what holds data or backups, or what protects them.", data,
            Is("category", "Administrative"), Is("status", "Succeeded"), AnyOf("operationName", Deletions));
        Alert(host, "role-change", "Somebody has changed who may do what with the data or the backups. A deployment that adds a service does so, too.", data,
            Is("category", "Administrative"), Is("status", "Succeeded"), AnyOf("operationName", RoleChanges));
    }

    private static void Alert(AlertsHost host, string name, string why, InputList<string> scopes, params AlertRuleAnyOfOrLeafConditionArgs[] conditions) =>
        _ = new ActivityLogAlert($"alert-{name}", new ActivityLogAlertArgs
        {
            ResourceGroupName = host.GroupName,
            ActivityLogAlertName = host.Context.Names.Of(name),
            Description = why,
            Location = "Global",
            Enabled = true,
            Scopes = scopes,
            Condition = new AlertRuleAllOfConditionArgs { AllOf = conditions },
            Actions = new ActionListArgs { ActionGroups = new Pulumi.AzureNative.Monitor.Inputs.ActionGroupArgs { ActionGroupId = host.ActionGroupId } },
            Tags = host.Context.Tags,
        }, host.Child);

    private static AlertRuleAnyOfOrLeafConditionArgs Is(string field, string value) => new() { Field = field, Equals = value };

    private static AlertRuleAnyOfOrLeafConditionArgs AnyOf(string field, params string[] values) => new()
    {
        AnyOf = values.Select(value => (Input<AlertRuleLeafConditionArgs>)new AlertRuleLeafConditionArgs { Field = field, Equals = value }).ToArray(),
    };
}
