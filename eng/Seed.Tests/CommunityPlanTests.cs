using Microblog.Seed.Community;
using Microblog.Seed.Texts;

namespace Microblog.Seed.Tests;

public sealed class CommunityPlanTests
{
    private static readonly IReadOnlyList<SeedText> Texts = TextLibrary.BuiltIn().Texts;

    [Fact]
    public void The_same_seed_gives_the_same_community()
    {
        var first = CommunityPlan.Create(7, 200, 12, 1_000, Texts);
        var second = CommunityPlan.Create(7, 200, 12, 1_000, Texts);

        Assert.Equal(first.Accounts, second.Accounts);
        Assert.Equal(first.Graph.Edges, second.Graph.Edges);
        Assert.Equal(first.Statuses, second.Statuses);
    }

    [Fact]
    public void A_seed_means_the_same_on_every_version_of_dotnet()
    {
        var plan = CommunityPlan.Create(1, 50, 5, 20, Texts);

        Assert.Equal("emma_mori", plan.Accounts[0].Username);
        Assert.Equal((36, 19), plan.Graph.Edges[0]);
    }

    [Fact]
    public void Communities_of_different_seeds_share_no_user_name()
    {
        var first = AccountNames.Create(1, 2_000).Select(account => account.Username);
        var second = AccountNames.Create(2, 2_000).Select(account => account.Username);

        Assert.Empty(first.Intersect(second));
    }

    [Fact]
    public void A_larger_community_begins_with_the_accounts_of_the_smaller_one() =>
        Assert.Equal(AccountNames.Create(3, 100), AccountNames.Create(3, 500).Take(100));

    [Theory]
    [InlineData(1)]
    [InlineData(int.MinValue)]
    public void User_names_are_different_and_accepted_by_mastodon(int seed)
    {
        var names = AccountNames.Create(seed, 50_000).Select(account => account.Username).ToArray();

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches("^[a-z0-9_]{3,30}$", name));
    }

    [Fact]
    public void Replies_answer_an_earlier_status_of_somebody_the_author_follows_and_may_read()
    {
        var plan = CommunityPlan.Create(1, 300, 20, 3_000, Texts);
        var replies = plan.Statuses.Index().Where(status => status.Item.ReplyTo is not null).ToArray();

        Assert.InRange(replies.Length, 300, 900);
        foreach (var (index, reply) in replies)
        {
            var parent = plan.Statuses[reply.ReplyTo!.Value];
            Assert.True(reply.ReplyTo < index);
            Assert.NotEqual("private", parent.Visibility);
            Assert.Contains(parent.Author, plan.Graph.Following[reply.Author]);
            Assert.StartsWith($"@{plan.Accounts[parent.Author].Username} ", reply.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Statuses_fit_the_limit_and_come_with_mentions_hashtags_and_every_visibility()
    {
        var statuses = CommunityPlan.Create(1, 300, 20, 3_000, Texts).Statuses;

        Assert.All(statuses, status => Assert.True(TextRules.Fits(status.Text), status.Text));
        Assert.Contains(statuses, status => status.Text.Contains('#', StringComparison.Ordinal));
        Assert.Contains(statuses, status => status.ReplyTo is null && status.Text.Contains('@', StringComparison.Ordinal));
        Assert.Equal(["private", "public", "unlisted"], statuses.Select(status => status.Visibility).Distinct().Order());
    }

    [Fact]
    public void No_author_writes_more_than_mastodon_allows_in_three_hours()
    {
        var plan = CommunityPlan.Create(1, 1_000, 30, 10_000, Texts);

        Assert.All(plan.Statuses.CountBy(status => status.Author), author => Assert.InRange(author.Value, 1, 299));
    }

    [Fact]
    public void Every_status_has_its_own_idempotency_key_and_keeps_it()
    {
        var plan = CommunityPlan.Create(1, 100, 10, 2_000, Texts);
        string[] Keys() => plan.Statuses.Select((status, i) => status.IdempotencyKey(1, i, plan.Accounts[status.Author].Username)).ToArray();

        Assert.Equal(plan.Statuses.Count, Keys().Distinct().Count());
        Assert.Equal(Keys(), Keys());
    }
}
