using Microblog.ApiService.Database;
using Microsoft.Extensions.Caching.Memory;

namespace Microblog.ApiService.Timelines;

/// <summary>
/// Knows whose statuses are merged in at read because their followers are too many to push to, and which of them a reader
/// follows. The worker starts a new one by pushing for <see cref="Contracts.FanOutLimits.MergeGrace"/> longer than this may be
/// out of date, so no status falls between.
/// </summary>
public sealed class MergedAuthors(Db db) : IDisposable
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private readonly MemoryCache _followed = new(new MemoryCacheOptions { SizeLimit = 100_000 });
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private long[] _all = [];
    private long _refreshedAt = long.MinValue / 2;

    /// <summary>The authors to merge into the home of a reader.</summary>
    public async ValueTask<long[]> FollowedByAsync(long viewer, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken);
        if (all.Length == 0)
        {
            return [];
        }
        if (_followed.TryGetValue(viewer, out long[]? known))
        {
            return known!;
        }
        const string Sql = "SELECT target_id FROM follows WHERE account_id = @viewer AND target_id = ANY(@all)";
        var followed = (await db.ReadAsync(viewer, connection => connection.ListAsync<long>(Sql, new { viewer, all }, cancellationToken), cancellationToken)).ToArray();
        _followed.Set(viewer, followed, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Memory });
        return followed;
    }

    /// <summary>Forgets what a reader follows, as after a follow through this process.</summary>
    public void Forget(long viewer) => _followed.Remove(viewer);

    /// <inheritdoc/>
    public void Dispose()
    {
        _followed.Dispose();
        _refreshing.Dispose();
    }

    private async ValueTask<long[]> AllAsync(CancellationToken cancellationToken)
    {
        if (Environment.TickCount64 - Volatile.Read(ref _refreshedAt) < Memory.TotalMilliseconds)
        {
            return _all;
        }
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            if (Environment.TickCount64 - Volatile.Read(ref _refreshedAt) >= Memory.TotalMilliseconds)
            {
                _all = [.. await db.ReadAsync(accountId: null, connection =>
                    connection.ListAsync<long>("SELECT id FROM accounts WHERE merged_since IS NOT NULL ORDER BY id", new { }, cancellationToken), cancellationToken)];
                Volatile.Write(ref _refreshedAt, Environment.TickCount64);
            }
            return _all;
        }
        finally
        {
            _refreshing.Release();
        }
    }
}
