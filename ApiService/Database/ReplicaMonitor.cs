using Npgsql;
using NpgsqlTypes;

namespace Microblog.ApiService.Database;

/// <summary>Watches how far the replica has replayed and whether either server is away, so that no request has to find out by waiting.</summary>
public sealed partial class ReplicaMonitor(
    NpgsqlDataSource primary,
    [FromKeyedServices(Connections.Replica)] NpgsqlDataSource replica,
    ApiMetrics metrics,
    ILogger<ReplicaMonitor> logger) : BackgroundService
{
    /// <summary>Behind by more than this, the replica is left to catch up and the primary serves its readers.</summary>
    public static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(5);

    /// <summary>How old the known position may get; an account that wrote reads from the primary for about as long.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly Lock _history = new();
    private readonly Queue<(long At, ulong Position)> _primaryPositions = [];
    private ulong _replayed;
    private volatile bool _replicaIsUsable;
    private volatile bool _primaryIsDown;

    /// <summary>Position up to which the replica has surely replayed.</summary>
    public NpgsqlLogSequenceNumber Replayed => new(Volatile.Read(ref _replayed));

    /// <summary>True while the replica answers, is in recovery and follows closely enough.</summary>
    public bool ReplicaIsUsable => _replicaIsUsable;

    /// <summary>True from a failure to reach the primary until it answers again.</summary>
    public bool PrimaryIsDown => _primaryIsDown;

    /// <summary>A request could not reach one of the servers.</summary>
    public void ReportFailure(bool ofReplica)
    {
        if (ofReplica)
        {
            _replicaIsUsable = false;
        }
        else
        {
            _primaryIsDown = true;
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(WatchReplicaAsync(stoppingToken), WatchPrimaryAsync(stoppingToken));

    private Task WatchReplicaAsync(CancellationToken stoppingToken) => RepeatAsync(replica, async connection =>
    {
        await using var command = new NpgsqlCommand("SELECT pg_last_wal_replay_lsn()", connection);
        // NULL: not in recovery, so it is no replica (any more) and has a history of its own.
        if (await command.ExecuteScalarAsync(stoppingToken) is not NpgsqlLogSequenceNumber replayed)
        {
            _replicaIsUsable = false;
            return Pause;
        }
        var lag = LagOf((ulong)replayed);
        metrics.ReplicaLag(lag);
        if (lag > MaxLag && !_primaryIsDown)
        {
            if (_replicaIsUsable)
            {
                Log.Behind(logger, lag.TotalSeconds);
            }
            _replicaIsUsable = false;
            return Interval;
        }
        Volatile.Write(ref _replayed, (ulong)replayed);
        if (!_replicaIsUsable)
        {
            Log.Reachable(logger, "replica");
        }
        _replicaIsUsable = true;
        return Interval;
    }, () => ReportFailure(ofReplica: true), () => _replicaIsUsable, "replica", stoppingToken);

    private Task WatchPrimaryAsync(CancellationToken stoppingToken) => RepeatAsync(primary, async connection =>
    {
        await using var command = new NpgsqlCommand("SELECT pg_current_wal_flush_lsn()", connection);
        Remember((ulong)(NpgsqlLogSequenceNumber)(await command.ExecuteScalarAsync(stoppingToken))!);
        if (_primaryIsDown)
        {
            Log.Reachable(logger, "primary");
        }
        _primaryIsDown = false;
        return Pause;
    }, () => ReportFailure(ofReplica: false), () => !_primaryIsDown, "primary", stoppingToken);

    /// <summary>Keeps the primary's positions of the last while; the oldest is at least as old as the lag that is tolerated.</summary>
    private void Remember(ulong position)
    {
        lock (_history)
        {
            _primaryPositions.Enqueue((Environment.TickCount64, position));
            while (_primaryPositions.Count > 60)
            {
                _primaryPositions.Dequeue();
            }
        }
    }

    /// <summary>How long ago the primary was where the replica is not yet; by the primary's word, since a replica that receives nothing thinks that it has everything.</summary>
    private TimeSpan LagOf(ulong replayed)
    {
        lock (_history)
        {
            foreach (var (at, position) in _primaryPositions)
            {
                if (position > replayed)
                {
                    return TimeSpan.FromMilliseconds(Environment.TickCount64 - at);
                }
            }
            return TimeSpan.Zero;
        }
    }

    private async Task RepeatAsync(NpgsqlDataSource source, Func<NpgsqlConnection, Task<TimeSpan>> step, Action failed, Func<bool> wasUp, string name, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(stoppingToken).AsTask().WaitAsync(Timeout, stoppingToken);
                while (!stoppingToken.IsCancellationRequested)
                {
                    await Task.Delay(await step(connection).WaitAsync(Timeout, stoppingToken), stoppingToken);
                }
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
            {
                if (wasUp())
                {
                    Log.Unreachable(logger, name, exception.Message);
                }
                failed();
                await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "PostgreSQL {Server} answers")]
        public static partial void Reachable(ILogger logger, string server);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The replica is {Seconds:0} s behind; reads go to the primary until it has caught up")]
        public static partial void Behind(ILogger logger, double seconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL {Server} does not answer: {Reason}")]
        public static partial void Unreachable(ILogger logger, string server, string reason);
    }
}
