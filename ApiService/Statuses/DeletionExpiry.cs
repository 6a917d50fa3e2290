using Dapper;
using Microblog.ApiService.Database;
using Npgsql;

namespace Microblog.ApiService.Statuses;

/// <summary>Forgets deletions after 30 days. Bounded per step, so that it never holds a long lock.</summary>
public sealed class DeletionExpiry(NpgsqlDataSource primary, ILogger<DeletionExpiry> logger) : PeriodicJob(TimeSpan.FromMinutes(10), logger)
{
    /// <summary>Removes up to 10,000 deletions that are older than 30 days and returns how many.</summary>
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            DELETE FROM deleted_statuses WHERE (account_id, status_id) IN (
                SELECT account_id, status_id FROM deleted_statuses WHERE deleted_at < now() - interval '30 days' ORDER BY deleted_at LIMIT 10000)
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, cancellationToken: cancellationToken));
    }
}
