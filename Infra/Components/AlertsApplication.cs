using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Components;

/// <summary>
/// Alerts on what our own code says: meters, which Application Insights keeps as sums (a percentile cannot be had of them, so means and maxima are looked at),
/// and log lines. The names are those of ApiService/ApiMetrics.cs and FeedWorker/FeedMetrics.cs.
/// </summary>
public static class AlertsApplication
{
    /// <summary>Meters that are asked for, here and in the workbook.</summary>
    public static IReadOnlyList<string> Meters { get; } =
        ["microblog.outbox.oldest", "microblog.outbox.depth", "microblog.replica.lag", "microblog.fanout.lag", "microblog.feed.messages", "microblog.limits.local", "microblog.home.reads"];

    /// <summary>Log line of FeedWorker/FeedConsumer.cs.</summary>
    public const string DeadLetteredLine = "was dead-lettered after";

    /// <summary>Alerts on the services.</summary>
    public static IEnumerable<QueryRule> Rules(CapacityPlan plan)
    {
        yield return new("dead-letters", $"""
            AppTraces
            | where Message has "{DeadLetteredLine}"
            | summarize Letters = sum(ItemCount), Example = take_any(Message) by AppRoleName
            """, 15, 15, 2, "Messages were given up: some people miss a status or a notification. They wait in the queue of dead letters to be sent again, once the cause is gone.") { Everywhere = true };
        yield return Meter("outbox-old", "microblog.outbox.oldest", "max(Max)", 60, 15, 5, 1, "Statuses wait in the outbox for more than a minute: they are stored, but the broker does not take them.");
        yield return Meter("outbox-deep", "microblog.outbox.depth", "max(Max)", 5_000, 15, 5, 2, "Thousands of messages wait in the outbox (it is not counted past 10,000): the broker takes them more slowly than they come.");
        yield return Meter("fan-out-slow", "microblog.fanout.lag", "sum(Sum) / sum(ItemCount)", 10, 30, 15, 2, "On average a status takes more than 10 s to reach its last follower: more workers are needed, or what they need is slow.");
        yield return Meter("limits-local", "microblog.limits.local", "sum(Sum)", 100, 15, 15, 3, "Requests are counted without the cache, which does not answer: limits hold per process only.");
        if (plan.Database.ReplicaCount > 0)
        {
            yield return Meter("replica-behind", "microblog.replica.lag", "min(Max)", 5, 30, 15, 3, "For half an hour the services have found the replica more than 5 s behind; they read from the primary instead.");
        }
        yield return new("silence", """
            AppMetrics
            | where Name startswith "microblog."
            | summarize Values = count()
            | where Values == 0
            """, 30, 15, 1, "No service has sent a measurement for half an hour. Whatever the other alerts say, they see nothing.");
    }

    /// <summary>Alerts on the workspace itself, without which the others see nothing.</summary>
    /// <param name="capGB">What it takes a day at most.</param>
    public static IEnumerable<QueryRule> Workspace(double capGB) =>
    [
        new("log-cap", """
            _LogOperation
            | where Category =~ "Ingestion" and Detail has "OverQuota"
            | project TimeGenerated, Detail
            """, 60, 15, 1, "The workspace has taken all that it may today: until tomorrow there are no logs, and the alerts on them are blind.") { Everywhere = true },
        new("log-volume", FormattableString.Invariant($"""
            Usage
            | where TimeGenerated > startofday(now()) and IsBillable
            | summarize GB = sum(Quantity) / 1000.0
            | where GB > {capGB * 0.8:0.###}
            """), 1440, 60, 2, "More than four fifths of what the workspace takes in a day are used up: more than half again of what is planned. Something logs too much."),
    ];

    /// <summary>The service that the public reaches.</summary>
    public static ServiceSpec Public(AppContract model) => model.Services.First(service => service.Ports.Any(port => port.External));

    /// <summary>An alert on one of our meters.</summary>
    /// <param name="name">Of the alert.</param>
    /// <param name="meter">Of the meter.</param>
    /// <param name="value">How its rows become one value.</param>
    /// <param name="above">What is too much, in the meter's unit.</param>
    /// <param name="minutes">The window.</param>
    /// <param name="every">Minutes between two looks.</param>
    /// <param name="severity">As in <see cref="MetricRule"/>.</param>
    /// <param name="why">What it means.</param>
    private static QueryRule Meter(string name, string meter, string value, double above, int minutes, int every, int severity, string why) => new(name, FormattableString.Invariant($"""
        AppMetrics
        | where Name == "{meter}"
        | summarize Value = {value} by AppRoleName
        | where Value > {above}
        """), minutes, every, severity, why);
}
