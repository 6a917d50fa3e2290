using Dapper;
using Microblog.ApiService.Database;
using Npgsql;

namespace Microblog.ApiService.OAuth;

/// <summary>Forgets browser sessions that ended and codes a day after they did. Bounded per step, so that it never holds a long lock.</summary>
public sealed class OAuthExpiry(NpgsqlDataSource primary, ILogger<OAuthExpiry> logger) : PeriodicJob(TimeSpan.FromMinutes(10), logger)
{
    /// <summary>Removes up to 10,000 of each and returns how many.</summary>
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            DELETE FROM oauth_codes WHERE code_hash IN (SELECT code_hash FROM oauth_codes WHERE expires_at < now() - interval '1 day' LIMIT 10000);
            DELETE FROM browser_sessions WHERE secret_hash IN (SELECT secret_hash FROM browser_sessions WHERE expires_at < now() LIMIT 10000)
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, cancellationToken: cancellationToken));
    }
}
