using Pulumi;
using Pulumi.AzureNative.Cdn;
using Pulumi.AzureNative.Monitor.Inputs;
using DiagnosticSetting = Pulumi.AzureNative.Monitor.DiagnosticSetting;
using DiagnosticSettingArgs = Pulumi.AzureNative.Monitor.DiagnosticSettingArgs;

namespace Microblog.Infra.Components;

/// <summary>What Front Door tells. A line for every request is dear in the workspace, so a large stack archives those; what alarms and searches need always goes there.</summary>
internal static class EdgeLogs
{
    private const string Access = "FrontDoorAccessLog";

    private static readonly string[] Always = ["FrontDoorHealthProbeLog", "FrontDoorWebApplicationFirewallLog"];

    /// <summary>Makes the settings.</summary>
    public static void Diagnose(Context context, Profile profile, Ops ops, Observability observability, Resource parent)
    {
        var inWorkspace = context.Settings.Topology.EdgeLogsInWorkspace;
        _ = new DiagnosticSetting("edge-diagnostics", new DiagnosticSettingArgs
        {
            Name = "to-workspace",
            ResourceUri = profile.Id,
            WorkspaceId = observability.WorkspaceId,
            Logs = Logs(inWorkspace ? [Access, .. Always] : Always),
            Metrics = { new DiagnosticsMetricSettingsArgs { Category = "AllMetrics", Enabled = true } },
        }, new CustomResourceOptions { Parent = parent });
        if (!inWorkspace)
        {
            _ = new DiagnosticSetting("edge-access-diagnostics", new DiagnosticSettingArgs
            {
                Name = "to-archive",
                ResourceUri = profile.Id,
                StorageAccountId = ops.AccountId,
                Logs = Logs([Access]),
            }, new CustomResourceOptions { Parent = parent, DependsOn = { ops.Endpoint } });
        }
    }

    private static InputList<DiagnosticsLogSettingsArgs> Logs(IEnumerable<string> categories) =>
        categories.Select(category => (Input<DiagnosticsLogSettingsArgs>)new DiagnosticsLogSettingsArgs { Category = category, Enabled = true }).ToArray();
}
