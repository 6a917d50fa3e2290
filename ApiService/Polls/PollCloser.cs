using Microblog.ApiService.Database;
using Microblog.ApiService.Outbox;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Polls;

/// <summary>
/// Closes polls whose time has come and says so in the outbox, in one transaction, so that each is announced once. Every process
/// runs it; rows that another one is at are skipped.
/// </summary>
public sealed partial class PollCloser(Db db, ILogger<PollCloser> logger) : BackgroundService
{
    /// <summary>Polls closed in one transaction at most.</summary>
    public const int Batch = 100;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Closes up to <see cref="Batch"/> polls and returns how many.</summary>
    public Task<int> RunOnceAsync(CancellationToken cancellationToken) => db.WriteAsync(accountId: null, async write =>
    {
        const string Sql =
            """
            WITH due AS (
                SELECT status_id FROM polls WHERE NOT closed AND expires_at <= now() ORDER BY expires_at LIMIT @Batch FOR UPDATE SKIP LOCKED),
            closed AS (
                UPDATE polls p SET closed = true FROM due d WHERE p.status_id = d.status_id RETURNING p.status_id)
            SELECT array_agg(status_id) FROM closed
            """;
        var closed = await write.ScalarAsync<long[]>(Sql, new { Batch }) ?? [];
        foreach (var id in closed)
        {
            await OutboxWriter.AddAsync(write, new PollEnded(id));
        }
        return closed.Length;
    }, cancellationToken);

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
                catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
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
        [LoggerMessage(Level = LogLevel.Warning, Message = "Polls that have ended were not closed, the next round tries again: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
