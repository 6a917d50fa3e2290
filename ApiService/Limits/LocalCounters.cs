using Microsoft.Extensions.Caching.Memory;

namespace Microblog.ApiService.Limits;

/// <summary>The counters of one process, for when Redis is away. Bounded: past that many subjects at once nobody new is counted.</summary>
public sealed class LocalCounters(TimeProvider clock) : IDisposable
{
    private const int MaxCounters = 100_000;

    private readonly MemoryCache _windows = new(new MemoryCacheOptions { SizeLimit = MaxCounters });

    /// <summary>Counts a request.</summary>
    public Standing Count(Bucket bucket)
    {
        var window = _windows.GetOrCreate(bucket.Key, entry =>
        {
            entry.Size = 1;
            entry.AbsoluteExpirationRelativeToNow = bucket.Quota.Window;
            return new Window(clock.GetUtcNow() + bucket.Quota.Window);
        })!;
        var left = window.End - clock.GetUtcNow();
        return new Standing(bucket, Interlocked.Increment(ref window.Count), left > TimeSpan.Zero ? left : TimeSpan.Zero, IsLocal: true);
    }

    /// <summary>Takes back one.</summary>
    public void Refund(Bucket bucket)
    {
        if (_windows.TryGetValue(bucket.Key, out Window? window))
        {
            Interlocked.Decrement(ref window!.Count);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _windows.Dispose();

    private sealed class Window(DateTimeOffset end)
    {
        public long Count;

        public DateTimeOffset End => end;
    }
}
