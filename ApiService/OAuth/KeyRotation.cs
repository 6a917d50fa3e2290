using Microblog.ApiService.Database;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// Replaces the signing key by schedule, and every minute takes over what other processes made. The advisory lock makes it one rotation,
/// however many processes there are.
/// </summary>
public sealed class KeyRotation(SigningKeys keys, ILogger<KeyRotation> logger) : PeriodicJob(TimeSpan.FromMinutes(1), logger, startsAtOnce: true)
{
    /// <summary>How long a key signs.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(90);

    /// <summary>Looks after the keys; there is never more to do than that.</summary>
    public override async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await keys.MaintainAsync(MaxAge, cancellationToken);
        return 0;
    }
}
