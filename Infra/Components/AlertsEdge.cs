namespace Microblog.Infra.Components;

/// <summary>Alerts on the edge.</summary>
public static class AlertsEdge
{
    /// <summary>Front Door's type.</summary>
    public const string ProfileType = "Microsoft.Cdn/profiles";

    /// <summary>Front Door and its firewall.</summary>
    public static MetricTable Profile { get; } = new(ProfileType,
    [
        new("origin", "OriginHealthPercentage", "Average", "LessThanOrEqual", 90, 5, 1, "Front Door's probes of the services fail; without a healthy origin it answers with errors.") { Of = new("OriginGroup", "Include", "*"), Everywhere = true },
        new("errors", "Percentage5XX", "Average", "GreaterThan", 10, 5, 1, "One request in ten fails. What is less is found by the alerts on the error budget."),
        // A mean that counts connections which stream for minutes: the baseline's 100 ms would fire always, and no figure would be right for long.
        new("latency", "TotalLatency", "Average", "GreaterThan", null, 15, 3, "Answers take longer than usual at this time, way to the client included."),
        new("waf-blocks", "WebApplicationFirewallRequestCount", "Total", "GreaterThan", null, 15, 3, "The firewall blocks more than usual at this time: an attack, or a rule that has become wrong.") { Of = new("Action", "Include", "Block") },
    ]);
}
