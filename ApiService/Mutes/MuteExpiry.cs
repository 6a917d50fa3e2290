using Microblog.ApiService.Database;

namespace Microblog.ApiService.Mutes;

/// <summary>Removes mutes that have ended. They are not in force any more whether they are removed or not.</summary>
public sealed class MuteExpiry(Db db, ILogger<MuteExpiry> logger) : PeriodicJob(TimeSpan.FromMinutes(1), logger)
{
    /// <inheritdoc/>
    public override Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            DELETE FROM mutes WHERE (account_id, target_id) IN (
                SELECT account_id, target_id FROM mutes WHERE expires_at <= now() LIMIT 1000 FOR UPDATE SKIP LOCKED)
            """;
        return db.WriteAsync(accountId: null, write => write.ExecuteAsync(Sql, new { }), cancellationToken);
    }
}
