using Microblog.ApiService.Database;
using StackExchange.Redis;

namespace Microblog.ApiService.Limits;

/// <summary>
/// Counts in windows that begin with their first request. In Redis, so that all processes count together: one round trip however
/// many counters a request has. Without Redis each process counts for itself; nobody is refused because a server is away.
/// </summary>
public sealed class RateLimiter(RedisHealth health, RateLimitOptions options, LocalCounters local, ApiMetrics metrics)
{
    /// <summary>KEYS: counters of one subject. ARGV: length of each one's window in milliseconds. Returns count and what is left of the window, in turn.</summary>
    private const string Script =
        """
        local counts = {}
        for i = 1, #KEYS do
          local count = redis.call('INCR', KEYS[i])
          local left = count > 1 and redis.call('PTTL', KEYS[i]) or -1
          if left < 0 then
            left = tonumber(ARGV[i])
            redis.call('PEXPIRE', KEYS[i], left)
          end
          counts[#counts + 1] = count
          counts[#counts + 1] = left
        end
        return counts
        """;

    /// <summary>The limits.</summary>
    public RateLimitOptions Options => options;

    /// <summary>Counts a request in all its buckets and tells how each stands, in their order.</summary>
    public async Task<IReadOnlyList<Standing>> CountAsync(IReadOnlyList<Bucket> buckets, CancellationToken cancellationToken)
    {
        if (health.MayAsk())
        {
            try
            {
                // Each subject is in one place of a cluster; the calls of two go out together.
                var subjects = buckets.GroupBy(bucket => bucket.Subject).Select(subject => CountAsync(health.Database, [.. subject]));
                var standings = await health.AskAsync(Task.WhenAll(subjects), options.Timeout, cancellationToken);
                return [.. standings.SelectMany(standing => standing)];
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                // Counted here instead, below.
            }
        }
        metrics.LimitedLocally();
        return [.. buckets.Select(local.Count)];
    }

    /// <summary>Takes back what a request that failed has counted. Nothing waits for it, and a lost one costs the caller one of hundreds.</summary>
    public void Refund(Standing standing)
    {
        if (standing.IsLocal)
        {
            local.Refund(standing.Bucket);
        }
        else if (health.Database is var database)
        {
            // Only while its window lasts: a counter made by this would never end.
            const string Return = "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('DECR', KEYS[1]) end return 0";
            _ = database.ScriptEvaluateAsync(Return, [standing.Bucket.Key], [], CommandFlags.FireAndForget | CommandFlags.NoScriptCache);
        }
    }

    private static async Task<IEnumerable<Standing>> CountAsync(IDatabase database, Bucket[] buckets)
    {
        var keys = Array.ConvertAll(buckets, bucket => (RedisKey)bucket.Key);
        var windows = Array.ConvertAll(buckets, bucket => (RedisValue)(long)bucket.Quota.Window.TotalMilliseconds);
        var counts = (long[])(await database.ScriptEvaluateAsync(Script, keys, windows, CommandFlags.NoScriptCache))!;
        return buckets.Select((bucket, i) => new Standing(bucket, counts[2 * i], TimeSpan.FromMilliseconds(counts[(2 * i) + 1]), IsLocal: false));
    }
}

/// <summary>How a bucket stands after a request was counted.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Count">Requests of its window so far, this one included.</param>
/// <param name="Left">How long the window still lasts.</param>
/// <param name="IsLocal">True when only this process counts.</param>
public sealed record Standing(Bucket Bucket, long Count, TimeSpan Left, bool IsLocal)
{
    /// <summary>Requests that are still allowed.</summary>
    public long Remaining => Math.Max(0, Bucket.Quota.Limit - Count);

    /// <summary>True when this request is one too many.</summary>
    public bool IsExceeded => Count > Bucket.Quota.Limit;
}
