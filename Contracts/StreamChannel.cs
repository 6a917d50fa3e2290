using System.Text.Json;
using StackExchange.Redis;

namespace Microblog.Contracts;

/// <summary>
/// The way of live events through Redis: one channel that every API process hears whole, because a process then subscribes once,
/// keeps the order, and can tell from one sign of life whether it misses anything. Publishing never waits and never fails: what
/// cannot be sent is remembered as a gap and announced as soon as Redis takes messages again, and whoever hears of a gap reads
/// PostgreSQL instead.
/// </summary>
public sealed class StreamChannel(IConnectionMultiplexer redis) : IDisposable
{
    /// <summary>Publishes on their way at most; more are a gap. A dead Redis must not fill the memory.</summary>
    private const int MaxInFlight = 5_000;

    private static readonly TimeSpan AnnouncePause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _change = new();
    private int _inFlight;
    private DateTimeOffset? _gap;

    /// <summary>Publish and subscribe know no databases, so the number is in the name.</summary>
    public RedisChannel Name => new($"streams:{redis.GetDatabase().Database}", RedisChannel.PatternMode.Literal);

    /// <summary>Sends a message, if it can be sent at once.</summary>
    public void Publish(StreamMessage message) => _ = SendAsync(message);

    /// <summary>Hears every message from now on, over broken connections too.</summary>
    public Task SubscribeAsync(Action<StreamMessage> heard) => redis.GetSubscriber().SubscribeAsync(Name, (_, value) =>
    {
        // A message of a later version that this one cannot read is none for it.
        if ((byte[]?)value is { } body && Read(body) is { } message)
        {
            heard(message);
        }
    });

    /// <summary>Hears nothing any more.</summary>
    public Task UnsubscribeAsync() => redis.GetSubscriber().UnsubscribeAsync(Name);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static StreamMessage? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, StreamJson.Default.StreamMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<bool> SendAsync(StreamMessage message)
    {
        if (!redis.IsConnected || _inFlight >= MaxInFlight)
        {
            Lost(message);
            return false;
        }
        Interlocked.Increment(ref _inFlight);
        try
        {
            await redis.GetSubscriber().PublishAsync(Name, JsonSerializer.SerializeToUtf8Bytes(message, StreamJson.Default.StreamMessage)).WaitAsync(TimelineList.WriteTimeout);
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            Lost(message);
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private void Lost(StreamMessage message)
    {
        // A beat that is not heard says everything by itself.
        if (message.Kind is StreamKind.Beat or StreamKind.Gap)
        {
            return;
        }
        lock (_change)
        {
            if (_gap is null)
            {
                _ = AnnounceAsync();
            }
            _gap = _gap is { } earlier && earlier < message.At ? earlier : message.At;
        }
    }

    private async Task AnnounceAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(AnnouncePause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var gap = _gap;
            if (gap is { } since && await SendAsync(new StreamMessage(StreamKind.Gap, since)))
            {
                lock (_change)
                {
                    if (_gap == gap)
                    {
                        _gap = null;
                        return;
                    }
                }
            }
        }
    }
}
