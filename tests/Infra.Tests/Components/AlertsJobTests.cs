using Microblog.Infra.Components;
using Microblog.Infra.Settings;

namespace Microblog.Infra.Tests.Components;

public sealed class AlertsJobTests
{
    private const string Job = "mb-prod-restore-drill";

    [Fact]
    public void A_failed_a_slow_and_a_missing_drill_are_three_alerts_and_none_of_them_ends_by_growing_old()
    {
        var rules = Drill("0 4 * * 6");

        Assert.Equal(["drill-failed", "drill-slow", "drill-missing"], rules.Select(rule => rule.Name));
        Assert.All(rules, rule => Assert.False(rule.Resolves));
        Assert.All(rules, rule => Assert.Contains("tostring(Line.event) == \"restore-drill\"", rule.Query));
        Assert.All(rules, rule => Assert.Contains($"JobName == \"{Job}\"", rule.Query));
    }

    [Fact]
    public void A_drill_is_missed_when_its_time_and_its_limit_are_over()
    {
        var query = Drill("30 4 * * 6").Single(rule => rule.Name == "drill-missing").Query;

        Assert.Contains("datetime_part(\"Minute\", At) in (30) and hourofday(At) in (4)", query);
        Assert.Contains("and toint(dayofweek(At) / 1d) in (6)", query);
        // 120 minutes for the drill, 60 for its line to be found.
        Assert.Contains("now() - 180m", query);
    }

    [Fact]
    public void Day_of_the_month_or_of_the_week_is_enough_when_both_are_given() =>
        Assert.Contains("dayofmonth(At) in (1) or toint(dayofweek(At) / 1d) in (6)", Drill("0 4 1 * 6").Single(rule => rule.Name == "drill-missing").Query);

    [Fact]
    public void An_alert_on_a_drill_sees_it_between_two_looks() => Assert.All(Drill("0 4 * * 6"), rule => Assert.True(rule.Minutes >= rule.EveryMinutes));

    [Fact]
    public void A_failed_migration_stops_the_deployment()
    {
        var rule = AlertsJobs.Failed("migrations", "mb-prod-migrations");

        Assert.Equal(("migrations-failed", 1), (rule.Name, rule.Severity));
        Assert.Contains("JobName == \"mb-prod-migrations\"", rule.Query);
    }

    private static List<QueryRule> Drill(string cron) => [.. AlertsJobs.Drill(Job, new OperationsSettings([], null, null, "2026-01-01", new Dictionary<string, string>(), cron, 120))];
}
