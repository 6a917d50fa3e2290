using StackExchange.Redis;

namespace Microblog.Contracts;

/// <summary>What a read of a <see cref="TimelineList"/> found: order restored, duplicates gone.</summary>
/// <param name="IsWarm">False when the list is absent or still being built; the reader then asks PostgreSQL.</param>
/// <param name="Ids">Status ids, newest first, each once.</param>
/// <param name="Floor">The read answers for ids above this one; 0 when it reaches back to the first status.</param>
public readonly record struct TimelinePage(bool IsWarm, IReadOnlyList<long> Ids, long Floor)
{
    /// <summary>
    /// Late arrivals may sit at the head while newer ids lie beyond the end of what was read, or have been trimmed. The
    /// highest id of the last positions is therefore the floor: disorder within that many positions does no harm.
    /// </summary>
    private const int MaxUncertain = 50;

    /// <summary>A list that cannot be used.</summary>
    public static TimelinePage Cold { get; } = new(false, [], long.MaxValue);

    /// <summary>Several lists as one: it answers only as far down as each of them does, and is cold when one of them is.</summary>
    public static TimelinePage Join(IReadOnlyCollection<TimelinePage> pages) => pages.Any(page => !page.IsWarm)
        ? Cold
        : new(true, [.. pages.SelectMany(page => page.Ids).Distinct().OrderDescending()], pages.Max(page => page.Floor));

    internal static TimelinePage From(RedisValue[] range, RedisValue tail)
    {
        if (tail.IsNull || (long)tail == TimelineList.Building)
        {
            return Cold;
        }
        var ids = new List<long>(range.Length);
        foreach (var value in range)
        {
            ids.Add((long)value);
        }
        var floor = 0L;
        if (ids.Remove(TimelineList.Complete) is false && ids.Count > 0)
        {
            var uncertain = Math.Clamp(ids.Count / 4, 1, MaxUncertain);
            floor = ids[^uncertain..].Max();
        }
        ids.Sort(static (a, b) => b.CompareTo(a));
        return new TimelinePage(true, [.. ids.Distinct()], floor);
    }
}
