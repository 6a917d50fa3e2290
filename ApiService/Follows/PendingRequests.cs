using Microblog.ApiService.Database;

namespace Microblog.ApiService.Follows;

/// <summary>
/// Accepts the requests that wait for accounts which ask for none any more. Unlocking does so itself; this goes on where it stopped,
/// because there were too many for one request, or because the process ended.
/// </summary>
public sealed class PendingRequests(Db db, ILogger<PendingRequests> logger) : PeriodicJob(TimeSpan.FromMinutes(1), logger)
{
    /// <summary>Follows that begin in one transaction at most.</summary>
    private const int Batch = 100;

    /// <summary>Batches that the request which unlocks an account waits for.</summary>
    private const int BatchesAtOnce = 10;

    /// <inheritdoc/>
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT r.target_id FROM follow_requests r JOIN accounts a ON a.id = r.target_id JOIN accounts f ON f.id = r.account_id
            WHERE NOT a.locked AND a.suspended_at IS NULL AND f.limited_at IS NULL AND f.suspended_at IS NULL LIMIT 1
            """;
        var account = await db.ReadPrimaryAsync(connection => connection.ScalarAsync<long>(Sql, new { }, cancellationToken), cancellationToken);
        return account == 0 ? 0 : await AcceptSomeAsync(account, cancellationToken);
    }

    /// <summary>Accepts those who wait for an account that was unlocked just now.</summary>
    public async Task AcceptAsync(long account, CancellationToken cancellationToken)
    {
        for (var batch = 0; batch < BatchesAtOnce && await AcceptSomeAsync(account, cancellationToken) == Batch; batch++)
        {
        }
    }

    /// <summary>Accounts that are limited ask for their own sake, and go on waiting.</summary>
    private Task<int> AcceptSomeAsync(long account, CancellationToken cancellationToken) => db.WriteAsync(account, async write =>
    {
        const string Sql =
            """
            SELECT coalesce(array_agg(x.account_id), '{}') FROM (
                SELECT r.account_id FROM follow_requests r JOIN accounts a ON a.id = r.target_id JOIN accounts f ON f.id = r.account_id
                WHERE r.target_id = @account AND NOT a.locked AND f.limited_at IS NULL AND f.suspended_at IS NULL
                ORDER BY r.id LIMIT @Batch) x
            """;
        var waiting = await write.ScalarAsync<long[]>(Sql, new { account, Batch }) ?? [];
        return waiting.Length == 0 ? 0 : await FollowWriter.AcceptAsync(write, account, waiting);
    }, cancellationToken);
}
