using System.Diagnostics;
using Dapper;
using Microblog.Contracts;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Microblog.ApiService.Outbox;

/// <summary>
/// Carries the outbox to the broker. A batch is claimed, published with many confirms outstanding, and deleted, all under one
/// short transaction: a crash in between frees the rows, and they are sent again. So messages arrive at least once, and mostly
/// but not surely in order; consumers are idempotent. Any number of processes may relay at once (SKIP LOCKED).
/// </summary>
public sealed partial class OutboxRelay(NpgsqlDataSource primary, BrokerPublisher publisher, OutboxSignal signal, ApiMetrics metrics, ILogger<OutboxRelay> logger)
    : BackgroundService
{
    /// <summary>Rows per batch, and so confirms outstanding: where the broker's throughput flattens out.</summary>
    public const int BatchSize = 128;

    /// <summary>How soon rows are found whose process died before it could wake its relay.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Wait after a failure of the broker or the database.</summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait for the confirms of a batch.</summary>
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan MeasureInterval = TimeSpan.FromSeconds(5);

    private static readonly ActivitySource Activities = new("Microblog.Outbox");

    private long _measuredAt;

    /// <summary>Claims, publishes and deletes one batch; returns how many rows it claimed.</summary>
    /// <exception cref="BrokerUnreachableException">The broker is away; nothing was changed.</exception>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Claim =
            """
            SELECT id, routing_key, payload, traceparent, attempts, created_at
            FROM outbox
            WHERE not_before <= now()
            ORDER BY id
            LIMIT @batch
            FOR UPDATE SKIP LOCKED
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<OutboxRow>(new CommandDefinition(
            Claim, new { batch = BatchSize }, transaction, cancellationToken: cancellationToken))).AsList();
        if (rows.Count == 0)
        {
            return 0;
        }
        var channel = await publisher.ChannelAsync(cancellationToken);
        var failures = await ConfirmedAsync(Task.WhenAll(rows.Select(row => PublishAsync(channel, row, cancellationToken))), cancellationToken);

        var sent = rows.Where((_, i) => failures[i] is null).Select(row => row.Id).ToArray();
        await connection.ExecuteAsync(new CommandDefinition("DELETE FROM outbox WHERE id = ANY(@sent)", new { sent }, transaction, cancellationToken: CancellationToken.None));
        for (var i = 0; i < rows.Count; i++)
        {
            if (failures[i] is { } failure)
            {
                await PostponeAsync(connection, transaction, rows[i], failure);
            }
        }
        await transaction.CommitAsync(CancellationToken.None);
        metrics.Relayed(sent.Length, DateTime.UtcNow - rows[0].CreatedAt);
        return rows.Count;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failing = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await MeasureAsync(stoppingToken);
                // Connected before there is anything to send, so that the first post after a start waits for nothing.
                await publisher.ChannelAsync(stoppingToken);
                if (await RunOnceAsync(stoppingToken) < BatchSize)
                {
                    await signal.WaitAsync(PollInterval, stoppingToken);
                }
                failing = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever it was, the rows are still there; a relay that ends would leave them there.
                if (!IsOutage(exception))
                {
                    Log.Failed(logger, exception);
                }
                else if (!failing)
                {
                    Log.Waiting(logger, exception.GetBaseException().Message);
                }
                failing = true;
                await Task.Delay(FailurePause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Looks now and then what waits, whoever will relay it.</summary>
    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT 10000) o) AS depth,
                coalesce((SELECT extract(epoch FROM now() - created_at) FROM outbox ORDER BY id LIMIT 1), 0)::float8 AS oldest
            """;
        if (Stopwatch.GetElapsedTime(_measuredAt) < MeasureInterval)
        {
            return;
        }
        _measuredAt = Stopwatch.GetTimestamp();
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        var (depth, oldest) = await connection.QuerySingleAsync<(long, double)>(new CommandDefinition(Sql, cancellationToken: cancellationToken));
        metrics.OutboxWaiting(depth, TimeSpan.FromSeconds(oldest));
    }

    private static bool IsOutage(Exception exception) =>
        exception is NpgsqlException or BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException or TimeoutException or IOException or System.Net.Sockets.SocketException;

    /// <summary>Waits for the confirms. A broker that takes none (a memory or disk alarm) loses the channel, or each try would leave its publishes waiting there.</summary>
    private async Task<string?[]> ConfirmedAsync(Task<string?[]> publishes, CancellationToken cancellationToken)
    {
        try
        {
            return await publishes.WaitAsync(ConfirmTimeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            await publisher.ResetAsync(cancellationToken);
            throw;
        }
    }

    /// <summary>Null when the broker has confirmed; the reason when it returned or refused this message.</summary>
    private static async Task<string?> PublishAsync(IChannel channel, OutboxRow row, CancellationToken cancellationToken)
    {
        // The row's own trace goes on, not the relay's loop; the client writes the current activity into the headers.
        ActivityContext.TryParse(row.Traceparent, null, out var parent);
        using var activity = Activities.StartActivity("outbox relay", ActivityKind.Producer, parent);
        var properties = new BasicProperties { Persistent = true, ContentType = "application/json", MessageId = $"outbox-{row.Id}", Type = row.RoutingKey };
        try
        {
            await channel.BasicPublishAsync(BrokerTopology.Exchange, row.RoutingKey, mandatory: true, properties, row.Payload, cancellationToken);
            return null;
        }
        catch (PublishException exception)
        {
            return exception.IsReturn ? "returned: no queue is bound to this routing key" : "refused by the broker";
        }
    }

    /// <summary>A row that the broker does not take must not hold up the others: it waits, longer each time, and says why.</summary>
    private async Task PostponeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, OutboxRow row, string failure)
    {
        const string Sql =
            """
            UPDATE outbox
            SET attempts = attempts + 1, last_error = @failure, not_before = now() + least(power(2, attempts), 300) * interval '1 second'
            WHERE id = @id
            """;
        Log.Refused(logger, row.Id, row.RoutingKey, row.Attempts + 1, failure);
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { row.Id, failure }, transaction, cancellationToken: CancellationToken.None));
    }

    private sealed record OutboxRow(long Id, string RoutingKey, byte[] Payload, string? Traceparent, int Attempts, DateTime CreatedAt);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox waits: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "The outbox relay failed")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "Outbox row {Id} ({RoutingKey}) was not taken, attempt {Attempt}: {Reason}")]
        public static partial void Refused(ILogger logger, long id, string routingKey, int attempt, string reason);
    }
}
