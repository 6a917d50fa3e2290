using Pulumi;
using Pulumi.AzureNative.ApplicationInsights;
using Pulumi.AzureNative.Monitor;
using Pulumi.AzureNative.Monitor.Inputs;
using Pulumi.AzureNative.OperationalInsights;
using Pulumi.AzureNative.OperationalInsights.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Where logs, metrics and traces go, and who hears of alarms. The alarms themselves are made in Alerts.</summary>
public sealed class Observability : ComponentResource
{
    /// <summary>Makes workspace, Application Insights and action group.</summary>
    public Observability(Context context, Groups groups) : base("microblog:infra:Observability", "observability")
    {
        var topology = context.Settings.Topology;
        var workspace = new Workspace("workspace", new WorkspaceArgs
        {
            ResourceGroupName = groups.App.Name,
            WorkspaceName = context.Names.Of("logs"),
            Location = context.Settings.Region.Name,
            Sku = new WorkspaceSkuArgs { Name = WorkspaceSkuNameEnum.PerGB2018 },
            RetentionInDays = topology.LogRetentionDays,
            // A loop that logs must not cost more than everything else; the alarm on the cap is in Alerts.
            WorkspaceCapping = new WorkspaceCappingArgs { DailyQuotaGb = Math.Ceiling(context.Plan.Observability.DailyCapGB) },
            Features = new WorkspaceFeaturesArgs { DisableLocalAuth = true, EnableLogAccessUsingOnlyResourcePermissions = true },
            // On purpose (docs/decisions/0013): by token of Entra only.
            PublicNetworkAccessForIngestion = "Enabled",
            PublicNetworkAccessForQuery = "Enabled",
            Tags = context.Tags,
        }, context.Data(this));
        var insights = new Component("insights", new ComponentArgs
        {
            ResourceGroupName = groups.App.Name,
            ResourceName = context.Names.Of("insights"),
            Location = context.Settings.Region.Name,
            Kind = "web",
            ApplicationType = ApplicationType.Web,
            WorkspaceResourceId = workspace.Id,
            IngestionMode = Pulumi.AzureNative.ApplicationInsights.IngestionMode.LogAnalytics,
            // Traces are sampled where they begin; here logs would be thinned out, too.
            SamplingPercentage = 100,
            // The collector's exporter knows the connection string and no identity.
            DisableLocalAuth = false,
            PublicNetworkAccessForIngestion = "Enabled",
            PublicNetworkAccessForQuery = "Enabled",
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = this });
        var people = new ActionGroup("people", new Pulumi.AzureNative.Monitor.ActionGroupArgs
        {
            ResourceGroupName = groups.App.Name,
            ActionGroupName = context.Names.Of("people"),
            Location = "Global",
            GroupShortName = "microblog",
            Enabled = true,
            EmailReceivers = context.Settings.Operations.AlertEmails.Select((email, index) => (Input<MicrosoftCommonEmailReceiverArgs>)new MicrosoftCommonEmailReceiverArgs
            {
                Name = $"email-{index + 1}",
                EmailAddress = email,
                UseCommonAlertSchema = true,
            }).ToArray(),
            WebhookReceivers = context.Secrets.AlertWebhook is { } webhook
                ? new WebhookReceiverArgs { Name = "webhook", ServiceUri = webhook, UseCommonAlertSchema = true }
                : [],
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = this });
        (WorkspaceId, ApplicationInsightsId, ActionGroupId) = (workspace.Id, insights.Id, people.Id);
        // Who has searched what.
        Diagnose(this, "workspace", workspace.Id, metrics: false);
        ApplicationInsightsConnectionString = Output.CreateSecret(insights.ConnectionString);
        RegisterOutputs();
    }

    /// <summary>Id of the workspace.</summary>
    public Output<string> WorkspaceId { get; }

    /// <summary>Id of Application Insights.</summary>
    public Output<string> ApplicationInsightsId { get; }

    /// <summary>How telemetry is sent there; a secret, as whoever has it can write.</summary>
    public Output<string> ApplicationInsightsConnectionString { get; }

    /// <summary>Id of the group of people who hear of alarms.</summary>
    public Output<string> ActionGroupId { get; }

    /// <summary>Sends what a resource tells of itself to the workspace.</summary>
    /// <param name="parent">The component that it belongs to.</param>
    /// <param name="name">Logical name of the resource.</param>
    /// <param name="resourceId">Its id.</param>
    /// <param name="logs">Whether its type has logs; some have metrics only.</param>
    /// <param name="metrics">Whether its type has metrics that can be sent; some have logs only.</param>
    /// <param name="after">What must be there first.</param>
    public DiagnosticSetting Diagnose(Resource parent, string name, Input<string> resourceId, bool logs = true, bool metrics = true, Resource? after = null)
    {
        var args = new DiagnosticSettingArgs { Name = "to-workspace", ResourceUri = resourceId, WorkspaceId = WorkspaceId };
        if (logs)
        {
            args.Logs.Add(new DiagnosticsLogSettingsArgs { CategoryGroup = "allLogs", Enabled = true });
        }
        if (metrics)
        {
            args.Metrics.Add(new DiagnosticsMetricSettingsArgs { Category = "AllMetrics", Enabled = true });
        }
        return new DiagnosticSetting($"{name}-diagnostics", args, new CustomResourceOptions { Parent = parent, DependsOn = after is null ? [] : new InputList<Resource> { after } });
    }
}
