using System.Data;
using Microblog.ApiService.Outbox;
using Npgsql;
using NpgsqlTypes;

namespace Microblog.ApiService.Database;

/// <summary>
/// The way to PostgreSQL. Writes go to the primary; reads go to the replica, unless the reading account has written something
/// the replica has not replayed yet, or the replica is away. When the primary is away, reads go to the replica regardless.
/// </summary>
public sealed class Db(
    NpgsqlDataSource primary,
    [FromKeyedServices(Connections.Replica)] NpgsqlDataSource replica,
    ReplicaMonitor monitor,
    WriteFence fence,
    OutboxSignal relay)
{
    /// <summary>Runs a read where <paramref name="accountId"/> sees its own writes; null reads for nobody in particular.</summary>
    public async Task<T> ReadAsync<T>(long? accountId, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken = default)
    {
        var onReplica = await MayUseReplicaAsync(accountId, cancellationToken);
        try
        {
            return await RunAsync(onReplica ? replica : primary, read, cancellationToken);
        }
        // A replica also cancels queries that stand in the way of its replay (40001).
        catch (NpgsqlException exception) when (IsUnreachable(exception) || (onReplica && exception.SqlState is PostgresErrorCodes.SerializationFailure))
        {
            if (IsDown(exception))
            {
                monitor.ReportFailure(onReplica);
            }
            return await RunAsync(onReplica ? primary : replica, read, cancellationToken);
        }
    }

    /// <summary>
    /// As <see cref="ReadAsync"/> for one thing by its key: what the replica lacks the primary may have had for a moment, as when
    /// somebody else made it just now.
    /// </summary>
    public async Task<T?> FindAsync<T>(long? accountId, Func<NpgsqlConnection, Task<T?>> find, CancellationToken cancellationToken = default) where T : class
    {
        var found = await ReadAsync(accountId, find, cancellationToken);
        if (found is null && !monitor.PrimaryIsDown)
        {
            found = await RunAsync(primary, find, cancellationToken);
        }
        return found;
    }

    /// <summary>Runs a read on the primary, for what must not be missed.</summary>
    public Task<T> ReadPrimaryAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken = default) =>
        RunAsync(primary, read, cancellationToken);

    /// <summary>
    /// Runs a change in one transaction and remembers how far the replica has to be before <paramref name="accountId"/> reads
    /// there. An exception rolls everything back.
    /// </summary>
    public Task<T> WriteAsync<T>(long? accountId, Func<Write, Task<T>> change, CancellationToken cancellationToken = default) =>
        WriteAsync(_ => accountId, change, cancellationToken);

    /// <summary>As the other overload, where only the change itself knows the account.</summary>
    public async Task<T> WriteAsync<T>(Func<T, long?> accountOf, Func<Write, Task<T>> change, CancellationToken cancellationToken = default)
    {
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        var write = new Write(connection, transaction, cancellationToken);
        var result = await change(write);
        // Once the commit is on its way a client that leaves must not turn its outcome into a doubt.
        await transaction.CommitAsync(CancellationToken.None);
        if (write.HasOutbox)
        {
            relay.Wake();
        }
        if (accountOf(result) is { } id)
        {
            try
            {
                await using var command = new NpgsqlCommand("SELECT pg_current_wal_insert_lsn()", connection);
                fence.Raise(id, (NpgsqlLogSequenceNumber)(await command.ExecuteScalarAsync(CancellationToken.None))!);
            }
            catch (NpgsqlException)
            {
                // Committed all the same; an error now would make the client write it again. No replica is far enough for what is not known.
                fence.Raise(id, new NpgsqlLogSequenceNumber(ulong.MaxValue));
            }
        }
        return result;
    }

    /// <summary>True for failures to reach a server, as opposed to what a server answered.</summary>
    public static bool IsUnreachable(NpgsqlException exception) =>
        exception is PostgresException answer
            ? answer.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections
            : exception.InnerException is IOException or System.Net.Sockets.SocketException or TimeoutException || exception.IsTransient;

    /// <summary>True when the server itself is gone. A pool that ran dry or a slow answer says nothing of the kind.</summary>
    private static bool IsDown(NpgsqlException exception) => exception is PostgresException { SqlState: not PostgresErrorCodes.SerializationFailure } || exception.InnerException is IOException or System.Net.Sockets.SocketException;

    private async ValueTask<bool> MayUseReplicaAsync(long? accountId, CancellationToken cancellationToken)
    {
        if (monitor.PrimaryIsDown || !monitor.ReplicaIsUsable)
        {
            return monitor.PrimaryIsDown;
        }
        return accountId is not { } id || await fence.IsReplayedAsync(id, monitor.Replayed, cancellationToken);
    }

    private static async Task<T> RunAsync<T>(NpgsqlDataSource source, Func<NpgsqlConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await read(connection);
    }
}

/// <summary>Names of the connections, as the AppHost gives them.</summary>
public static class Connections
{
    /// <summary>PostgreSQL primary.</summary>
    public const string Primary = "microblog";

    /// <summary>PostgreSQL streaming replica.</summary>
    public const string Replica = "replica";

    /// <summary>The primary once more, for what needs a session of its own; not another connection string.</summary>
    public const string Session = "session";

    /// <summary>Redis.</summary>
    public const string Redis = "redis";

    /// <summary>RabbitMQ.</summary>
    public const string Broker = "rabbitmq";
}
