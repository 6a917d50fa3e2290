using Microblog.Infra.Settings;

namespace Microblog.Infra.Components;

/// <summary>Alerts on what runs and ends: migrations, and the drill that restores the database.</summary>
public static class AlertsJobs
{
    /// <summary>Name of the line of JSON that the drill ends with, in <c>event</c>; beside it are <c>result</c> (passed or failed), <c>reason</c>, <c>totalSeconds</c> and <c>limitSeconds</c>.</summary>
    public const string DrillEvent = "restore-drill";

    /// <summary>Beside what the drill may take, until its line can be found: start, removal of the server, ingestion.</summary>
    private const int LateMinutes = 60;

    private const int TwoDays = 2880;

    /// <summary>Alerts on a job that the deployment starts.</summary>
    /// <param name="name">Name of the service.</param>
    /// <param name="job">Name of the job in Azure.</param>
    public static QueryRule Failed(string name, string job) => new($"{name}-failed", $"""
        ContainerAppSystemLogs
        | where JobName == "{job}"
        | where Reason in~ ("BackoffLimitExceeded", "DeadlineExceeded") or (Log has "exit code" and not(Log matches regex "exit code[^0-9]*0[^0-9]"))
        | summarize Lines = count(), Example = take_any(Log) by Reason
        """, 15, 15, 1, $"The job {job} failed: the schema is not what the new version of the services needs. Do not move traffic.")
    {
        Everywhere = true,
        Resolves = false,
    };

    /// <summary>Alerts on the drill.</summary>
    /// <param name="job">Name of the job in Azure.</param>
    /// <param name="operations">When it is due, and how long it may take.</param>
    public static IEnumerable<QueryRule> Drill(string job, OperationsSettings operations) =>
    [
        new("drill-failed", $"""
            {Lines(job)}
            | where tostring(Line.result) != "passed"
            | project TimeGenerated, Reason = tostring(Line.reason), Seconds = toint(Line.totalSeconds)
            """, 60, 60, 1, "The restore drill failed. Until it passes nobody knows whether the database can be restored.") { Everywhere = true, Resolves = false },
        new("drill-slow", $"""
            {Lines(job)}
            | extend Seconds = toint(Line.totalSeconds), Limit = toint(Line.limitSeconds)
            | where Seconds > 0.8 * Limit
            | project TimeGenerated, Seconds, Limit
            """, 60, 60, 3, $"The restore drill took more than four fifths of its {operations.RestoreDrillMinutes} minutes: the database grows out of the time that a restore may take.") { Everywhere = true, Resolves = false },
        new("drill-missing", Missing(job, Cron.TryParse(operations.RestoreDrillCron)!, operations.RestoreDrillMinutes + LateMinutes), TwoDays, 60, 2,
            $"The restore drill was due ({operations.RestoreDrillCron}, UTC), and has not passed since: it did not run, or said nothing.") { Everywhere = true, Resolves = false },
    ];

    /// <summary>
    /// A row when the drill was due and has not passed since. An alert's query sees two days, less than lie between two drills, so the schedule is in the query:
    /// it is looked for minutes of the last two days when the drill was due, long enough ago to be over.
    /// </summary>
    private static string Missing(string job, Cron cron, int minutes)
    {
        var (byDay, byWeekday) = ($"dayofmonth(At) in ({List(cron.Days)})", $"toint(dayofweek(At) / 1d) in ({List(cron.Weekdays)})");
        return $"""
            let due = toscalar(
                range At from bin(now() - 2d, 1m) to now() - {minutes}m step 1m
                | where datetime_part("Minute", At) in ({List(cron.Minutes)}) and hourofday(At) in ({List(cron.Hours)}) and monthofyear(At) in ({List(cron.Months)})
                | where {byDay} {(cron.IsEither ? "or" : "and")} {byWeekday}
                | summarize max(At));
            {Lines(job)}
            | where TimeGenerated >= due and tostring(Line.result) == "passed"
            | summarize Passed = count()
            | where isnotnull(due) and Passed == 0
            """;
    }

    private static string Lines(string job) => $"""
        ContainerAppConsoleLogs
        | where JobName == "{job}" or ContainerGroupName startswith "{job}-"
        | extend Line = parse_json(Log)
        | where tostring(Line.event) == "{DrillEvent}"
        """;

    private static string List(IReadOnlyList<int> values) => string.Join(", ", values);
}
