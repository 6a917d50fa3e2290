using System.Diagnostics.Metrics;

namespace Microblog.ApiService;

/// <summary>What the API measures of itself; one method per event, names here and nowhere else.</summary>
public sealed class ApiMetrics : IDisposable
{
    private readonly Meter _meter = new("Microblog.ApiService");
    private readonly Counter<long> _relayed;
    private readonly Histogram<double> _relayAge;
    private readonly Counter<long> _homeReads;
    private readonly Counter<long> _builds;
    private readonly Counter<long> _limitedLocally;
    private long _outboxDepth;
    private double _outboxOldest;
    private double _replicaLag;

    /// <summary>Creates the instruments.</summary>
    public ApiMetrics()
    {
        _relayed = _meter.CreateCounter<long>("microblog.outbox.relayed", "{message}", "Outbox rows confirmed by the broker");
        _relayAge = _meter.CreateHistogram<double>("microblog.outbox.age", "s", "Age of the oldest row of a relayed batch");
        _homeReads = _meter.CreateCounter<long>("microblog.home.reads", "{read}", "Home timeline reads by whether the cache could answer");
        _meter.CreateObservableGauge("microblog.outbox.depth", () => Volatile.Read(ref _outboxDepth), "{message}", "Outbox rows waiting; not counted past 10,000");
        _meter.CreateObservableGauge("microblog.outbox.oldest", () => Volatile.Read(ref _outboxOldest), "s", "Age of the oldest waiting outbox row");
        _meter.CreateObservableGauge("microblog.replica.lag", () => Volatile.Read(ref _replicaLag), "s", "How far the replica's replay is behind, as of its last look");
        _limitedLocally = _meter.CreateCounter<long>("microblog.limits.local", "{request}", "Requests counted by this process alone, because Redis did not answer");
        _builds = _meter.CreateCounter<long>("microblog.timelines.built", "{timeline}", "Timelines rebuilt from PostgreSQL");
    }

    /// <summary>A batch left the outbox.</summary>
    public void Relayed(int messages, TimeSpan oldest)
    {
        _relayed.Add(messages);
        _relayAge.Record(oldest.TotalSeconds);
    }

    /// <summary>What waits in the outbox.</summary>
    public void OutboxWaiting(long depth, TimeSpan oldest)
    {
        Volatile.Write(ref _outboxDepth, depth);
        Volatile.Write(ref _outboxOldest, oldest.TotalSeconds);
    }

    /// <summary>How far the replica is behind.</summary>
    public void ReplicaLag(TimeSpan lag) => Volatile.Write(ref _replicaLag, lag.TotalSeconds);

    /// <summary>A home timeline was read.</summary>
    public void HomeRead(bool warm) => _homeReads.Add(1, new KeyValuePair<string, object?>("cache", warm ? "hit" : "miss"));

    /// <summary>A timeline was rebuilt.</summary>
    public void TimelineBuilt() => _builds.Add(1);

    /// <summary>A request was counted without Redis.</summary>
    public void LimitedLocally() => _limitedLocally.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
