namespace Microblog.Infra.Capacity;

/// <summary>
/// Followers of the authors of statuses, as a log-normal distribution with the given mean m and 99th percentile q:
/// ln m = μ + σ²/2 and ln q = μ + 2.326 σ, so σ = 2.326 − √(2.326² − 2 ln(q/m)). Counts of followers are skewed like that
/// for all but the very largest accounts; and those are beyond the threshold from which nothing is pushed any more.
/// </summary>
public sealed class FollowerDistribution
{
    /// <summary>Above 14.96 (= e^(2.326²/2)) no such distribution has that mean.</summary>
    public const double MaxP99ToMean = 14;

    private const double Z99 = 2.326;

    private readonly double _mean;
    private readonly double _mu;
    private readonly double _sigma;

    /// <summary>The distribution with that mean and 99th percentile.</summary>
    public FollowerDistribution(double mean, double p99)
    {
        _mean = mean;
        _sigma = Z99 - Math.Sqrt((Z99 * Z99) - (2 * Math.Log(p99 / mean)));
        _mu = Math.Log(mean) - (_sigma * _sigma / 2);
    }

    /// <summary>Share of statuses whose authors have more followers than that.</summary>
    public double ShareAbove(double followers) => _sigma == 0 ? (_mean > followers ? 1 : 0) : 1 - Normal((Math.Log(followers) - _mu) / _sigma);

    /// <summary>Share of all follows that lead to authors with more followers than that: the same curve, weighted by followers, is shifted by σ.</summary>
    public double FollowsAbove(double followers) => _sigma == 0 ? (_mean > followers ? 1 : 0) : 1 - Normal(((Math.Log(followers) - _mu) / _sigma) - _sigma);

    /// <summary>Followers per status that it is pushed to, on average, when authors above the threshold are not pushed for.</summary>
    public double PushedPerStatus(double threshold) => _mean * (1 - FollowsAbove(threshold));

    /// <summary>Followed authors above the threshold per reader; as many follow on average as are followed.</summary>
    public double MergedPerReader(double threshold) => _mean * FollowsAbove(threshold);

    /// <summary>Share of a normal distribution below x, by the approximation 7.1.26 of Abramowitz and Stegun (error under 1.5e-7).</summary>
    private static double Normal(double x)
    {
        var z = Math.Abs(x) / Math.Sqrt(2);
        var t = 1 / (1 + (0.3275911 * z));
        var tail = t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429)))))))) * Math.Exp(-z * z) / 2;
        return x >= 0 ? 1 - tail : tail;
    }
}
