using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Pulumi;
using Pulumi.AzureNative.ApplicationInsights;

namespace Microblog.Infra.Components;

/// <summary>
/// What somebody is told of, and where to look then. Most is in tables: one row per alert, in <see cref="AlertsData"/>, <see cref="AlertsCompute"/>,
/// <see cref="AlertsEdge"/>, <see cref="AlertsApplication"/>, <see cref="AlertsBroker"/>, <see cref="AlertsJobs"/> and <see cref="Slo"/>.
/// </summary>
public sealed class Alerts : ComponentResource
{
    /// <summary>Makes alerts, tests from outside and the workbook.</summary>
    public Alerts(
        Context context, Groups groups, Network network, Identity identity, Observability observability, Database database, Cache cache, Broker broker, Media media, Apps apps, Edge edge, Backup backup)
        : base("microblog:infra:Alerts", "alerts")
    {
        var host = new AlertsHost(context, groups, observability, this);
        var plan = context.Plan;
        host.Watch("database-primary", database.PrimaryId, AlertsData.Primary(plan));
        if (database.ReplicaId is { } replica)
        {
            host.Watch("database-replica", replica, AlertsData.Replica(plan));
        }
        host.Watch("cache", cache.Id, AlertsData.Cache(plan));
        host.Watch("vault", identity.VaultId, AlertsData.Vault);
        host.Watch("media", media.AccountId, AlertsData.Storage("Images", severity: 1));
        host.Watch("ops", media.Ops.AccountId, AlertsData.Storage("The broker's definitions and archived logs", severity: 3));
        if (backup.VaultId is { } backups)
        {
            host.Watch("backup", backups, AlertsData.Backups);
        }
        host.Watch("edge", edge.ProfileId, AlertsEdge.Profile);
        host.Watch("way-out", network.NatGatewayId, AlertsCompute.WayOut);
        WatchBroker(host, broker);
        WatchApps(host, apps);
        WatchLogs(host, apps, backup);
        AlertsActivity.Make(host, groups);
        if (context.Settings.ZoneRedundant)
        {
            AlertsWebTests.Make(host, observability.ApplicationInsightsId);
        }
        AddWorkbook(host, groups, observability, database, cache);
        RegisterOutputs();
    }

    private static void WatchBroker(AlertsHost host, Broker broker)
    {
        var size = host.Context.Plan.Broker;
        if (broker.BalancerId is { } balancer)
        {
            host.Watch("broker", balancer, AlertsCompute.LoadBalancer(size));
        }
        foreach (var (node, index) in broker.NodeIds.Select((node, index) => (node, index)))
        {
            host.Watch($"broker-{index + 1}", node, AlertsCompute.Node);
        }
    }

    private static void WatchApps(AlertsHost host, Apps apps)
    {
        var (model, plan) = (host.Context.Model, host.Context.Plan);
        host.Watch("environment", apps.EnvironmentId, AlertsCompute.Environment(plan.Apps, plan.Ingress));
        foreach (var (name, id) in apps.AppIds.OrderBy(app => app.Key, StringComparer.Ordinal))
        {
            var service = model.Services.FirstOrDefault(service => service.Name == name);
            host.Watch($"app-{name}", id, service is null ? AlertsCompute.Helper(name) : AlertsCompute.App(service, AppsReplicas.Of(service, model, plan), Demand.Peak(host.Context.Settings.Load)));
        }
    }

    private static void WatchLogs(AlertsHost host, Apps apps, Backup backup)
    {
        var (model, plan, settings) = (host.Context.Model, host.Context.Plan, host.Context.Settings);
        IEnumerable<QueryRule> rules =
        [
            .. AlertsApplication.Workspace(Math.Ceiling(plan.Observability.DailyCapGB)),
            .. AlertsBroker.Rules(model, plan.Broker, plan.Worker),
            .. apps.AppIds.Count > 0 ? [.. Slo.Of(model).SelectMany(slo => slo.Rules()), .. AlertsApplication.Rules(plan)] : Array.Empty<QueryRule>(),
            .. model.Services.Where(service => service.Role == ServiceRole.Job && apps.JobIds.ContainsKey(service.Name)).Select(job => AlertsJobs.Failed(job.Name, host.Context.Names.Of(job.Name))),
            .. backup.DrillJobName is { } drill ? AlertsJobs.Drill(drill, settings.Operations) : [],
        ];
        foreach (var rule in rules)
        {
            host.Watch(rule);
        }
    }

    private static void AddWorkbook(AlertsHost host, Groups groups, Observability observability, Database database, Cache cache)
    {
        var context = host.Context;
        var ids = Output.Tuple(observability.WorkspaceId, database.PrimaryId, database.ReplicaId ?? database.PrimaryId, cache.Id);
        _ = new Workbook("workbook", new WorkbookArgs
        {
            ResourceGroupName = host.GroupName,
            // Azure wants a GUID.
            ResourceName = groups.SubscriptionId.Apply(subscription => Naming.UniqueId("workbook", subscription, context.Settings.Stack)),
            DisplayName = $"Microblog {context.Settings.Stack}",
            Category = "workbook",
            Kind = WorkbookSharedTypeKind.Shared,
            Location = context.Settings.Region.Name,
            SourceId = observability.WorkspaceId,
            SerializedData = ids.Apply(parts => AlertsWorkbook.Render(new Dictionary<string, string>(AlertsWorkbook.Words(context))
            {
                ["workspace"] = parts.Item1,
                ["primary"] = parts.Item2,
                ["replica"] = parts.Item3,
                ["cache"] = parts.Item4,
            })),
            Tags = context.Tags,
        }, host.Child);
    }
}
