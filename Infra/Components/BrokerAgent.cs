using Pulumi;
using Pulumi.AzureNative.Compute;
using Pulumi.AzureNative.ManagedIdentity;
using Pulumi.AzureNative.Monitor;
using Pulumi.AzureNative.Monitor.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Brings the nodes' system log and use of disk, memory and processor to the workspace.</summary>
internal sealed class BrokerAgent
{
    private const string Workspace = "workspace";

    private readonly Context _context;
    private readonly Groups _groups;
    private readonly Resource _parent;
    private readonly DataCollectionRule _rule;

    public BrokerAgent(Context context, Groups groups, Resource parent, Observability observability)
    {
        (_context, _groups, _parent) = (context, groups, parent);
        _rule = new DataCollectionRule("broker-collection", new DataCollectionRuleArgs
        {
            ResourceGroupName = groups.Network.Name,
            DataCollectionRuleName = context.Names.Of("broker-collection"),
            Location = context.Settings.Region.Name,
            Kind = "Linux",
            DataSources = new DataCollectionRuleDataSourcesArgs
            {
                // The broker logs as a daemon; its state, a line of JSON each minute, comes as local0.
                Syslog = new SyslogDataSourceArgs
                {
                    Name = "system-log",
                    Streams = { "Microsoft-Syslog" },
                    FacilityNames = { "daemon", "local0", "authpriv" },
                    LogLevels = { "Info", "Notice", "Warning", "Error", "Critical", "Alert", "Emergency" },
                },
                PerformanceCounters = new PerfCounterDataSourceArgs
                {
                    Name = "use",
                    Streams = { "Microsoft-Perf" },
                    SamplingFrequencyInSeconds = 60,
                    CounterSpecifiers = { @"Processor(*)\% Processor Time", @"Memory(*)\% Used Memory", @"Logical Disk(*)\% Used Space", @"Logical Disk(*)\% Used Inodes" },
                },
            },
            Destinations = new DataCollectionRuleDestinationsArgs { LogAnalytics = new LogAnalyticsDestinationArgs { Name = Workspace, WorkspaceResourceId = observability.WorkspaceId } },
            DataFlows = new DataFlowArgs { Streams = { "Microsoft-Syslog", "Microsoft-Perf" }, Destinations = Workspace },
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = parent });
    }

    /// <summary>Puts the agent on a machine.</summary>
    public Resource Install(string name, VirtualMachine machine, UserAssignedIdentity account)
    {
        _ = new DataCollectionRuleAssociation($"{name}-collection", new DataCollectionRuleAssociationArgs
        {
            AssociationName = "broker",
            DataCollectionRuleId = _rule.Id,
            ResourceUri = machine.Id,
        }, new CustomResourceOptions { Parent = _parent });
        return new VirtualMachineExtension($"{name}-agent", new VirtualMachineExtensionArgs
        {
            ResourceGroupName = _groups.Network.Name,
            VmName = machine.Name,
            VmExtensionName = "AzureMonitorLinuxAgent",
            Location = _context.Settings.Region.Name,
            Publisher = "Microsoft.Azure.Monitor",
            Type = "AzureMonitorLinuxAgent",
            TypeHandlerVersion = "1.33",
            AutoUpgradeMinorVersion = true,
            EnableAutomaticUpgrade = true,
            Settings = account.Id.Apply(id => (object)new Dictionary<string, object>
            {
                ["authentication"] = new Dictionary<string, object>
                {
                    ["managedIdentity"] = new Dictionary<string, object> { ["identifier-name"] = "mi_res_id", ["identifier-value"] = id },
                },
            }),
            Tags = _context.Tags,
        }, new CustomResourceOptions { Parent = _parent });
    }
}
