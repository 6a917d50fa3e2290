using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Microblog.AppHost.Health;

/// <summary>
/// The replica is in recovery, receives from the primary and is not far behind it. Distance is counted in bytes of WAL, so
/// an idle primary never looks like lag. While the primary is down the replica counts as healthy: reading from it is
/// then exactly what it is for.
/// </summary>
public sealed class ReplicaHealth(Func<CancellationToken, Task<string>> replica, Func<CancellationToken, Task<string>> primary) : ServerHealth
{
    private const long MaxLagBytes = 64 * 1024 * 1024;

    /// <inheritdoc/>
    protected override async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        var primaryPosition = await PrimaryPositionAsync(cancellationToken);
        await using var connection = await PostgresHealth.OpenAsync(await replica(cancellationToken), cancellationToken);
        await using var command = new NpgsqlCommand("""
            SELECT pg_is_in_recovery(),
                   EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'),
                   coalesce(pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_replay_lsn()), 0)::bigint
            """, connection) { Parameters = { new() { Value = primaryPosition ?? "0/0" } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (inRecovery, streaming, lag) = (reader.GetBoolean(0), reader.GetBoolean(1), Math.Max(0, reader.GetInt64(2)));
        return !inRecovery ? HealthCheckResult.Unhealthy("it is not in recovery: it is no replica")
            : primaryPosition is null ? HealthCheckResult.Healthy("the primary does not answer; serving what was received")
            : !streaming ? HealthCheckResult.Unhealthy("it does not receive from the primary")
            : lag > MaxLagBytes ? HealthCheckResult.Unhealthy($"it is {lag / 1024 / 1024} MB behind the primary")
            : HealthCheckResult.Healthy($"{lag} bytes behind the primary");
    }

    private async Task<string?> PrimaryPositionAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await PostgresHealth.OpenAsync(await primary(cancellationToken), cancellationToken);
            await using var command = new NpgsqlCommand("SELECT pg_current_wal_flush_lsn()::text", connection);
            return (string?)await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}
