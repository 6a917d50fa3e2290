using System.Globalization;
using Microsoft.Extensions.Caching.Memory;
using NpgsqlTypes;
using StackExchange.Redis;

namespace Microblog.ApiService.Database;

/// <summary>
/// Remembers per account how far the write-ahead log was when it last wrote, in this process and, for the other processes, in
/// Redis. While Redis is away nobody knows what other processes wrote, nor for a while after: it may have come back without what
/// it knew. Such reads go to the primary.
/// </summary>
public sealed class WriteFence : IDisposable
{
    /// <summary>Sets a position unless a higher one is known, of which the time to live stays then. Hexadecimal digits compare like the numbers.</summary>
    private const string RaiseScript =
        """
        local known = redis.call('GET', KEYS[1])
        if not known or known < ARGV[1] then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
        """;

    /// <summary>Far longer than a replica that is still in use lags.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RedisTimeout = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long Redis is not believed after its return: what was written before and not noted there is on every replica in use by then.
    /// Twice, because other processes may find it again later than this one.
    /// </summary>
    private static readonly TimeSpan Distrust = 2 * ReplicaMonitor.MaxLag;

    private readonly MemoryCache _own = new(new MemoryCacheOptions { SizeLimit = 100_000 });
    private readonly Lock _raising = new();
    private readonly IConnectionMultiplexer _redis;
    private readonly RedisHealth _health;
    private readonly TimeProvider _clock;
    private long _restoredAt;
    private volatile bool _wasAway;

    /// <summary>Listens for the returns of Redis.</summary>
    public WriteFence(IConnectionMultiplexer redis, RedisHealth health, TimeProvider clock)
    {
        (_redis, _health, _clock) = (redis, health, clock);
        redis.ConnectionRestored += NoteReturn;
    }

    /// <summary>Notes a commit of the account at or before <paramref name="position"/>. When it returns, every process that can ask Redis knows.</summary>
    public async ValueTask RaiseAsync(long accountId, NpgsqlLogSequenceNumber position)
    {
        RaiseOwn(accountId, (ulong)position);
        if (!_health.MayAsk())
        {
            return;
        }
        try
        {
            var raised = _health.Database.ScriptEvaluateAsync(RaiseScript, [Key(accountId)], [((ulong)position).ToString("X16", CultureInfo.InvariantCulture), (long)Memory.TotalMilliseconds]);
            await _health.AskAsync(raised, RedisTimeout, CancellationToken.None);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // The write is done, and this process knows of it; the others do not get to Redis either, as a rule, and read from the primary.
        }
    }

    /// <summary>True when a replica that has replayed up to <paramref name="replayed"/> has everything the account wrote.</summary>
    public async ValueTask<bool> IsReplayedAsync(long accountId, NpgsqlLogSequenceNumber replayed, CancellationToken cancellationToken)
    {
        if (_own.TryGetValue(accountId, out ulong own) && own > (ulong)replayed)
        {
            return false;
        }
        if (IsDistrusted() || !_health.MayAsk())
        {
            return false;
        }
        try
        {
            var others = await _health.AskAsync(_health.Database.StringGetAsync(Key(accountId)), RedisTimeout, cancellationToken);
            return others.IsNull || ulong.Parse((string)others!, NumberStyles.HexNumber, CultureInfo.InvariantCulture) <= (ulong)replayed;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _redis.ConnectionRestored -= NoteReturn;
        _own.Dispose();
    }

    private static RedisKey Key(long accountId) => $"fence:{{{accountId}}}";

    /// <summary>Requests of one account may finish in another order than they committed.</summary>
    private void RaiseOwn(long accountId, ulong position)
    {
        lock (_raising)
        {
            if (!_own.TryGetValue(accountId, out ulong known) || known < position)
            {
                _own.Set(accountId, position, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Memory });
            }
        }
    }

    private void NoteReturn(object? sender, ConnectionFailedEventArgs e)
    {
        if (e.ConnectionType is ConnectionType.Interactive)
        {
            Volatile.Write(ref _restoredAt, _clock.GetTimestamp());
            _wasAway = true;
        }
    }

    private bool IsDistrusted() => _wasAway && _clock.GetElapsedTime(Volatile.Read(ref _restoredAt)) < Distrust;
}
