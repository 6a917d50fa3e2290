using Microblog.ApiService.Database;
using Microblog.ApiService.Outbox;
using Microblog.Contracts;

namespace Microblog.ApiService.Polls;

/// <summary>
/// Closes polls whose time has come and says so in the outbox, in one transaction, so that each is announced once. Every process
/// runs it; rows that another one is at are skipped.
/// </summary>
public sealed class PollCloser(Db db, ILogger<PollCloser> logger) : PeriodicJob(TimeSpan.FromSeconds(5), logger)
{
    /// <summary>Polls closed in one transaction at most.</summary>
    private const int Batch = 100;

    /// <summary>Closes up to 100 polls and returns how many.</summary>
    public override Task<int> RunOnceAsync(CancellationToken cancellationToken) => db.WriteAsync(accountId: null, async write =>
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
}
