using Microsoft.Extensions.Caching.Memory;
using NpgsqlTypes;
using StackExchange.Redis;

namespace Microblog.ApiService.Database;

/// <summary>
/// Remembers per account how far the write-ahead log was when it last wrote, in this process and, for the other processes, in
/// Redis. While Redis is away nobody knows what other processes wrote: such reads go to the primary.
/// </summary>
public sealed class WriteFence(IConnectionMultiplexer redis, RedisHealth health) : IDisposable
{
    /// <summary>Far longer than a replica that is still in use lags.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RedisTimeout = TimeSpan.FromMilliseconds(250);

    private readonly MemoryCache _own = new(new MemoryCacheOptions { SizeLimit = 100_000 });

    /// <summary>Notes a commit of the account at or before <paramref name="position"/>.</summary>
    public void Raise(long accountId, NpgsqlLogSequenceNumber position)
    {
        _own.Set(accountId, (ulong)position, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Memory });
        if (redis.IsConnected)
        {
            // Positions only grow, but two processes may finish in either order; the lower one costs a moment's staleness between devices, not a lost write.
            _ = redis.GetDatabase().StringSetAsync(Key(accountId), position.ToString(), Memory, flags: CommandFlags.FireAndForget);
        }
    }

    /// <summary>True when a replica that has replayed up to <paramref name="replayed"/> has everything the account wrote.</summary>
    public async ValueTask<bool> IsReplayedAsync(long accountId, NpgsqlLogSequenceNumber replayed, CancellationToken cancellationToken)
    {
        if (_own.TryGetValue(accountId, out ulong own) && own > (ulong)replayed)
        {
            return false;
        }
        if (!health.MayAsk())
        {
            return false;
        }
        try
        {
            var others = await health.AskAsync(health.Database.StringGetAsync(Key(accountId)), RedisTimeout, cancellationToken);
            return others.IsNull || NpgsqlLogSequenceNumber.Parse((string)others!) <= replayed;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _own.Dispose();

    private static RedisKey Key(long accountId) => $"wrote:{{{accountId}}}";
}
