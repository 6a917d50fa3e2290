using System.Threading.Channels;
using Microblog.Contracts;
using Npgsql;
using StackExchange.Redis;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// Hears what happened over Redis and has it delivered, in order. It knows whether Redis carries because it hears its own beat; as
/// long as it does not, and once more when it does again, PostgreSQL is asked what there is since the last beat. So the streams go
/// on without Redis, a little later, and nothing is lost over its death, its return, or a queue that ran over.
/// </summary>
public sealed partial class StreamHub(
    StreamChannel channel, IConnectionMultiplexer redis, StreamDelivery delivery, StreamCatchUp catchUp, StreamConnections connections, ILogger<StreamHub> logger) : BackgroundService
{
    private const int BatchSize = 200;

    private static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which Redis counts as away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Silence after which the subscription is made anew, should the client library have forgotten it.</summary>
    private static readonly TimeSpan Resubscribe = TimeSpan.FromSeconds(10);

    private readonly Channel<StreamMessage> _heard = Channel.CreateBounded<StreamMessage>(new BoundedChannelOptions(20_000) { SingleReader = true });
    private readonly Guid _self = Guid.NewGuid();

    // Ticks, UTC: written by the threads of the Redis client, read by the pump.
    private long _beatSent;
    private long _beatHeard;
    private long _brokenAt = DateTime.UtcNow.Ticks;

    /// <summary>True while Redis carries.</summary>
    public bool IsLive =>
        Volatile.Read(ref _beatSent) > Volatile.Read(ref _brokenAt) && DateTime.UtcNow.Ticks - Volatile.Read(ref _beatHeard) < Patience.Ticks;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        redis.ConnectionFailed += OnBroken;
        redis.ConnectionRestored += OnBroken;
        try
        {
            await Task.WhenAll(BeatAsync(stoppingToken), PumpAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            redis.ConnectionFailed -= OnBroken;
            redis.ConnectionRestored -= OnBroken;
        }
    }

    private void OnBroken(object? sender, EventArgs arguments) => Volatile.Write(ref _brokenAt, DateTime.UtcNow.Ticks);

    private void OnHeard(StreamMessage message)
    {
        if (message.Kind is StreamKind.Beat)
        {
            if (message.Sender != _self)
            {
                return;
            }
            Volatile.Write(ref _beatSent, message.At.UtcTicks);
            Volatile.Write(ref _beatHeard, DateTime.UtcNow.Ticks);
        }
        if (!_heard.Writer.TryWrite(message))
        {
            OnBroken(null, EventArgs.Empty);
        }
    }

    private async Task BeatAsync(CancellationToken stoppingToken)
    {
        var subscribedAt = 0L;
        using var timer = new PeriodicTimer(BeatInterval);
        do
        {
            var now = DateTime.UtcNow.Ticks;
            if (redis.IsConnected && now - Math.Max(subscribedAt, Volatile.Read(ref _beatHeard)) > Resubscribe.Ticks)
            {
                try
                {
                    await channel.UnsubscribeAsync().WaitAsync(Patience, stoppingToken);
                    await channel.SubscribeAsync(OnHeard).WaitAsync(Patience, stoppingToken);
                    subscribedAt = now;
                }
                catch (Exception exception) when (exception is RedisException or TimeoutException)
                {
                    Log.NotSubscribed(logger, exception.Message);
                }
            }
            channel.Publish(new StreamMessage(StreamKind.Beat, DateTimeOffset.UtcNow) { Sender = _self });
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task PumpAsync(CancellationToken stoppingToken)
    {
        var settled = DateTimeOffset.UtcNow;
        var isBehind = true;
        var batch = new List<StreamMessage>(BatchSize);
        while (!stoppingToken.IsCancellationRequested)
        {
            await WaitAsync(stoppingToken);
            batch.Clear();
            while (batch.Count < BatchSize && _heard.Reader.TryRead(out var message))
            {
                batch.Add(message);
            }
            try
            {
                // First what was missed, then what came after: a cursor must not step over what is still to come.
                var isLive = IsLive;
                foreach (var gap in batch.Where(message => message.Kind is StreamKind.Gap))
                {
                    (isBehind, settled) = (true, gap.At < settled ? gap.At : settled);
                }
                if (isBehind || !isLive)
                {
                    isBehind = true;
                    var started = DateTimeOffset.UtcNow;
                    await catchUp.RunAsync(settled, stoppingToken);
                    (settled, isBehind) = (started, !isLive);
                    if (isLive)
                    {
                        catchUp.Forget();
                    }
                }
                await delivery.DeliverAsync(batch, isCatchUp: false, stoppingToken);
                if (!isBehind && batch.LastOrDefault(message => message.Kind is StreamKind.Beat) is { } beat && beat.At > settled)
                {
                    settled = beat.At;
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException || (exception is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                // What was in hand is found again, as it lies after the last beat.
                isBehind = true;
                Log.Behind(logger, exception.Message);
                await Task.Delay(BeatInterval, stoppingToken);
            }
        }
    }

    /// <summary>Waits for a message, at most for a beat: silence has to be noticed too.</summary>
    private async Task WaitAsync(CancellationToken stoppingToken)
    {
        if (connections.IsEmpty && _heard.Reader.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), stoppingToken);
        }
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        timeout.CancelAfter(BeatInterval);
        try
        {
            await _heard.Reader.WaitToReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Live events are not heard: {Reason}")]
        public static partial void NotSubscribed(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Live events were not delivered and are caught up on: {Reason}")]
        public static partial void Behind(ILogger logger, string reason);
    }
}
