using System.Collections.Concurrent;
using System.Threading.Channels;
using Microblog.ApiService.OAuth;

namespace Microblog.ApiService.Streaming;

/// <summary>Why a connection ended.</summary>
public enum StreamEnd
{
    /// <summary>The client left.</summary>
    Left,

    /// <summary>It did not take what was sent to it.</summary>
    Slow,

    /// <summary>Its token counts no more.</summary>
    Revoked,

    /// <summary>This process stops.</summary>
    Stopping,

    /// <summary>It sent what it may not send.</summary>
    Misused,

    /// <summary>A stream could not be brought up to date.</summary>
    Failed,
}

/// <summary>A client that listens. Events wait in a bounded queue for whoever writes to the client; when that is full the connection ends.</summary>
/// <param name="caller">Whose token it holds.</param>
/// <param name="token">The token, to look at again.</param>
/// <param name="baseUrl">Base of absolute addresses in what is sent.</param>
/// <param name="options">Limits.</param>
/// <param name="format">Turns an event into what is written.</param>
public sealed class StreamConnection(Caller caller, string token, string baseUrl, StreamOptions options, Func<StreamName, StreamEvent, string?, byte[]> format) : IDisposable
{
    private static readonly TimeSpan RoomPause = TimeSpan.FromMilliseconds(20);

    private readonly Channel<(byte[] Bytes, DateTimeOffset? At)> _queue =
        Channel.CreateBounded<(byte[], DateTimeOffset?)>(new BoundedChannelOptions(options.Queue) { SingleReader = true });

    private readonly CancellationTokenSource _ended = new();
    private int _end = -1;

    /// <summary>Whose token it holds.</summary>
    public Caller Caller => caller;

    /// <summary>Whose streams these are.</summary>
    public long AccountId { get; } = caller.Account;

    /// <summary>The token, to look at again.</summary>
    public string Token => token;

    /// <summary>Base of absolute addresses in what is sent.</summary>
    public string BaseUrl => baseUrl;

    /// <summary>Limits.</summary>
    public StreamOptions Options => options;

    /// <summary>Its streams, by <see cref="StreamName.Key"/>.</summary>
    public ConcurrentDictionary<string, StreamSubscription> Streams { get; } = [];

    /// <summary>Cancelled when the connection has to end.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why it ended.</summary>
    public StreamEnd Reason => (StreamEnd)Math.Max(_end, 0);

    /// <summary>What waits to be written.</summary>
    public ChannelReader<(byte[] Bytes, DateTimeOffset? At)> Queue => _queue.Reader;

    /// <summary>Queues an event.</summary>
    public void Send(StreamName stream, StreamEvent happened, string? cursor) => Send(format(stream, happened, cursor), happened.At);

    /// <summary>Queues bytes.</summary>
    public void Send(byte[] bytes, DateTimeOffset? at = null)
    {
        if (!_queue.Writer.TryWrite((bytes, at)))
        {
            End(StreamEnd.Slow);
        }
    }

    /// <summary>Waits until half of the queue is free, for those who have much to say at once.</summary>
    /// <exception cref="TimeoutException">The client takes nothing.</exception>
    public async Task RoomAsync(CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)options.WriteTimeout.TotalMilliseconds;
        while (_queue.Reader.Count * 2 > options.Queue)
        {
            if (Environment.TickCount64 > deadline)
            {
                End(StreamEnd.Slow);
                throw new TimeoutException("The client takes nothing");
            }
            await Task.Delay(RoomPause, cancellationToken);
        }
    }

    /// <summary>Ends the connection; the first reason stands.</summary>
    public void End(StreamEnd reason)
    {
        if (Interlocked.CompareExchange(ref _end, (int)reason, -1) == -1)
        {
            // Not on this thread: it may hold the lock of a stream, and what the cancellation sets off is not its business.
            _ = _ended.CancelAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Writer.TryComplete();
}
