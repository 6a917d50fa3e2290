using System.Diagnostics.Metrics;

namespace Microblog.ApiService.Streaming;

/// <summary>What the streams measure of themselves.</summary>
public sealed class StreamMetrics : IDisposable
{
    private readonly Meter _meter = new("Microblog.Streaming");
    private readonly UpDownCounter<int> _connections;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _catchUps;
    private readonly Histogram<double> _lag;

    /// <summary>Creates the instruments.</summary>
    public StreamMetrics()
    {
        _connections = _meter.CreateUpDownCounter<int>("microblog.streams.connections", "{connection}", "Clients that listen");
        _ended = _meter.CreateCounter<long>("microblog.streams.ended", "{connection}", "Connections by why they ended; Slow: a client that did not keep up");
        _delivered = _meter.CreateCounter<long>("microblog.streams.delivered", "{event}", "Events written to clients");
        _catchUps = _meter.CreateCounter<long>("microblog.streams.catch_ups", "{read}", "Times that PostgreSQL was asked for what Redis may have lost");
        _lag = _meter.CreateHistogram<double>("microblog.streams.lag", "s", "From the change to the client's socket");
    }

    /// <summary>A client came (1) or went (-1).</summary>
    public void Connected(int change) => _connections.Add(change);

    /// <summary>A connection ended.</summary>
    public void Ended(StreamEnd reason) => _ended.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));

    /// <summary>An event was written.</summary>
    public void Delivered(TimeSpan lag)
    {
        _delivered.Add(1);
        _lag.Record(lag.TotalSeconds);
    }

    /// <summary>PostgreSQL was asked.</summary>
    public void CaughtUp() => _catchUps.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
