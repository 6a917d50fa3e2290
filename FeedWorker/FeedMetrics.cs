using System.Diagnostics.Metrics;

namespace Microblog.FeedWorker;

/// <summary>What the worker measures of itself; one method per event, names here and nowhere else.</summary>
public sealed class FeedMetrics : IDisposable
{
    private readonly Meter _meter = new("Microblog.FeedWorker");
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _lag;
    private readonly Histogram<long> _slices;
    private readonly Counter<long> _outcomes;

    /// <summary>Creates the instruments.</summary>
    public FeedMetrics()
    {
        _deliveries = _meter.CreateCounter<long>("microblog.fanout.deliveries", "{delivery}", "Statuses pushed to home timelines that exist");
        _lag = _meter.CreateHistogram<double>("microblog.fanout.lag", "s", "From the post to the end of a slice");
        _slices = _meter.CreateHistogram<long>("microblog.fanout.slices", "{slice}", "Slices of a fan-out");
        _outcomes = _meter.CreateCounter<long>("microblog.feed.messages", "{message}", "Messages by routing key and outcome");
    }

    /// <summary>A slice has been delivered.</summary>
    public void Delivered(int deliveries, TimeSpan sincePost)
    {
        _deliveries.Add(deliveries);
        _lag.Record(sincePost.TotalSeconds);
    }

    /// <summary>A fan-out was started.</summary>
    public void FannedOut(int slices) => _slices.Record(slices);

    /// <summary>A message was handled.</summary>
    public void Handled(string routingKey, Outcome outcome) => _outcomes.Add(
        1, new KeyValuePair<string, object?>("routing_key", routingKey), new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
