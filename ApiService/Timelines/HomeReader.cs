using Microblog.ApiService.Database;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microblog.Contracts;
using Npgsql;
using StackExchange.Redis;

namespace Microblog.ApiService.Timelines;

/// <summary>
/// Reads a page of a home timeline in four steps: ids from the cached lists, the statuses of those ids, minus what no longer
/// belongs there, as a full page. Where the lists end or are missing PostgreSQL goes on, down to the first status.
/// </summary>
public sealed class HomeReader(HomeTimeline home, AuthorTimeline authors, MergedAuthors merged, TimelineBuilder builder, Db db, RedisHealth health, ApiMetrics metrics)
{
    /// <summary>Ids read for a first page: enough for a page of 40 and for the disorder that lists allow.</summary>
    private const int Head = 80;

    /// <summary>Ids read from PostgreSQL in one step at most.</summary>
    private const int MaxStep = 800;

    /// <summary>Statuses of one page, one more than its limit when there are more; newest first, or oldest first when it pages upwards.</summary>
    public async Task<IReadOnlyList<LoadedStatus>> ReadAsync(long viewer, IdPage page, CancellationToken cancellationToken)
    {
        var cached = await CachedAsync(viewer, page, cancellationToken);
        metrics.HomeRead(warm: cached.IsWarm);
        return await db.ReadAsync(viewer, async connection =>
        {
            var found = new List<LoadedStatus>(page.Take);
            if (page.IsUpwards)
            {
                // Upwards the cache answers only when it reaches down to the cursor.
                if (cached.IsWarm && page.Min >= cached.Floor)
                {
                    await FillAsync(connection, found, viewer, page, [.. cached.Ids.Where(id => id > page.Min && id < page.Max).Reverse()], cancellationToken);
                    return found;
                }
                await FillFromSqlAsync(connection, found, viewer, page, page.Max, cancellationToken);
                return found;
            }
            var max = page.Max;
            if (cached.IsWarm)
            {
                await FillAsync(connection, found, viewer, page, [.. cached.Ids.Where(id => id > page.Min && id < page.Max && id > cached.Floor)], cancellationToken);
                if (cached.Floor == 0)
                {
                    return found;
                }
                max = Math.Min(page.Max, cached.Floor + 1);
            }
            await FillFromSqlAsync(connection, found, viewer, page, max, cancellationToken);
            return found;
        }, cancellationToken);
    }

    /// <summary>Takes statuses by the candidates' ids, in their order, until the page is full: what has been deleted or unfollowed since leaves no hole.</summary>
    private static async Task FillAsync(NpgsqlConnection connection, List<LoadedStatus> found, long viewer, IdPage page, long[] candidates, CancellationToken cancellationToken)
    {
        for (var next = 0; next < candidates.Length && found.Count < page.Take;)
        {
            var chunk = candidates.AsSpan(next, Math.Min(page.Take - found.Count, candidates.Length - next)).ToArray();
            next += chunk.Length;
            var statuses = await StatusStore.InHomeAsync(connection, viewer, chunk, cancellationToken);
            found.AddRange(page.IsUpwards ? statuses.Reverse() : statuses);
        }
    }

    /// <summary>Reads on from PostgreSQL until the page is full or nothing is left; in growing steps, for readers who mute most of what they follow.</summary>
    private static async Task FillFromSqlAsync(NpgsqlConnection connection, List<LoadedStatus> found, long viewer, IdPage page, long max, CancellationToken cancellationToken)
    {
        var (min, take) = (page.Min, page.Take);
        while (found.Count < page.Take)
        {
            var ids = await TimelineQueries.HomeAsync(connection, viewer, max, min, page.IsUpwards, take, cancellationToken);
            await FillAsync(connection, found, viewer, page, [.. ids], cancellationToken);
            if (ids.Count < take)
            {
                return;
            }
            (min, max) = page.IsUpwards ? (ids[^1], max) : (min, ids[^1]);
            take = Math.Min(take * 2, MaxStep);
        }
    }

    /// <summary>The cached ids, celebrities' merged in; cold when they cannot answer. Asks for what is missing to be built.</summary>
    private async Task<TimelinePage> CachedAsync(long viewer, IdPage page, CancellationToken cancellationToken)
    {
        if (!health.MayAsk())
        {
            return TimelinePage.Cold;
        }
        try
        {
            var isHead = page is { IsUpwards: false, Max: long.MaxValue };
            var lists = await ReadListsAsync(viewer, isHead ? Head : null, cancellationToken);
            if (isHead && lists is { IsWarm: true, Floor: > 0 } && lists.Ids.Count(id => id > Math.Max(lists.Floor, page.Min)) < page.Take && lists.Floor > page.Min)
            {
                lists = await ReadListsAsync(viewer, count: null, cancellationToken);
            }
            return lists;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return TimelinePage.Cold;
        }
    }

    private async Task<TimelinePage> ReadListsAsync(long viewer, int? count, CancellationToken cancellationToken)
    {
        var mergedAuthors = await merged.FollowedByAsync(viewer, cancellationToken);
        if (mergedAuthors.Length > FanOutLimits.MaxMergedAuthors)
        {
            return TimelinePage.Cold;
        }
        var reads = new List<Task<TimelinePage>>(mergedAuthors.Length + 1) { home.ReadAsync(viewer, count, cancellationToken) };
        reads.AddRange(mergedAuthors.Select(author => authors.ReadAsync(author, count, cancellationToken)));
        var pages = await health.AskAsync(Task.WhenAll(reads), TimelineList.ReadTimeout, cancellationToken);
        if (!pages[0].IsWarm)
        {
            builder.RequestHome(viewer);
        }
        for (var i = 1; i < pages.Length; i++)
        {
            if (!pages[i].IsWarm)
            {
                builder.RequestAuthor(mergedAuthors[i - 1]);
            }
        }
        return pages.Length == 1 ? pages[0] : TimelinePage.Join(pages);
    }
}
