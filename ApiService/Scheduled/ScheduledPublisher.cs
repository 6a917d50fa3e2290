using System.Text.Json;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Timelines;
using Npgsql;

namespace Microblog.ApiService.Scheduled;

/// <summary>
/// Publishes scheduled statuses whose time has come, as if they were posted now. The schedule is locked and deleted in the
/// transaction that writes the status, so of many processes one does it, once. What fails stays with its reason, is tried again
/// with growing pauses, and after <see cref="MaxAttempts"/> waits for its owner to move or delete it.
/// </summary>
public sealed partial class ScheduledPublisher(Db db, OwnTimeline own, ILogger<ScheduledPublisher> logger) : PeriodicJob(TimeSpan.FromSeconds(1), logger)
{
    /// <summary>Attempts after which a schedule is left alone; with the pauses about an hour and a half.</summary>
    public const int MaxAttempts = 10;

    /// <summary>Schedules of one round at most.</summary>
    private const int Batch = 100;

    /// <summary>Publishes what is due and returns how many were published.</summary>
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        var published = 0;
        for (var i = 0; i < Batch; i++)
        {
            ScheduledRow? row = null;
            try
            {
                var status = await db.WriteAsync(result => row?.AccountId, async write => (row = await NextAsync(write)) is null ? 0 : await PublishAsync(write, row), cancellationToken);
                if (row is null)
                {
                    break;
                }
                published++;
                await own.PushAsync(row.AccountId, status);
            }
            catch (Exception exception) when (row is not null && exception is ApiException or PostgresException or JsonException)
            {
                Log.NotPublished(Logger, row!.Id, row.Attempts + 1, exception.Message);
                await KeepAsync(row, exception.Message, cancellationToken);
            }
        }
        return published;
    }

    private static Task<ScheduledRow?> NextAsync(Write write)
    {
        // The n-th pause is n² minutes, up to a quarter of an hour.
        const string Sql =
            $"""
            SELECT {ScheduledRow.Columns} FROM scheduled_statuses
            WHERE scheduled_at <= now() AND attempts < @MaxAttempts AND (attempts = 0 OR last_attempt_at + least(attempts * attempts, 15) * interval '1 minute' <= now())
            ORDER BY scheduled_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """;
        return write.SingleAsync<ScheduledRow>(Sql, new { MaxAttempts });
    }

    private static async Task<long> PublishAsync(Write write, ScheduledRow row)
    {
        // A request that is repeated after the publication is answered with the status.
        const string Settle =
            """
            UPDATE idempotency_keys SET resource_id = @status WHERE owner_id = @AccountId AND resource_id = @Id;
            DELETE FROM scheduled_statuses WHERE account_id = @AccountId AND id = @Id;
            """;
        var status = await StatusWriter.PostAsync(write, new Caller(row.AccountId, row.ApplicationId, []), row.ToParams().ToDraft(), row.Host);
        await write.ExecuteAsync(Settle, new { status, row.AccountId, row.Id });
        return status;
    }

    private async Task KeepAsync(ScheduledRow row, string reason, CancellationToken cancellationToken)
    {
        const string Sql = "UPDATE scheduled_statuses SET attempts = attempts + 1, last_attempt_at = now(), last_error = left(@reason, 500) WHERE account_id = @AccountId AND id = @Id";
        await db.WriteAsync(row.AccountId, write => write.ExecuteAsync(Sql, new { reason, row.AccountId, row.Id }), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Scheduled status {Id} was not published at attempt {Attempt}: {Reason}")]
        public static partial void NotPublished(ILogger logger, long id, int attempt, string reason);
    }
}
