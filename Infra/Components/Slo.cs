using System.Globalization;
using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Components;

/// <summary>
/// What people may rely on, as a share of events that are good. What is missing to all is the error budget; how fast it is spent is what the alerts and the
/// workbook look at. One definition for both.
/// </summary>
/// <param name="Name">Part of names.</param>
/// <param name="Title">For people.</param>
/// <param name="Target">Share of good events, below 1.</param>
/// <param name="Events">Kusto: which rows of <c>AppRequests</c>, with the status in <c>Status</c>, are counted.</param>
/// <param name="Bad">Kusto: which of them are bad.</param>
public sealed record Slo(string Name, string Title, double Target, string Events, string Bad)
{
    /// <summary>Days that a budget is for.</summary>
    public const int PeriodDays = 30;

    /// <summary>Fewer bad events than this say nothing about a share.</summary>
    public const int FewestBad = 5;

    /// <summary>The span of a home timeline read, as ServiceDefaults/Telemetry.cs names it.</summary>
    public const string HomeSpan = "GET /api/v1/timelines/home";

    /// <summary>
    /// Where the status is: the exporter of the collector leaves the name that OpenTelemetry gives it today among the properties (or, as a number, among the
    /// measurements) and has zero or nothing in ResultCode.
    /// </summary>
    public const string Status = """toint(coalesce(tostring(Properties["http.response.status_code"]), tostring(Measurements["http.response.status_code"]), ResultCode))""";

    /// <summary>The windows in which a budget is watched, the most urgent first.</summary>
    public static IReadOnlyList<BurnWindow> Windows { get; } =
    [
        new("fast", 60, 5, 5, 0.02, 1),
        new("steady", 6 * 60, 30, 15, 0.05, 2),
        // Three days would be usual; no query of an alert sees more than two. The same tenth of the budget is spent in them at 1.5 instead of 1.
        new("slow", 2 * 24 * 60, 4 * 60, 60, 0.10, 3),
    ];

    /// <summary>Share of events that may be bad.</summary>
    public double Budget => 1 - Target;

    /// <summary>The objectives.</summary>
    public static IReadOnlyList<Slo> Of(AppContract model) => [Home(model), Answers(model)];

    /// <summary>
    /// 99.9 % of home timeline reads under 200 ms, at the edge. The services measure what they take themselves; the way between, which no load changes, is
    /// taken off. What was refused to a client (4xx) is no read.
    /// </summary>
    public static Slo Home(AppContract model) => new(
        "home", FormattableString.Invariant($"99.9 % of home timeline reads under {Latency.TargetMilliseconds} ms"), 0.999,
        $"""{FromApi(model)} and Name == "{HomeSpan}" and (Status < 400 or Status >= 500)""",
        FormattableString.Invariant($"Status >= 500 or DurationMs >= {Latency.TargetMilliseconds - Latency.OnTheWayMilliseconds}"));

    /// <summary>99.9 % of all requests are answered. What a client did wrong is an answer.</summary>
    public static Slo Answers(AppContract model) => new("answers", "99.9 % of requests without an error of the server", 0.999, FromApi(model), "Status >= 500");

    /// <summary>How many times faster than allowed the budget is spent: at 1 it lasts for <see cref="PeriodDays"/>.</summary>
    public double BurnRate(double events, double bad) => events <= 0 ? 0 : bad / events / Budget;

    /// <summary>The query of an alert: a row when the budget is spent this fast over the long window, and still is in the short one.</summary>
    public string Query(BurnWindow window) => string.Create(CultureInfo.InvariantCulture, $"""
        AppRequests
        | where TimeGenerated > ago({AlertsPeriod.Kusto(window.Minutes)})
        | extend Status = {Status}
        | where {Events}
        | extend IsBad = {Bad}, IsRecent = TimeGenerated > ago({AlertsPeriod.Kusto(window.ShortMinutes)})
        | summarize Events = sum(ItemCount), BadEvents = sumif(ItemCount, IsBad), Recent = sumif(ItemCount, IsRecent), BadRecent = sumif(ItemCount, IsRecent and IsBad)
        | where BadEvents >= {FewestBad} and Recent > 0
        | extend BurnRate = 1.0 * BadEvents / Events / {Budget:0.######}, RecentBurnRate = 1.0 * BadRecent / Recent / {Budget:0.######}
        | where BurnRate >= {window.Rate:0.###} and RecentBurnRate >= {window.Rate:0.###}
        | project TimeGenerated = now(), BurnRate, RecentBurnRate, Events, BadEvents
        """);

    /// <summary>How fast the budget is spent, for a chart.</summary>
    /// <param name="grain">Width of a point, in Kusto.</param>
    public string BurnChart(string grain) => string.Create(CultureInfo.InvariantCulture, $"""
        AppRequests
        | extend Status = {Status}
        | where {Events}
        | summarize BurnRate = 1.0 * sumif(ItemCount, {Bad}) / sum(ItemCount) / {Budget:0.######} by bin(TimeGenerated, {grain})
        """);

    /// <summary>Percent of the budget that is left of the period that is looked at.</summary>
    public string BudgetLeft() => string.Create(CultureInfo.InvariantCulture, $"""
        AppRequests
        | extend Status = {Status}
        | where {Events}
        | summarize Events = sum(ItemCount), BadEvents = sumif(ItemCount, {Bad})
        | project Left = round(100.0 * (1 - 1.0 * BadEvents / Events / {Budget:0.######}), 1)
        """);

    /// <summary>The alerts.</summary>
    public IEnumerable<QueryRule> Rules() => Windows.Select(window => new QueryRule(
        $"slo-{Name}-{window.Name}", Query(window), window.Minutes, window.EveryMinutes, window.Severity,
        string.Create(CultureInfo.InvariantCulture, $"{Title}: {window.BudgetShare:P0} of the {PeriodDays} days' error budget was spent within {AlertsPeriod.Kusto(window.Minutes)}, {window.Rate:0.#} times as fast as allowed; at this rate it is gone after {window.HoursUntilGone:0} hours.")));

    /// <summary>The service whose requests are counted: the one that the public reaches.</summary>
    private static string FromApi(AppContract model) => $"AppRoleName == \"{AlertsApplication.Public(model).Name}\"";
}

/// <summary>
/// A window in which an error budget is watched. The long one makes sure that it matters, the short one that it is not over
/// (https://sre.google/workbook/alerting-on-slos/, the sixth way).
/// </summary>
/// <param name="Name">Part of names.</param>
/// <param name="Minutes">The long window.</param>
/// <param name="ShortMinutes">The short one, a twelfth.</param>
/// <param name="EveryMinutes">Minutes between two looks.</param>
/// <param name="BudgetShare">Share of the budget that is spent within the long window when the alert fires.</param>
/// <param name="Severity">As in <see cref="MetricRule"/>.</param>
public sealed record BurnWindow(string Name, int Minutes, int ShortMinutes, int EveryMinutes, double BudgetShare, int Severity)
{
    private const double PeriodMinutes = Slo.PeriodDays * 24 * 60;

    /// <summary>The burn rate from which the alert fires.</summary>
    public double Rate => BudgetShare * PeriodMinutes / Minutes;

    /// <summary>Hours that a whole budget lasts at this rate.</summary>
    public double HoursUntilGone => PeriodMinutes / 60 / Rate;
}
