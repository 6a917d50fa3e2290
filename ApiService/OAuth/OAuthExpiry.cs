using Dapper;
using Npgsql;

namespace Microblog.ApiService.OAuth;

/// <summary>Forgets browser sessions that ended and codes a day after they did. Bounded per round, so that it never holds a long lock.</summary>
public sealed partial class OAuthExpiry(NpgsqlDataSource primary, ILogger<OAuthExpiry> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunOnceAsync(stoppingToken);
                }
                catch (NpgsqlException exception)
                {
                    Log.Failed(logger, exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Removes up to 10,000 of each and returns how many.</summary>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        const string Sql =
            """
            DELETE FROM oauth_codes WHERE code_hash IN (SELECT code_hash FROM oauth_codes WHERE expires_at < now() - interval '1 day' LIMIT 10000);
            DELETE FROM browser_sessions WHERE secret_hash IN (SELECT secret_hash FROM browser_sessions WHERE expires_at < now() LIMIT 10000)
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(Sql, cancellationToken: cancellationToken));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Old codes and sessions were not removed: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
