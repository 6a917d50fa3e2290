using Microblog.ApiService.Database;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Statuses;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Accounts.Deletion;

/// <summary>
/// Erases deleted accounts, a bounded batch per step and transaction, and corrects the counters of others. Each step looks for what is
/// left, so it may be interrupted anywhere and goes on where it was. In the end only the name remains, taken.
/// </summary>
public sealed class AccountErasure(Db db, [FromKeyedServices(Connections.Session)] NpgsqlDataSource sessions, ILogger<AccountErasure> logger) : PeriodicJob(TimeSpan.FromSeconds(10), logger)
{
    /// <summary>Keeps this lock apart from other uses of advisory locks.</summary>
    private const int LockSpace = 0x65726173;

    /// <summary>Statuses of one step; each is a transaction with a message of its own.</summary>
    private const int StatusBatch = 50;

    /// <summary>Rows of one step.</summary>
    private const int RowBatch = 500;

    /// <inheritdoc/>
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Next = "SELECT id FROM accounts WHERE deleted_at IS NOT NULL AND erased_at IS NULL ORDER BY deleted_at LIMIT 1";
        const string TryLock = "SELECT pg_try_advisory_lock(@LockSpace, hashint8(@account))";
        // Held by the session for the step: two processes would only wait for each other's rows.
        await using var connection = await sessions.OpenConnectionAsync(cancellationToken);
        var account = await connection.ScalarAsync<long>(Next, new { }, cancellationToken);
        if (account == 0 || !await connection.ScalarAsync<bool>(TryLock, new { LockSpace, account }, cancellationToken))
        {
            return 0;
        }
        try
        {
            return await StepAsync(account, cancellationToken);
        }
        finally
        {
            await connection.ScalarAsync<bool>("SELECT pg_advisory_unlock(@LockSpace, hashint8(@account))", new { LockSpace, account }, CancellationToken.None);
        }
    }

    private async Task<int> StepAsync(long account, CancellationToken cancellationToken)
    {
        var done = await StatusesAsync(account, cancellationToken);
        if (done == 0)
        {
            done = await db.WriteAsync(accountId: null, async write =>
            {
                // What others' counters have to learn of comes first.
                var rows = await FollowsAsync(write, account);
                rows = rows > 0 ? rows : await FavouritesAsync(write, account);
                return rows > 0 ? rows : await ReferencesAsync(write, account);
            }, cancellationToken);
        }
        return done > 0 ? done : await FinishAsync(account, cancellationToken);
    }

    private async Task<int> StatusesAsync(long account, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT id FROM statuses WHERE account_id = @account ORDER BY id DESC LIMIT @StatusBatch";
        var ids = await db.ReadPrimaryAsync(connection => connection.ListAsync<long>(Sql, new { account, StatusBatch }, cancellationToken), cancellationToken);
        foreach (var id in ids)
        {
            await db.WriteAsync(account, write => StatusDeletion.DeleteAsync(write, account, id, withMedia: true), cancellationToken);
        }
        return ids.Count;
    }

    private static async Task<int> FollowsAsync(Write write, long account)
    {
        const string Sql =
            """
            WITH chosen AS (
                SELECT account_id, target_id FROM follows WHERE account_id = @account OR target_id = @account LIMIT @RowBatch),
            concerned AS (
                SELECT t.account_id FROM account_stats t
                WHERE t.account_id IN (SELECT account_id FROM chosen UNION SELECT target_id FROM chosen) ORDER BY t.account_id FOR UPDATE),
            gone AS (
                DELETE FROM follows f USING chosen c
                WHERE f.account_id = c.account_id AND f.target_id = c.target_id AND (SELECT count(*) FROM concerned) >= 0
                RETURNING f.account_id, f.target_id),
            counted AS (
                UPDATE account_stats t SET
                    following_count = t.following_count - (SELECT count(*) FROM gone g WHERE g.account_id = t.account_id),
                    followers_count = t.followers_count - (SELECT count(*) FROM gone g WHERE g.target_id = t.account_id)
                FROM concerned c WHERE t.account_id = c.account_id)
            SELECT count(*) FROM gone
            """;
        return await write.ScalarAsync<int>(Sql, new { account, RowBatch });
    }

    private static async Task<int> FavouritesAsync(Write write, long account)
    {
        const string Sql =
            """
            WITH chosen AS (
                SELECT status_id FROM favourites WHERE account_id = @account LIMIT @RowBatch),
            concerned AS (
                SELECT t.status_id FROM status_stats t WHERE t.status_id IN (SELECT status_id FROM chosen) ORDER BY t.status_id FOR UPDATE),
            gone AS (
                DELETE FROM favourites f USING chosen c WHERE f.account_id = @account AND f.status_id = c.status_id AND (SELECT count(*) FROM concerned) >= 0
                RETURNING f.status_id),
            counted AS (
                UPDATE status_stats t SET favourites_count = t.favourites_count - 1 FROM gone g WHERE t.status_id = g.status_id)
            SELECT count(*) FROM gone
            """;
        return await write.ScalarAsync<int>(Sql, new { account, RowBatch });
    }

    /// <summary>
    /// Every other table that refers to accounts, as the database itself knows them: a table that is added later is erased too. Reports
    /// about the account and what moderators did to it stay, and a poll keeps the votes it counted, without saying whose they were.
    /// </summary>
    private static async Task<int> ReferencesAsync(Write write, long account)
    {
        const string Tables =
            """
            SELECT coalesce(array_agg(CASE c.confdeltype
                WHEN 'n' THEN format('UPDATE %1$s SET %2$I = NULL WHERE ctid IN (SELECT ctid FROM %1$s WHERE %2$I = @account LIMIT @RowBatch)', c.conrelid::regclass, k.attname)
                ELSE format('DELETE FROM %1$s WHERE ctid IN (SELECT ctid FROM %1$s WHERE %2$I = @account LIMIT @RowBatch)', c.conrelid::regclass, k.attname) END
                ORDER BY c.conrelid::regclass::text, k.attname), '{}')
            FROM pg_constraint c JOIN pg_attribute k ON k.attrelid = c.conrelid AND k.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.confrelid = 'accounts'::regclass AND cardinality(c.conkey) = 1
                AND (c.conrelid::regclass::text, k.attname) NOT IN (('statuses', 'account_id'), ('account_stats', 'account_id'), ('reports', 'target_id'), ('moderation_actions', 'account_id'))
            """;
        foreach (var sql in await write.ScalarAsync<string[]>(Tables, new { }) ?? [])
        {
            var rows = await write.ExecuteAsync(sql, new { account, RowBatch });
            if (rows > 0)
            {
                return rows;
            }
        }
        return await write.ExecuteAsync("DELETE FROM idempotency_keys WHERE owner_id = @account", new { account });
    }

    private Task<int> FinishAsync(long account, CancellationToken cancellationToken) => db.WriteAsync(accountId: null, async write =>
    {
        const string Sql =
            """
            UPDATE account_stats SET statuses_count = 0, followers_count = 0, following_count = 0, last_status_at = NULL WHERE account_id = @account;
            UPDATE accounts SET erased_at = now(), display_name = '', note = '', fields = '[]', language = NULL, role = 0, avatar_key = NULL, header_key = NULL WHERE id = @account AND erased_at IS NULL;
            """;
        await write.ExecuteAsync(Sql, new { account });
        // Its own cached home is emptied by the worker.
        await OutboxWriter.AddAsync(write, new HomeChanged(account));
        return 1;
    }, cancellationToken);
}
