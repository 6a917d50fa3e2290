using Dapper;
using Npgsql;

namespace Microblog.ApiService.Http;

/// <summary>Forgets idempotency keys after a day; a client that still retries by then has other problems. Bounded per round, so that it never holds a long lock.</summary>
public sealed partial class IdempotencyKeyExpiry(NpgsqlDataSource primary, ILogger<IdempotencyKeyExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunOnceAsync(stoppingToken);
                }
                catch (NpgsqlException exception)
                {
                    Log.Failed(logger, exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Removes up to 10,000 keys older than a day and returns how many.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            DELETE FROM idempotency_keys WHERE (owner_id, key) IN (
                SELECT owner_id, key FROM idempotency_keys WHERE created_at < now() - interval '1 day' LIMIT 10000)
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, cancellationToken: cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Old idempotency keys were not removed: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
