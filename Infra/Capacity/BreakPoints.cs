namespace Microblog.Infra.Capacity;

/// <summary>Where the next size begins.</summary>
/// <param name="Part">The part that is outgrown.</param>
/// <param name="From">Its size up to there.</param>
/// <param name="To">Its size from there on.</param>
/// <param name="DailyActiveUsers">The first number of daily active users that needs it, with the habits given.</param>
/// <param name="Change">What has to be done.</param>
public sealed record BreakPoint(string Part, string From, string To, long DailyActiveUsers, string Change);

/// <summary>
/// The loads at which a part's size changes, found by bisection over <see cref="CapacityPlan.For"/>: the table says what the planner does, not what somebody
/// once believed. Sizes only grow with the load, so there is one such number for each step.
/// </summary>
public static class BreakPoints
{
    private static readonly IReadOnlyList<(string Part, Func<CapacityPlan, string> Size, Func<CapacityPlan, CapacityPlan, string> Change)> Parts =
    [
        ("Apps", plan => plan.Apps.WorkloadProfile, (before, after) => before.Apps.IsDedicated
            ? "Larger nodes instead of more than forty: a profile beside the old one, then one revision each."
            : $"Dedicated {after.Apps.WorkloadProfile} nodes are cheaper than seconds and requests of the consumption profile: the apps move to the profile, one revision each."),
        ("API replica", plan => FormattableString.Invariant($"{plan.Api.Cpu} vCPU"), (_, _) => "Larger replicas instead of more than forty, so that fewer connections do the same work: a new revision."),
        ("Database compute", plan => plan.Database.IsElastic ? $"elastic cluster, {plan.Database.ElasticNodes} × {plan.Database.SkuName}" : plan.Database.SkuName, Compute),
        ("Database storage", plan => plan.Database.IsElastic ? "elastic cluster" : plan.Database.Storage, Storage),
        ("Cache", plan => plan.Cache.SkuName, (_, _) => "Scaled in place; connections break once and come back. Timelines stay, and what is lost is rebuilt."),
        ("Broker node", plan => $"{plan.Broker.VmSize}, {plan.Broker.DiskGB} GiB", (_, _) => "Node after node: stop, resize, start, wait until its queues have caught up."),
    ];

    /// <summary>All steps up to a number of users, or up to where nothing can be planned any more, by part and then by load.</summary>
    /// <param name="habits">Everything but the users; accounts and daily active users are scaled together.</param>
    /// <param name="from">Daily active users to begin at.</param>
    /// <param name="upTo">Daily active users to end at.</param>
    public static IReadOnlyList<BreakPoint> Of(Load habits, Topology topology, Throughput throughput, Prices prices, long from, long upTo)
    {
        CapacityPlan? Plan(long users)
        {
            try
            {
                return CapacityPlan.For(Scale(habits, users), topology, throughput, prices);
            }
            catch (CapacityException)
            {
                return null;
            }
        }
        var last = Plan(upTo) is not null ? upTo : First(from, upTo, users => Plan(users) is null) - 1;
        var points = new List<BreakPoint>();
        foreach (var (part, size, change) in Parts)
        {
            for (var users = from; users < last;)
            {
                var now = size(Plan(users)!);
                if (size(Plan(last)!) == now)
                {
                    break;
                }
                var before = Plan(users)!;
                users = First(users, last, candidate => size(Plan(candidate)!) != now);
                var after = Plan(users)!;
                points.Add(new BreakPoint(part, now, size(after), users, change(before, after)));
            }
        }
        if (last < upTo)
        {
            points.Add(new BreakPoint("Installation", "one", "several", last + 1, "No size is large enough for one part: split the accounts over installations."));
        }
        return points;
    }

    /// <summary>The same habits with another number of people.</summary>
    public static Load Scale(Load habits, long dailyActiveUsers) => habits with
    {
        DailyActiveUsers = dailyActiveUsers,
        Accounts = Math.Max(dailyActiveUsers, (long)((decimal)habits.Accounts / habits.DailyActiveUsers * dailyActiveUsers)),
    };

    /// <summary>The first number above <paramref name="low"/> for which it holds; it does not at low, does at high, and never ends to hold.</summary>
    private static long First(long low, long high, Func<long, bool> holds)
    {
        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = holds(middle) ? (low, middle) : (middle, high);
        }
        return high;
    }

    private static string Compute(CapacityPlan before, CapacityPlan after) => (before.Database, after.Database) switch
    {
        (_, { IsElastic: false }) => "Scaled in place, the replica first; a failover of some seconds. Then `max_connections` of the new size.",
        ({ IsElastic: true }, _) => "A node more, then the shards are spread anew while everything goes on.",
        _ => "**One server is outgrown: elastic cluster (Citus)**, a new server beside the old one. Tables are distributed by the account id that leads their keys, small ones become reference tables; "
            + "pgcopydb copies, writes stop for the last part. PostgreSQL 17 only, port 8432 reaches all nodes, one read replica, no long-term backups, storage does not grow by itself.",
    };

    private static string Storage(CapacityPlan before, CapacityPlan after) => after.Database switch
    {
        { IsElastic: true } => "Disks of the cluster's nodes; see compute.",
        { StorageTier: null } => "Premium SSD v2: not reached by growing, but by a restore to a new server. Storage no longer grows by itself, no long-term backups.",
        { StorageGB: > 4_096 } when before.Database.StorageGB < 4_096 => "Grown by hand: crossing 4,096 GiB stops the server for minutes and ends host caching.",
        _ => "Grows in place, by itself when it is space that is short. Never shrinks.",
    };
}
