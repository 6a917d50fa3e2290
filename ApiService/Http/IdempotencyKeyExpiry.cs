using Dapper;
using Microblog.ApiService.Database;
using Npgsql;

namespace Microblog.ApiService.Http;

/// <summary>Forgets idempotency keys after a day; a client that still retries by then has other problems. Bounded per step, so that it never holds a long lock.</summary>
public sealed class IdempotencyKeyExpiry(NpgsqlDataSource primary, ILogger<IdempotencyKeyExpiry> logger) : PeriodicJob(TimeSpan.FromMinutes(10), logger)
{
    /// <summary>Removes up to 10,000 keys older than a day and returns how many.</summary>
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            DELETE FROM idempotency_keys WHERE (owner_id, key) IN (
                SELECT owner_id, key FROM idempotency_keys WHERE created_at < now() - interval '1 day' LIMIT 10000)
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, cancellationToken: cancellationToken));
    }
}
