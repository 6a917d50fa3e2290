using System.Collections.Concurrent;
using Microblog.Contracts;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// Tells the streams of every process what the API did itself and the worker has no part in. After the commit, and without waiting:
/// a hint that is lost leaves a client no worse off than one that was not connected.
/// </summary>
public sealed class StreamAnnouncer(StreamChannel channel)
{
    /// <summary>Votes within this time are one event: a busy poll must not make its whole audience busy.</summary>
    private static readonly TimeSpan VotePause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, byte> _voted = [];

    /// <summary>An account has changed its filters.</summary>
    public void FiltersChanged(long account) => channel.Publish(Of(StreamKind.FiltersChanged, account));

    /// <summary>An account let through notifications that had been kept back.</summary>
    public void NotificationsMerged(long account) => channel.Publish(Of(StreamKind.NotificationsMerged, account));

    /// <summary>A poll was voted in.</summary>
    public void Voted(long status)
    {
        if (_voted.TryAdd(status, 0))
        {
            _ = RefreshAsync(status);
        }
    }

    private async Task RefreshAsync(long status)
    {
        await Task.Delay(VotePause);
        // Before it is told, so that whoever votes after what is read then is told of again.
        _voted.TryRemove(status, out _);
        channel.Publish(new StreamMessage(StreamKind.Refreshed, DateTimeOffset.UtcNow) { StatusId = status });
    }

    private static StreamMessage Of(StreamKind kind, long account) => new(kind, DateTimeOffset.UtcNow) { Notices = [new StreamNotice(account, 0)] };
}
