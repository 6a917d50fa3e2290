namespace Microblog.Infra.Components;

/// <summary>An alert on a metric that Azure measures of a resource. Thresholds are those of the Azure Monitor Baseline Alerts unless <see cref="Why"/> says otherwise.</summary>
/// <param name="Name">Part of the alert's name, after the resource's.</param>
/// <param name="Metric">Name of the metric in the API.</param>
/// <param name="Aggregation">What is compared, of all values of the window: <c>Average</c>, <c>Maximum</c>, <c>Minimum</c>, <c>Total</c> or <c>Count</c>.</param>
/// <param name="Operator">How it is compared, as <c>GreaterThan</c>.</param>
/// <param name="Threshold">With what, in the metric's unit; null to compare with what is usual at this time of the day and week, as Azure has learned it.</param>
/// <param name="Minutes">The window: 1, 5, 15, 30, 60, 360, 720 or 1440 minutes.</param>
/// <param name="Severity">0 somebody gets up, 1 at once, 2 today, 3 this week, 4 to know.</param>
/// <param name="Why">What it means for people, and why this threshold; the alert's description.</param>
public sealed record MetricRule(string Name, string Metric, string Aggregation, string Operator, double? Threshold, int Minutes, int Severity, string Why)
{
    /// <summary>Only values with this dimension.</summary>
    public MetricDimension? Of { get; init; }

    /// <summary>Also in a stack where nothing is twice; there only what tells of loss or standstill is worth a message.</summary>
    public bool Everywhere { get; init; }

    /// <summary>Minutes between two looks; a window that is learned cannot be looked at more often than every five.</summary>
    public int EveryMinutes => Minutes switch
    {
        <= 5 when Threshold is not null => 1,
        <= 30 => 5,
        <= 60 => 15,
        _ => 60,
    };
}

/// <summary>Values of a metric that count.</summary>
/// <param name="Name">Name of the dimension.</param>
/// <param name="Operator"><c>Include</c> or <c>Exclude</c>.</param>
/// <param name="Value">Its value; <c>*</c> for one alert each.</param>
public sealed record MetricDimension(string Name, string Operator, string Value);

/// <summary>Alerts on resources of one type.</summary>
/// <param name="Type">The type, as Azure names it: <c>Microsoft.KeyVault/vaults</c>.</param>
/// <param name="Rules">The alerts.</param>
public sealed record MetricTable(string Type, IReadOnlyList<MetricRule> Rules)
{
    /// <summary>Where the metrics' names, units and aggregations are from.</summary>
    public string Source => $"https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/{Type.ToLowerInvariant().Replace('.', '-').Replace('/', '-')}-metrics";
}

/// <summary>An alert on logs, traces and our own meters: it fires when the query finds a row, so that the row can say what is wrong.</summary>
/// <param name="Name">Part of the alert's name.</param>
/// <param name="Query">In Kusto, over the workspace.</param>
/// <param name="Minutes">How far the query sees: two days (2880) at most, whatever it asks for.</param>
/// <param name="EveryMinutes">Minutes between two looks.</param>
/// <param name="Severity">As in <see cref="MetricRule"/>.</param>
/// <param name="Why">What it means for people; the alert's description.</param>
public sealed record QueryRule(string Name, string Query, int Minutes, int EveryMinutes, int Severity, string Why)
{
    /// <summary>Also in a stack where nothing is twice.</summary>
    public bool Everywhere { get; init; }

    /// <summary>Whether the alert ends when the query finds nothing any more. Where that only means that the rows have become old, it stays, and is repeated daily at most.</summary>
    public bool Resolves { get; init; } = true;
}

/// <summary>Periods as Azure Monitor writes them.</summary>
public static class AlertsPeriod
{
    private const int Hour = 60;
    private const int Day = 24 * Hour;

    /// <summary>ISO 8601: <c>PT5M</c>, <c>PT6H</c>, <c>P2D</c>.</summary>
    public static string Iso(int minutes) => minutes switch
    {
        >= Day when minutes % Day == 0 => $"P{minutes / Day}D",
        >= Hour when minutes % Hour == 0 => $"PT{minutes / Hour}H",
        _ => $"PT{minutes}M",
    };

    /// <summary>As Kusto writes it: <c>5m</c>, <c>6h</c>, <c>2d</c>.</summary>
    public static string Kusto(int minutes) => minutes switch
    {
        >= Day when minutes % Day == 0 => $"{minutes / Day}d",
        >= Hour when minutes % Hour == 0 => $"{minutes / Hour}h",
        _ => $"{minutes}m",
    };
}
