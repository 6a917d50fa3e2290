using Microblog.Seed.Texts;

namespace Microblog.Seed.Community;

/// <summary>A whole community, computed without a server: the same seed and sizes give the same community.</summary>
internal sealed class CommunityPlan
{
    private CommunityPlan(int seed, SeedAccount[] accounts, FollowGraph graph, IReadOnlyList<StatusPlan> statuses)
    {
        Seed = seed;
        Accounts = accounts;
        Graph = graph;
        Statuses = statuses;
    }

    /// <summary>The seed number.</summary>
    public int Seed { get; }

    /// <summary>The accounts; every index in this plan counts into this list.</summary>
    public IReadOnlyList<SeedAccount> Accounts { get; }

    /// <summary>Who follows whom.</summary>
    public FollowGraph Graph { get; }

    /// <summary>The statuses in the order of posting.</summary>
    public IReadOnlyList<StatusPlan> Statuses { get; }

    /// <summary>Computes the community.</summary>
    public static CommunityPlan Create(int seed, int accounts, int follows, int statuses, IReadOnlyList<SeedText> texts)
    {
        var people = AccountNames.Create(seed, accounts);
        var graph = FollowGraph.Create(seed, accounts, follows);
        return new(seed, people, graph, StatusWriter.Write(seed, statuses, people, graph, texts));
    }
}
