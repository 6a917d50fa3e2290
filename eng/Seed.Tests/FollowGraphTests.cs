using Microblog.Seed.Community;

namespace Microblog.Seed.Tests;

public sealed class FollowGraphTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(99)]
    public void Followers_are_distributed_by_a_power_law(int seed)
    {
        var graph = FollowGraph.Create(seed, 2_000, 30);
        var followers = graph.Followers.Select(list => list.Count).OrderDescending().ToArray();

        Assert.InRange(graph.Edges.Count / 2_000.0, 27, 33);
        Assert.True(followers[0] > 10 * followers[1_000], $"most followed {followers[0]}, median {followers[1_000]}");
        Assert.True(followers.Take(200).Sum() > 0.3 * graph.Edges.Count, "the upper tenth has less than 30 % of the followers");

        // A power law is a straight line of log followers over log rank; an exponential bends away from it.
        Assert.True(Correlation(followers.Take(500).ToArray()) < -0.97);
    }

    [Fact]
    public void Everybody_follows_at_least_three_and_nobody_follows_themselves_or_somebody_twice()
    {
        var graph = FollowGraph.Create(5, 500, 20);

        Assert.All(graph.Following, following => Assert.True(following.Count >= 3));
        Assert.All(graph.Edges, edge => Assert.NotEqual(edge.Follower, edge.Target));
        Assert.Equal(graph.Edges.Count, graph.Edges.Distinct().Count());
        Assert.Equal(graph.Edges.Count, graph.Followers.Sum(followers => followers.Count));
    }

    [Fact]
    public void Some_follows_are_returned()
    {
        var graph = FollowGraph.Create(1, 1_000, 30);
        var returned = graph.Edges.Count(edge => graph.Following[edge.Target].Contains(edge.Follower));

        Assert.InRange(returned / (double)graph.Edges.Count, 0.1, 0.7);
    }

    [Theory]
    [InlineData(2, 30)]
    [InlineData(3, 1)]
    [InlineData(10, 100)]
    public void A_tiny_community_works_too(int accounts, int follows)
    {
        var graph = FollowGraph.Create(1, accounts, follows);

        Assert.All(graph.Following, following => Assert.InRange(following.Count, 1, accounts - 1));
    }

    private static double Correlation(int[] byRank)
    {
        var points = byRank.Select((count, rank) => (X: Math.Log(rank + 1), Y: Math.Log(count))).ToArray();
        double x = points.Average(point => point.X), y = points.Average(point => point.Y);
        var covariance = points.Sum(point => (point.X - x) * (point.Y - y));
        return covariance / Math.Sqrt(points.Sum(point => Math.Pow(point.X - x, 2)) * points.Sum(point => Math.Pow(point.Y - y, 2)));
    }
}
