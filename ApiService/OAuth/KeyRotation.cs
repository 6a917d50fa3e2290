using Npgsql;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// Replaces the signing key by schedule, and every minute takes over what other processes made. The advisory lock makes it one rotation,
/// however many processes there are.
/// </summary>
public sealed partial class KeyRotation(SigningKeys keys, ILogger<KeyRotation> logger) : BackgroundService
{
    /// <summary>How long a key signs.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(90);

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            do
            {
                try
                {
                    await keys.MaintainAsync(MaxAge, stoppingToken);
                }
                catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
                {
                    Log.Failed(logger, exception.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The signing keys were not looked after: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
