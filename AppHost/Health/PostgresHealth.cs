using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Microblog.AppHost.Health;

/// <summary>The database accepts connections.</summary>
public sealed class PostgresHealth(Func<CancellationToken, Task<string>> connectionString) : ServerHealth
{
    /// <inheritdoc/>
    protected override async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(await connectionString(cancellationToken), cancellationToken);
        return HealthCheckResult.Healthy();
    }

    /// <summary>Opens a connection that no pool keeps: an idle one would hold up the server's shutdown.</summary>
    internal static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 3, CommandTimeout = 3, ApplicationName = "health" };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
