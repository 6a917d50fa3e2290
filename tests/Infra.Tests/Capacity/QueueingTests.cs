using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

public sealed class QueueingTests
{
    [Theory]
    [InlineData(1, 0.5, 0.5)] // one core: the share that waits is the share that is busy
    [InlineData(1, 0.9, 0.9)]
    [InlineData(2, 1, 1 / 3.0)] // two cores, half busy: a²/(1 + a + a²/2 · 2/(2 − a))
    [InlineData(3, 2, 4 / 9.0)]
    public void The_share_that_waits_is_what_Erlang_says(int cores, double busy, double share) => Assert.Equal(share, Queueing.ShareThatWaits(cores, busy), tolerance: 1e-9);

    [Fact]
    public void On_one_core_the_wait_is_that_of_the_textbook()
    {
        // P(W > t) = ρ e^(−(1 − ρ) t / s)
        var wait = Queueing.WaitMilliseconds(1, 0.8, 2, 0.01);

        Assert.Equal(0.01, 0.8 * Math.Exp(-(1 - 0.8) * wait / 2), tolerance: 1e-9);
    }

    [Fact]
    public void Many_cores_wait_less_than_few_that_are_as_busy() => Assert.True(Queueing.WaitMilliseconds(32, 24, 1, 0.001) < Queueing.WaitMilliseconds(2, 1.5, 1, 0.001));

    [Fact]
    public void Nobody_waits_at_an_idle_station() => Assert.Equal(0, Queueing.WaitMilliseconds(4, 0.001, 1, 0.01));

    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, 5)]
    public void A_station_that_does_not_keep_up_is_waited_for_for_ever(int cores, double busy)
    {
        Assert.Equal(1, Queueing.ShareThatWaits(cores, busy));
        Assert.Equal(double.PositiveInfinity, Queueing.WaitMilliseconds(cores, busy, 1, 0.01));
    }
}
