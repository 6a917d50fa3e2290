using StackExchange.Redis;

namespace Microblog.ApiService.Database;

/// <summary>
/// Keeps a Redis that hangs from costing every request its time-out. After a few calls in a row that failed nobody asks any more,
/// but for one call each second that tries; the first answer ends it. For callers that can do without Redis.
/// </summary>
public sealed class RedisHealth(IConnectionMultiplexer redis, TimeProvider clock)
{
    /// <summary>Failures in a row before it is left alone; one slow answer happens to every server.</summary>
    public const int Failures = 3;

    /// <summary>How long it is left alone between two tries.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private int _failures;
    private long _nextTry;

    /// <summary>Redis.</summary>
    public IDatabase Database => redis.GetDatabase();

    /// <summary>True when a call is worth its wait. While Redis hangs, true for one caller per <see cref="Pause"/>: ask only to call then.</summary>
    public bool MayAsk()
    {
        if (!redis.IsConnected)
        {
            return false;
        }
        if (Volatile.Read(ref _failures) < Failures)
        {
            return true;
        }
        var (now, next) = (clock.GetTimestamp(), Volatile.Read(ref _nextTry));
        return now >= next && Interlocked.CompareExchange(ref _nextTry, now + Ticks(Pause), next) == next;
    }

    /// <summary>Waits for a call, and learns from its end.</summary>
    /// <exception cref="TimeoutException">There was no answer in time.</exception>
    /// <exception cref="RedisException">The call failed.</exception>
    public async Task<T> AskAsync<T>(Task<T> call, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await call.WaitAsync(timeout, cancellationToken);
            Volatile.Write(ref _failures, 0);
            return answer;
        }
        catch (Exception exception) when (exception is TimeoutException or RedisException and not RedisServerException)
        {
            Interlocked.Exchange(ref _nextTry, clock.GetTimestamp() + Ticks(Pause));
            Interlocked.Increment(ref _failures);
            _ = call.ContinueWith(static late => _ = late.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
            throw;
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
