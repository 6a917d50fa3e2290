using Dapper;
using Npgsql;

namespace Microblog.ApiService.Statuses;

/// <summary>Forgets deletions after 30 days. Bounded per round, so that it never holds a long lock.</summary>
public sealed partial class DeletionExpiry(NpgsqlDataSource primary, ILogger<DeletionExpiry> logger) : BackgroundService
{
    private const int Batch = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Removes up to 10,000 deletions that are older than 30 days and returns how many.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            DELETE FROM deleted_statuses WHERE (account_id, status_id) IN (
                SELECT account_id, status_id FROM deleted_statuses WHERE deleted_at < now() - interval '30 days' ORDER BY deleted_at LIMIT @Batch)
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, new { Batch }, cancellationToken: cancellationToken));
    }

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
                    while (await RunOnceAsync(stoppingToken) == Batch)
                    {
                    }
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

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Old deletions were not removed: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
