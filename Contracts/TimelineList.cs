using StackExchange.Redis;

namespace Microblog.Contracts;

/// <summary>
/// A capped Redis list of status ids, newest pushed at the head. Chosen over a sorted set because it takes a thirteenth of
/// the memory and less than half of the CPU per delivery (docs/decisions/0002-timelines-as-lists.md); the price is that
/// late or repeated pushes leave disorder and duplicates, which readers mend (<see cref="TimelinePage"/>).
/// Only a list that exists is pushed to, so an account that stays away costs nothing once its list has expired.
/// The last element tells the state: <see cref="Complete"/>, <see cref="Building"/>, or an id when older ones were trimmed away.
/// </summary>
/// <param name="redis">Connection to Redis.</param>
/// <param name="prefix">Start of the key; the account id is a hash tag, so that keys spread over a cluster.</param>
/// <param name="maxItems">Ids kept at least; up to <see cref="TrimSlack"/> more stay until the next trim.</param>
public abstract class TimelineList(IConnectionMultiplexer redis, string prefix, int maxItems)
{
    /// <summary>Last element of a list below which nothing older exists.</summary>
    public const long Complete = 0;

    /// <summary>Last element of a list that collects pushes while its past is being loaded; readers treat it as absent.</summary>
    public const long Building = -1;

    /// <summary>Items over the cap before a push trims; trimming each time nearly halves the delivery rate.</summary>
    public const int TrimSlack = 20;

    /// <summary>
    /// Age from which a status is put in its place instead of at the head. Readers mend the disorder of some seconds, but not that
    /// of messages which waited out an outage: enough of those would push newer ids out of what a reader looks at.
    /// </summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(5);

    /// <summary>How long a list outlives the last visit of its reader.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private static readonly TimeSpan BuildLifetime = TimeSpan.FromSeconds(30);

    /// <summary>Ids kept at least.</summary>
    public int MaxItems => maxItems;

    /// <summary>Longest wait for one call, by a reader that can answer from PostgreSQL instead.</summary>
    public static TimeSpan ReadTimeout { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait for a batch of writes.</summary>
    public static TimeSpan WriteTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>False while there is no connection; callers then skip Redis instead of waiting for a time-out.</summary>
    public bool IsConnected => redis.IsConnected;

    /// <summary>The Redis key of an account's list.</summary>
    public RedisKey Key(long accountId) => $"{prefix}:{{{accountId}}}";

    /// <summary>Pushes the status to those of the accounts' lists that exist. Returns how many existed.</summary>
    public async Task<int> PushAsync(long statusId, IReadOnlyList<long> accountIds, CancellationToken cancellationToken = default)
    {
        var database = redis.GetDatabase();
        var pushes = new Task<long>[accountIds.Count];
        for (var i = 0; i < pushes.Length; i++)
        {
            pushes[i] = database.ListLeftPushAsync(Key(accountIds[i]), statusId, When.Exists);
        }
        var lengths = await Task.WhenAll(pushes).WaitAsync(WriteTimeout, cancellationToken);
        var delivered = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            delivered += lengths[i] > 0 ? 1 : 0;
            if (lengths[i] > maxItems + TrimSlack)
            {
                // Nothing depends on the trim's success: the next push over the limit repeats it.
                _ = database.ListTrimAsync(Key(accountIds[i]), 0, maxItems - 1, CommandFlags.FireAndForget);
            }
        }
        return delivered;
    }

    /// <summary>As <see cref="PushAsync"/> for a status that comes late: into its place, once. Left out where it is older than everything in a trimmed list.</summary>
    public async Task<int> InsertAsync(long statusId, IReadOnlyList<long> accountIds, CancellationToken cancellationToken = default)
    {
        var database = redis.GetDatabase();
        var inserts = accountIds.Select(id => database.ScriptEvaluateAsync(TimelineScripts.Insert, [Key(id)], [statusId, maxItems, TrimSlack], CommandFlags.NoScriptCache));
        var lengths = await Task.WhenAll(inserts).WaitAsync(WriteTimeout, cancellationToken);
        return lengths.Count(length => (long)length > 0);
    }

    /// <summary>Removes the status from the accounts' lists; lists without it are left as they are.</summary>
    public async Task RemoveAsync(long statusId, IReadOnlyList<long> accountIds, CancellationToken cancellationToken = default)
    {
        var database = redis.GetDatabase();
        await Task.WhenAll(accountIds.Select(id => database.ListRemoveAsync(Key(id), statusId))).WaitAsync(WriteTimeout, cancellationToken);
    }

    /// <summary>Reads the newest <paramref name="count"/> ids, or all of them when null, for the list's own reader, whose visits keep it alive.</summary>
    public async Task<TimelinePage> ReadAsync(long accountId, int? count, CancellationToken cancellationToken = default)
    {
        var page = await PeekAsync(accountId, count, cancellationToken);
        if (page.IsWarm)
        {
            // Only a list that can be used: one whose builder died has to expire, so that another can begin.
            _ = redis.GetDatabase().KeyExpireAsync(Key(accountId), Lifetime, CommandFlags.FireAndForget);
        }
        return page;
    }

    /// <summary>Reads as <see cref="ReadAsync"/> does, but does not count as a visit.</summary>
    public async Task<TimelinePage> PeekAsync(long accountId, int? count, CancellationToken cancellationToken = default)
    {
        var database = redis.GetDatabase();
        var key = Key(accountId);
        var range = database.ListRangeAsync(key, 0, count - 1 ?? -1);
        var last = count is null ? null : database.ListGetByIndexAsync(key, -1);
        var ids = await range.WaitAsync(ReadTimeout, cancellationToken);
        var tail = last is null ? (ids.Length == 0 ? RedisValue.Null : ids[^1]) : await last.WaitAsync(ReadTimeout, cancellationToken);
        return TimelinePage.From(ids, tail);
    }

    /// <summary>
    /// Starts a rebuild: from now on pushes are collected. Only then may the past be read from the primary, else a status
    /// committed before that read and delivered before this call would be in neither. False when the list exists already
    /// or another process is at it.
    /// </summary>
    public async Task<bool> BeginBuildAsync(long accountId, CancellationToken cancellationToken = default)
    {
        var result = await redis.GetDatabase()
            .ScriptEvaluateAsync(TimelineScripts.BeginBuild, [Key(accountId)], [(long)BuildLifetime.TotalMilliseconds], CommandFlags.NoScriptCache)
            .WaitAsync(WriteTimeout, cancellationToken);
        return (long)result == 1;
    }

    /// <summary>Ends a rebuild: joins the loaded past with what was pushed meanwhile, in order and without duplicates. Does nothing when the list was dropped meanwhile.</summary>
    /// <param name="accountId">Whose list.</param>
    /// <param name="past">Ids from PostgreSQL, in any order.</param>
    /// <param name="complete">True when nothing older than <paramref name="past"/> exists.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task EndBuildAsync(long accountId, IReadOnlyCollection<long> past, bool complete, CancellationToken cancellationToken = default) =>
        JoinAsync(TimelineScripts.EndBuild, accountId, past, complete, cancellationToken);

    /// <summary>Adds older ids in their place to a list that exists, as after a follow. Ids below the oldest kept one are left out, PostgreSQL serves those.</summary>
    public Task MergeAsync(long accountId, IReadOnlyCollection<long> ids, CancellationToken cancellationToken = default) =>
        JoinAsync(TimelineScripts.Merge, accountId, ids, complete: false, cancellationToken);

    /// <summary>Forgets the list; the next read rebuilds it.</summary>
    public async Task DropAsync(long accountId, CancellationToken cancellationToken = default) =>
        await redis.GetDatabase().KeyDeleteAsync(Key(accountId)).WaitAsync(WriteTimeout, cancellationToken);

    private async Task JoinAsync(string script, long accountId, IReadOnlyCollection<long> ids, bool complete, CancellationToken cancellationToken)
    {
        RedisValue[] arguments = [maxItems, (long)Lifetime.TotalMilliseconds, complete ? 1 : 0, .. ids.Select(id => (RedisValue)id)];
        await redis.GetDatabase()
            .ScriptEvaluateAsync(script, [Key(accountId)], arguments, CommandFlags.NoScriptCache)
            .WaitAsync(WriteTimeout, cancellationToken);
    }
}

/// <summary>Home timelines: what an account's home shows, as ids. Writers: fan-out and follow merges; reader: the home timeline endpoint.</summary>
public sealed class HomeTimeline(IConnectionMultiplexer redis) : TimelineList(redis, "home", DefaultMaxItems)
{
    /// <summary>Ids kept per account; the field's common figure. Older statuses come from PostgreSQL.</summary>
    public const int DefaultMaxItems = 800;
}

/// <summary>The newest statuses of an author with too many followers to push to; merged into their followers' homes at read.</summary>
public sealed class AuthorTimeline(IConnectionMultiplexer redis) : TimelineList(redis, "author", DefaultMaxItems)
{
    /// <summary>Ids kept per author.</summary>
    public const int DefaultMaxItems = 200;
}
