using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Components;

/// <summary>Alerts on what runs: container apps, the broker's nodes, the way out.</summary>
public static class AlertsCompute
{
    /// <summary>Share of a replica's memory from which the next burst ends it.</summary>
    private const double MemoryShare = 0.9;

    /// <summary>Share of the planned requests that may fail before it is said here, beside the error budget.</summary>
    private const double FailedShare = 0.01;

    private const int WindowMinutes = 5;
    private const double GiB = 1L << 30;

    /// <summary>Below this share the broker's quorum queues have no majority of three nodes.</summary>
    private const double Majority = 50;

    /// <summary>A container app.</summary>
    /// <param name="service">The service.</param>
    /// <param name="replicas">How many of it run, and of which size.</param>
    /// <param name="peak">What is planned to come in.</param>
    public static MetricTable App(ServiceSpec service, AppsReplicas replicas, Demand peak)
    {
        var rules = new List<MetricRule>
        {
            new("gone", "Replicas", "Maximum", "LessThan", 1, 5, service.Role is ServiceRole.Api ? 0 : 1, $"No replica of {service.Name} runs.") { Everywhere = true },
            new("restarts", "RestartCount", "Maximum", "GreaterThan", 3, 15, 2, $"A replica of {service.Name} has been started anew more than three times since it was made (Azure never counts down): it crashes, or its probes fail.") { Everywhere = true },
            new("at-most", "Replicas", "Maximum", "GreaterThanOrEqual", replicas.Max, 15, 2, $"{service.Name} runs with all {replicas.Max} replicas that it may have; what comes now waits."),
            new("memory", "WorkingSetBytes", "Maximum", "GreaterThan", replicas.MemoryGiB * GiB * MemoryShare, 5, 2, $"A replica of {service.Name} uses nine tenths of its memory; beyond it, it is ended."),
        };
        if (service.Ports.Any(port => port.External))
        {
            rules.Add(new("failed", "Requests", "Total", "GreaterThan", Failed(peak), WindowMinutes, 1, $"{service.Name} answers with errors, more than one in a hundred of the requests planned at the peak.") { Of = new("statusCodeCategory", "Include", "5xx") });
            rules.Add(new("slow", "ResponseTime", "Average", "GreaterThan", null, 15, 3, $"{service.Name} answers more slowly than usual at this time. (A mean that counts streams; what people wait for is in the alerts on the error budget.)"));
        }
        return new MetricTable("Microsoft.App/containerApps", rules);
    }

    /// <summary>A container app of this program's own.</summary>
    public static MetricTable Helper(string name) => new("Microsoft.App/containerApps",
    [
        new("gone", "Replicas", "Maximum", "LessThan", 1, 5, 1, $"No replica of {name} runs.") { Everywhere = true },
        new("restarts", "RestartCount", "Maximum", "GreaterThan", 3, 15, 2, $"A replica of {name} has been started anew more than three times since it was made.") { Everywhere = true },
    ]);

    /// <summary>The environment of the container apps. Of its quota of cores no metric tells any more: those that did are deprecated and without values.</summary>
    public static MetricTable Environment(AppsSize apps, IngressSizing? ingress)
    {
        List<MetricRule> rules = [new("ingress", "IngressCpuPercentage", "Average", "GreaterThan", 80, 15, 2, "The environment's ingress is busy: all requests wait, whatever the services do.") { Everywhere = true }];
        if (apps.IsDedicated)
        {
            rules.Add(Full("nodes", apps.WorkloadProfile, apps.MaxNodes, "services"));
        }
        if (ingress is not null)
        {
            rules.Add(Full("ingress-nodes", AppsEnvironment.IngressProfile, ingress.MaxNodes, "ingress"));
        }
        return new MetricTable("Microsoft.App/managedEnvironments", rules);
    }

    private static MetricRule Full(string name, string profile, int nodes, string whose) =>
        new(name, "NodeCount", "Maximum", "GreaterThanOrEqual", nodes, 15, 2, $"The {whose} run on all {nodes} nodes that they may have; what comes now waits.") { Of = new("workloadProfileName", "Include", profile) };

    /// <summary>The load balancer before the broker.</summary>
    public static MetricTable LoadBalancer(BrokerSize size) => new("Microsoft.Network/loadBalancers",
    [
        new("path", "VipAvailability", "Average", "LessThan", 90, 5, 0, "The broker's address does not answer; statuses are stored, but reach nobody.") { Everywhere = true },
        size.Nodes > 1
            ? new("majority", "DipAvailability", "Average", "LessThan", Majority, 5, 0, "Most nodes of the broker are away: its queues have no majority and accept nothing.")
            : new("node", "DipAvailability", "Average", "LessThan", 90, 5, 0, "The broker's only node is away; statuses are stored, but reach nobody.") { Everywhere = true },
        .. size.Nodes > 1 ? new MetricRule[] { new("node", "DipAvailability", "Average", "LessThan", 90, 15, 1, "A node of the broker is away; the loss of another stops all. (The baseline gets somebody up for it; two nodes of three carry on.)") } : [],
    ]);

    /// <summary>A node of the broker.</summary>
    public static MetricTable Node { get; } = new("Microsoft.Compute/virtualMachines",
    [
        new("down", "VmAvailabilityMetric", "Average", "LessThan", 1, 5, 2, "The machine is not available.") { Everywhere = true },
        new("cpu", "Percentage CPU", "Average", "GreaterThan", 80, 15, 3, "The node's processors are busy."),
        new("memory", "Available Memory Percentage", "Average", "LessThan", 10, 15, 2, "The node's memory is nearly full; RabbitMQ holds back whoever publishes before that."),
        new("disk", "Data Disk IOPS Consumed Percentage", "Average", "GreaterThan", 95, 15, 2, "The disk with the queues is as busy as it may be; publishing waits."),
        new("system-disk", "OS Disk IOPS Consumed Percentage", "Average", "GreaterThan", 95, 15, 3, "The node's system disk is as busy as it may be."),
    ]);

    /// <summary>The way out to the internet: pushes, tokens, package updates.</summary>
    public static MetricTable WayOut { get; } = new("Microsoft.Network/natGateways",
    [
        new("path", "DatapathAvailability", "Average", "LessThan", 90, 60, 2, "Nothing gets out: no push notifications, no updates.") { Everywhere = true },
        new("ports", "SNATConnectionCount", "Total", "GreaterThan", 0, 15, 2, "Connections to the outside failed because there were too many for one address; add another.") { Of = new("ConnectionState", "Include", "Failed") },
        new("drops", "PacketDropCount", "Total", "GreaterThan", 5, 15, 3, "Packets to the outside were dropped."),
    ]);

    /// <summary>Failed answers within the window that are too many.</summary>
    public static double Failed(Demand peak) => Math.Max(10, Math.Ceiling(peak.ApiRequests * WindowMinutes * 60 * FailedShare));
}
