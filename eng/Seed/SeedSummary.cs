using System.Globalization;
using System.Text;
using Microblog.Seed.Latency;

namespace Microblog.Seed;

/// <summary>What a run did and measured.</summary>
internal sealed record SeedSummary
{
    /// <summary>The API's address.</summary>
    public required string Url { get; init; }

    /// <summary>The seed number.</summary>
    public required int Seed { get; init; }

    /// <summary>Accounts; <see cref="PhaseSummary.New"/> counts those created by this run.</summary>
    public required PhaseSummary Accounts { get; init; }

    /// <summary>Follows; <see cref="PhaseSummary.New"/> counts those the server accepted, also when they were there.</summary>
    public required PhaseSummary Follows { get; init; }

    /// <summary>Statuses; <see cref="PhaseSummary.New"/> counts those posted by this run.</summary>
    public required PhaseSummary Statuses { get; init; }

    /// <summary>Requests sent again after a passing failure.</summary>
    public required long RepeatedRequests { get; init; }

    /// <summary>Duration of the whole run.</summary>
    public required double Seconds { get; init; }

    /// <summary>The measured latency.</summary>
    public required LatencyReport PostToTimeline { get; init; }

    /// <summary>The lines printed at the end.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        Append(text, $"accounts  {Accounts.Total} ({Accounts.New} new, {Accounts.Total - Accounts.New} were there)  {Accounts.Seconds:F1} s");
        Append(text, $"follows   {Follows.Total} ({Follows.Total - Follows.New} refused)  {Follows.Seconds:F1} s");
        Append(text, $"statuses  {Statuses.Total} ({Statuses.New} new, {Statuses.Total - Statuses.New} were there)  {Statuses.Seconds:F1} s");
        Append(text, $"total     {Seconds:F1} s, {RepeatedRequests} requests repeated");
        if (PostToTimeline.Samples == 0)
        {
            return text.AppendLine("post to follower's timeline: not measured, no new status was sampled").ToString();
        }

        Append(text, $"post to follower's timeline, {PostToTimeline.Samples} samples, {PostToTimeline.Missed} missed in 10 s");
        if (PostToTimeline.Missed == PostToTimeline.Samples)
        {
            return text.ToString();
        }

        Append(text, $"  after the answer  {Describe(PostToTimeline.AfterAnswerMs)}");
        Append(text, $"  after sending     {Describe(PostToTimeline.AfterSendMs)}");
        return text.ToString();
    }

    private static string Describe(LatencyFigures figures) =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {figures.P50:F1} ms  p90 {figures.P90:F1} ms  p99 {figures.P99:F1} ms  max {figures.Max:F1} ms");

    private static void Append(StringBuilder text, FormattableString line) =>
        text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>The result of one phase.</summary>
internal sealed record PhaseSummary(int Total, int New, double Seconds);
