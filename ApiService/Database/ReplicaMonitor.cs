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
    /// <summary>How old the known position may get; an account that wrote reads from the primary for about as long.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private ulong _replayed;
    private volatile bool _replicaIsUsable;
    private volatile bool _primaryIsDown;

    /// <summary>Position up to which the replica has surely replayed.</summary>
    public NpgsqlLogSequenceNumber Replayed => new(Volatile.Read(ref _replayed));

    /// <summary>True while the replica answers and is in recovery.</summary>
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
        // With everything received replayed there is no lag, however long ago the last write was.
        const string Sql =
            """
            SELECT pg_last_wal_replay_lsn(), CASE WHEN pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn() THEN 0
                ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0) END::float8
            """;
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var answer = await command.ExecuteReaderAsync(stoppingToken);
        // NULL: not in recovery, so it is no replica (any more) and has a history of its own.
        if (!await answer.ReadAsync(stoppingToken) || await answer.IsDBNullAsync(0, stoppingToken))
        {
            _replicaIsUsable = false;
            return Pause;
        }
        var replayed = answer.GetFieldValue<NpgsqlLogSequenceNumber>(0);
        metrics.ReplicaLag(TimeSpan.FromSeconds(answer.GetDouble(1)));
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
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(stoppingToken);
        if (_primaryIsDown)
        {
            Log.Reachable(logger, "primary");
        }
        _primaryIsDown = false;
        return Pause;
    }, () => ReportFailure(ofReplica: false), () => !_primaryIsDown, "primary", stoppingToken);

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

        [LoggerMessage(Level = LogLevel.Warning, Message = "PostgreSQL {Server} does not answer: {Reason}")]
        public static partial void Unreachable(ILogger logger, string server, string reason);
    }
}
