using System.Globalization;
using Microblog.ApiService.Database;
using Npgsql;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// The revoked tokens, in the memory of every process. PostgreSQL is the truth and wakes the processes itself (NOTIFY comes with the
/// commit); they also ask by themselves twice a second, so a lost wake-up costs half a second. While the primary is away, when nothing
/// can be revoked, the replica is asked. When neither has answered for <see cref="MaxAge"/>, no token is trusted any more (503).
/// </summary>
public sealed partial class RevokedTokens([FromKeyedServices(Connections.Session)] NpgsqlDataSource primary, [FromKeyedServices(Connections.Replica)] NpgsqlDataSource replica, ILogger<RevokedTokens> logger)
    : BackgroundService
{
    private const string Start = "0";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>How old what is known may get before tokens are refused.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(30);

    /// <summary>How long a request waits for a process that has only just started.</summary>
    private static readonly TimeSpan FirstLoadTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _change = new();
    private readonly HashSet<long> _revoked = [];
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _asOf;

    /// <summary>A token was revoked, here or in another process; says which. Runs on the thread that found out, so it must not block.</summary>
    public event Action<long>? Revoked;

    /// <summary>Whether the token may still be used.</summary>
    /// <exception cref="TimeoutException">That is not known: the database has been away for too long.</exception>
    public async ValueTask<bool> IsRevokedAsync(long tokenId, CancellationToken cancellationToken)
    {
        if (!_loaded.Task.IsCompletedSuccessfully)
        {
            await _loaded.Task.WaitAsync(FirstLoadTimeout, cancellationToken);
        }
        if (Environment.TickCount64 - Volatile.Read(ref _asOf) > MaxAge.TotalMilliseconds)
        {
            throw new TimeoutException("It is not known which tokens were revoked lately, because the database does not answer.");
        }
        lock (_change)
        {
            return _revoked.Contains(tokenId);
        }
    }

    /// <summary>Notes tokens that this process has revoked, once that is committed; the others hear of it from the database.</summary>
    public void Add(params IEnumerable<long> tokenIds)
    {
        foreach (var id in tokenIds)
        {
            bool isNew;
            lock (_change)
            {
                isNew = _revoked.Add(id);
            }
            if (isNew && _loaded.Task.IsCompletedSuccessfully)
            {
                Announce(id);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isAway = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(() => isAway = false, stoppingToken);
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
            {
                if (!isAway)
                {
                    Log.Unreachable(logger, exception.Message);
                }
                isAway = true;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            await ReadReplicaAsync(stoppingToken);
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Reads everything, as a server that comes back may be another one with other transaction numbers, and then what is new.</summary>
    private async Task FollowAsync(Action answered, CancellationToken stoppingToken)
    {
        await using var connection = await primary.OpenConnectionAsync(stoppingToken).AsTask().WaitAsync(Timeout, stoppingToken);
        await using (var listen = new NpgsqlCommand("LISTEN token_revocations", connection))
        {
            await listen.ExecuteNonQueryAsync(stoppingToken).WaitAsync(Timeout, stoppingToken);
        }
        var seen = Start;
        while (true)
        {
            seen = await ReadAsync(connection, seen, stoppingToken);
            answered();
            await connection.WaitAsync(Interval, stoppingToken);
        }
    }

    private async Task ReadReplicaAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var connection = await replica.OpenConnectionAsync(stoppingToken).AsTask().WaitAsync(Timeout, stoppingToken);
            await ReadAsync(connection, Start, stoppingToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
        {
            // As was said of the primary; what is known grows old, and is not trusted for ever.
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Reads what a snapshot with this lower bound could not contain, and returns the bound of the next.</summary>
    private async Task<string> ReadAsync(NpgsqlConnection connection, string since, CancellationToken stoppingToken)
    {
        const string Sql = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text, array(SELECT token_id FROM token_revocations WHERE txid >= $1::text::xid8)";
        var asOf = Environment.TickCount64;
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new() { Value = since } } };
        await using var reader = await command.ExecuteReaderAsync(stoppingToken).WaitAsync(Timeout, stoppingToken);
        await reader.ReadAsync(stoppingToken);
        var next = reader.GetString(0);
        Add(reader.GetFieldValue<long[]>(1));
        Volatile.Write(ref _asOf, asOf);
        _loaded.TrySetResult();
        return next;
    }

    private void Announce(long id)
    {
        try
        {
            Revoked?.Invoke(id);
        }
        catch (Exception exception)
        {
            // The set is right all the same; one listener must not end the thread that keeps it so.
            Log.ListenerFailed(logger, exception, id.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Revoked tokens cannot be read from the primary; the replica is asked meanwhile: {Reason}")]
        public static partial void Unreachable(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "A listener failed on the revocation of token {Id}")]
        public static partial void ListenerFailed(ILogger logger, Exception exception, string id);
    }
}
