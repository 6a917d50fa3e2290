using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Microblog.Infra.Components;
using Microblog.Infra.Tests.Capacity;

namespace Microblog.Infra.Tests.Components;

public sealed class SloTests
{
    private static readonly AppContract Model = AppModelReader.ReadFile(AppModelReader.DefaultPath);

    [Fact]
    public void The_windows_are_those_of_the_workbook_of_site_reliability_engineering_within_two_days()
    {
        Assert.Equal([14.4, 6, 1.5], Slo.Windows.Select(window => Math.Round(window.Rate, 6)));
        Assert.Equal([50.0, 120, 480], Slo.Windows.Select(window => Math.Round(window.HoursUntilGone, 6)));
        Assert.All(Slo.Windows, window => Assert.Equal(12, window.Minutes / window.ShortMinutes));
        Assert.All(Slo.Windows, window => Assert.InRange(window.Minutes, 60, 2 * 24 * 60));
    }

    [Fact]
    public void The_faster_the_budget_is_spent_the_more_urgent_and_the_oftener_looked_at()
    {
        Assert.Equal(Slo.Windows.Select(window => window.Severity), Slo.Windows.Select(window => window.Severity).Order());
        Assert.Equal(Slo.Windows.Select(window => window.EveryMinutes), Slo.Windows.Select(window => window.EveryMinutes).Order());
        Assert.All(Slo.Windows, window => Assert.True(window.EveryMinutes <= window.ShortMinutes));
    }

    [Theory]
    [InlineData(1000, 1, 1)]
    [InlineData(100_000, 1440, 14.4)]
    [InlineData(1000, 0, 0)]
    [InlineData(1000, 1000, 1000)]
    [InlineData(0, 0, 0)]
    public void A_burn_rate_of_one_spends_the_budget_exactly_in_its_period(double events, double bad, double rate) =>
        Assert.Equal(rate, Slo.Home(Model).BurnRate(events, bad), 6);

    [Fact]
    public void What_an_alert_says_is_spent_is_spent_at_its_rate()
    {
        const double EventsPerMinute = 600;
        var slo = Slo.Answers(Model);

        Assert.All(Slo.Windows, window =>
        {
            var allowed = slo.Budget * EventsPerMinute * Slo.PeriodDays * 24 * 60;
            var bad = window.BudgetShare * allowed;
            Assert.Equal(window.Rate, slo.BurnRate(EventsPerMinute * window.Minutes, bad), 6);
        });
    }

    [Fact]
    public void A_whole_outage_fires_the_fast_alert_within_minutes()
    {
        var slo = Slo.Answers(Model);

        // After one of sixty minutes, all of them bad.
        Assert.True(slo.BurnRate(60, 1) > Slo.Windows[0].Rate);
        Assert.True(slo.BurnRate(60, 0.8) < Slo.Windows[0].Rate);
    }

    [Fact]
    public void A_home_read_is_bad_at_two_hundred_milliseconds_less_the_way_to_the_service()
    {
        var slo = Slo.Home(Model);

        Assert.Equal(0.999, slo.Target);
        Assert.Equal("Status >= 500 or DurationMs >= 156", slo.Bad);
        Assert.Equal(Latency.TargetMilliseconds, 156 + Latency.OnTheWayMilliseconds);
        Assert.Contains($"Name == \"{Slo.HomeSpan}\"", slo.Events);
    }

    [Fact]
    public void The_span_that_is_looked_for_is_the_one_that_the_service_names_so()
    {
        var endpoints = Given.Text("ApiService/Timelines/TimelineEndpoints.cs");

        Assert.Contains("MapGroup(\"/api/v1/timelines\")", endpoints);
        Assert.Contains("MapGet(\"/home\", HomeAsync)", endpoints);
        Assert.Contains("""$"{context.Request.Method} {route}";""", Given.Text("ServiceDefaults/Telemetry.cs"));
        Assert.Contains("\"http.response.status_code\"", Given.Text("ServiceDefaults/Telemetry.cs"));
        Assert.Equal("GET /api/v1/timelines/home", Slo.HomeSpan);
    }

    [Fact]
    public void Only_requests_of_the_service_that_the_public_reaches_are_counted() =>
        Assert.All(Slo.Of(Model), slo => Assert.StartsWith("AppRoleName == \"apiservice\"", slo.Events));

    [Fact]
    public void Every_objective_is_watched_in_every_window()
    {
        var rules = Slo.Of(Model).SelectMany(slo => slo.Rules()).ToList();

        Assert.Equal(["slo-home-fast", "slo-home-steady", "slo-home-slow", "slo-answers-fast", "slo-answers-steady", "slo-answers-slow"], rules.Select(rule => rule.Name));
        Assert.Contains("where BurnRate >= 14.4 and RecentBurnRate >= 14.4", rules[0].Query);
        Assert.Contains("ago(1h)", rules[0].Query);
        Assert.Contains("ago(5m)", rules[0].Query);
        Assert.Contains("/ 0.001", rules[0].Query);
        Assert.Contains("2 % of the 30 days' error budget was spent within 1h, 14.4 times as fast as allowed; at this rate it is gone after 50 hours.", rules[0].Why);
    }
}
