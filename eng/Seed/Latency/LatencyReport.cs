namespace Microblog.Seed.Latency;

/// <summary>Post to timeline: how long statuses took to show up in a follower's home timeline.</summary>
/// <param name="Samples">How many statuses were watched.</param>
/// <param name="Missed">How many of them did not show up in time (10 s).</param>
/// <param name="AfterAnswerMs">Milliseconds from the moment when the post was answered.</param>
/// <param name="AfterSendMs">Milliseconds from the moment when the post was sent.</param>
internal sealed record LatencyReport(int Samples, int Missed, LatencyFigures AfterAnswerMs, LatencyFigures AfterSendMs);

/// <summary>Statistics of durations in milliseconds; all zero when there is none.</summary>
internal sealed record LatencyFigures(double P50, double P90, double P99, double Max, double Mean)
{
    /// <summary>Computes the figures; a percentile is the smallest value that so many percent do not exceed.</summary>
    public static LatencyFigures From(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        return sorted.Length == 0
            ? new(0, 0, 0, 0, 0)
            : new(Percentile(sorted, 50), Percentile(sorted, 90), Percentile(sorted, 99), Round(sorted[^1]), Round(sorted.Average()));
    }

    private static double Percentile(double[] sorted, int percent) =>
        Round(sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percent / 100.0) - 1)]);

    private static double Round(double value) => Math.Round(value, 2);
}
