using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

public sealed class FollowerDistributionTests
{
    [Theory]
    [InlineData(50, 400)]
    [InlineData(200, 2_600)]
    [InlineData(1_000, 14_000)]
    public void It_has_the_99th_percentile_and_the_mean_that_were_asked_for(double mean, double p99)
    {
        var followers = new FollowerDistribution(mean, p99);

        Assert.Equal(0.01, followers.ShareAbove(p99), tolerance: 0.0001);
        // The mean is the area under the share that is above.
        var area = Enumerable.Range(0, 40_000).Select(i => Math.Pow(10, i / 5_000.0)).ToList();
        var sum = area.Zip(area.Skip(1), (low, high) => (high - low) * (followers.ShareAbove(low) + followers.ShareAbove(high)) / 2).Sum() + 1;
        Assert.Equal(mean, sum, tolerance: mean * 0.02);
    }

    [Fact]
    public void What_is_not_pushed_is_merged()
    {
        var followers = new FollowerDistribution(200, 2_600);

        Assert.Equal(200, followers.PushedPerStatus(50_000) + followers.MergedPerReader(50_000), tolerance: 1e-9);
        Assert.True(followers.MergedPerReader(10_000) > followers.MergedPerReader(50_000));
        Assert.True(followers.MergedPerReader(50_000) > 0);
    }

    [Fact]
    public void Without_spread_everybody_has_the_mean()
    {
        var followers = new FollowerDistribution(100, 100);

        Assert.Equal(100, followers.PushedPerStatus(50_000));
        Assert.Equal(0, followers.PushedPerStatus(99));
    }
}
