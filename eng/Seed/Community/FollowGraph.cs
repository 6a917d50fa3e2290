namespace Microblog.Seed.Community;

/// <summary>Who follows whom: few accounts with many followers, many accounts with few.</summary>
internal sealed class FollowGraph
{
    private const int FewestFollows = 3;
    private const double UniformShare = 0.15;
    private const double FollowBackChance = 0.3;

    private readonly HashSet<int>[] _following;
    private readonly List<int>[] _followers;
    private readonly List<(int Follower, int Target)> _edges = [];
    private readonly int[] _wanted;
    private readonly List<int> _present = [];
    private readonly Dice _dice;

    // One entry per account present plus one per follow received: a uniform draw is a draw by popularity.
    private readonly List<int> _urn = [];

    private FollowGraph(int seed, int accounts, int average)
    {
        _dice = new Dice(seed, "follows");
        _following = Enumerable.Range(0, accounts).Select(_ => new HashSet<int>()).ToArray();
        _followers = Enumerable.Range(0, accounts).Select(_ => new List<int>()).ToArray();
        _wanted = Enumerable.Range(0, accounts).Select(_ => DrawQuota(accounts, average)).ToArray();
    }

    /// <summary>The accounts that each account follows, by index.</summary>
    public IReadOnlyList<IReadOnlySet<int>> Following => _following;

    /// <summary>The followers of each account, by index, in the order of following.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Followers => _followers;

    /// <summary>All follows in a random order, so that neighbours in time seldom touch the same account.</summary>
    public IReadOnlyList<(int Follower, int Target)> Edges => _edges;

    /// <summary>
    /// Grows the graph by preferential attachment: accounts arrive one after another and first follow accounts that
    /// are there, then everybody follows more of the whole community, until about the average is reached.
    /// </summary>
    public static FollowGraph Create(int seed, int accounts, int averageFollows)
    {
        var graph = new FollowGraph(seed, accounts, Math.Min(averageFollows, accounts - 1));
        var order = Enumerable.Range(0, accounts).ToArray();

        graph._dice.Shuffle(order);
        foreach (var account in order)
        {
            graph.FollowSome(account, graph._wanted[account] / 2);
            graph._present.Add(account);
            graph._urn.Add(account);
        }

        graph._dice.Shuffle(order);
        foreach (var account in order)
        {
            graph.FollowSome(account, graph._wanted[account]);
            graph.FollowNeighbours(account);
        }

        graph._dice.Shuffle(graph._edges);
        return graph;
    }

    // An exponential above the minimum: most follow fewer than the average, some several times as many.
    private int DrawQuota(int accounts, int average)
    {
        var fewest = Math.Min(FewestFollows, average);
        var more = -Math.Log(1 - _dice.NextDouble()) * (average - fewest);
        return (int)Math.Min(fewest + more + 0.5, accounts - 1);
    }

    // Draws may hit the account itself or one followed already, so their number is bounded.
    private void FollowSome(int account, int wanted)
    {
        for (var draws = wanted * 8; draws > 0 && _present.Count > 0 && _following[account].Count < wanted; draws--)
        {
            var target = _dice.Pick(_dice.Chance(UniformShare) ? _present : _urn);
            if (Follow(account, target) && _following[target].Count < _wanted[target] && _dice.Chance(FollowBackChance))
            {
                Follow(target, account);
            }
        }
    }

    // In a tiny community the draws above can miss; nobody is left with less than the minimum.
    private void FollowNeighbours(int account)
    {
        var fewest = Math.Min(FewestFollows, _wanted[account]);
        for (var step = 1; _following[account].Count < fewest; step++)
        {
            Follow(account, (account + step) % _following.Length);
        }
    }

    private bool Follow(int follower, int target)
    {
        if (follower == target || !_following[follower].Add(target))
        {
            return false;
        }

        _followers[target].Add(follower);
        _edges.Add((follower, target));
        _urn.Add(target);
        return true;
    }
}
