using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

public sealed class LatencyTests
{
    /// <summary>People a day, whether a zone is lost, the tail.</summary>
    public static TheoryData<long, bool, double> Cases
    {
        get
        {
            var cases = new TheoryData<long, bool, double>();
            foreach (var users in new[] { 2_000, 100_000, 1_000_000, Given.Load.DailyActiveUsers, 10_000_000, 20_000_000 })
            {
                foreach (var degraded in new[] { false, true })
                {
                    cases.Add(users, degraded, 0.01);
                    cases.Add(users, degraded, 0.001);
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_home_timeline_takes_less_than_200_ms_at_the_peak(long users, bool degraded, double tail)
    {
        var load = Given.Users(users);

        var bound = Latency.HomeRead(load, Given.Plan(load), Given.Throughput, tail, degraded);

        Assert.InRange(bound.Milliseconds, 1, Latency.TargetMilliseconds);
        Assert.All(bound.Terms, term => Assert.True(term.Utilisation is null or < 0.85, $"{term}"));
    }

    [Fact]
    public void Ten_million_accounts_are_planned_for_even_if_all_of_them_come_every_day()
    {
        var load = Given.Load with { DailyActiveUsers = Given.Load.Accounts, WeeklyActiveShare = 1 };

        Assert.True(Latency.HomeRead(load, Given.Plan(load), Given.Throughput, 0.01, degraded: true).Milliseconds < Latency.TargetMilliseconds);
    }

    [Fact]
    public void Sizes_that_are_too_small_for_a_load_do_not_keep_up()
    {
        var (load, small) = (Given.Load, Given.Plan(Given.Users(100_000)));

        Assert.Equal(double.PositiveInfinity, Latency.HomeRead(load, small, Given.Throughput, 0.01, degraded: false).Milliseconds);
    }

    [Fact]
    public void A_smaller_tail_and_a_lost_zone_take_longer()
    {
        var plan = Given.Plan(Given.Load);
        double Bound(double tail, bool degraded) => Latency.HomeRead(Given.Load, plan, Given.Throughput, tail, degraded).Milliseconds;

        Assert.True(Bound(0.01, false) < Bound(0.001, false));
        Assert.True(Bound(0.01, false) < Bound(0.01, true));
    }
}
