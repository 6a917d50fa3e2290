using Microblog.ApiService.Quotes;
using Microblog.ApiService.Statuses;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Quotes;

/// <summary>The rules case by case, and that the SQL says the same as the C#.</summary>
public sealed class QuoteRulesTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Theory]
    [InlineData(false, Visibility.Public, QuotePolicy.Public, false, false, true)]
    [InlineData(false, Visibility.Unlisted, QuotePolicy.Public, false, false, true)]
    [InlineData(false, Visibility.Public, QuotePolicy.Public, true, true, false)]
    [InlineData(false, Visibility.Public, QuotePolicy.Followers, false, false, false)]
    [InlineData(false, Visibility.Public, QuotePolicy.Followers, true, false, true)]
    [InlineData(false, Visibility.Public, QuotePolicy.Nobody, true, false, false)]
    [InlineData(false, Visibility.Private, QuotePolicy.Public, true, false, false)]
    [InlineData(false, Visibility.Direct, QuotePolicy.Public, true, false, false)]
    [InlineData(true, Visibility.Public, QuotePolicy.Nobody, false, false, true)]
    [InlineData(true, Visibility.Private, QuotePolicy.Nobody, false, false, true)]
    [InlineData(true, Visibility.Direct, QuotePolicy.Public, false, false, false)]
    public void Who_may_quote(bool isOwn, Visibility visibility, QuotePolicy policy, bool follows, bool isBlock, bool may) =>
        Assert.Equal(may, QuoteRules.MayQuote(isOwn, visibility, policy, follows, isBlock));

    [Theory]
    [InlineData(Visibility.Public, Visibility.Public, Visibility.Public)]
    [InlineData(Visibility.Public, Visibility.Unlisted, Visibility.Public)]
    [InlineData(Visibility.Public, Visibility.Private, Visibility.Private)]
    [InlineData(Visibility.Unlisted, Visibility.Private, Visibility.Private)]
    [InlineData(Visibility.Direct, Visibility.Private, Visibility.Direct)]
    [InlineData(Visibility.Direct, Visibility.Public, Visibility.Direct)]
    public void A_quote_of_what_is_for_followers_is_for_no_more(Visibility asked, Visibility quoted, Visibility expected) => Assert.Equal(expected, QuoteRules.Narrowed(asked, quoted));

    [Theory]
    [InlineData(false, true, true, false, false, "accepted")]
    [InlineData(true, false, true, true, true, "revoked")]
    [InlineData(false, false, false, false, false, "deleted")]
    [InlineData(false, true, false, true, true, "unauthorized")]
    [InlineData(false, true, true, true, true, "blocked_account")]
    [InlineData(false, true, true, false, true, "muted_account")]
    public void The_state_for_a_reader(bool isRevoked, bool isThere, bool isVisible, bool isBlocked, bool isMuted, string expected) =>
        Assert.Equal(expected, QuoteRules.State(isRevoked, isThere, isVisible, isBlocked, isMuted));

    [Fact]
    public async Task The_database_and_the_code_agree_about_who_may_quote()
    {
        const string Sql = $"SELECT {QuoteRules.MayQuoteSql} FROM statuses s WHERE s.id = @id";
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("Under all rules");
        var differences = new List<string>();

        foreach (var relation in new[] { "", "follow", "block", "blocked" })
        {
            await fixture.Sandbox.ExecuteAsync(
                """
                DELETE FROM follows; DELETE FROM blocks;
                INSERT INTO follows (account_id, target_id) SELECT @bob, @alice WHERE @relation = 'follow';
                INSERT INTO blocks (account_id, target_id) SELECT @bob, @alice WHERE @relation = 'block';
                INSERT INTO blocks (account_id, target_id) SELECT @alice, @bob WHERE @relation = 'blocked';
                """, new { alice = alice.Id, bob = bob.Id, relation });
            foreach (var visibility in Enum.GetValues<Visibility>())
            {
                foreach (var policy in Enum.GetValues<QuotePolicy>())
                {
                    await fixture.Sandbox.ExecuteAsync("UPDATE statuses SET visibility = @visibility, quote_policy = @policy WHERE id = @id", new { visibility = (short)visibility, policy = (short)policy, id });
                    foreach (var viewer in new[] { alice.Id, bob.Id })
                    {
                        var expected = QuoteRules.MayQuote(viewer == alice.Id, visibility, policy, relation is "follow", relation is "block" or "blocked");
                        if (await fixture.Sandbox.ScalarAsync<bool>(Sql, new { id, viewer }) != expected)
                        {
                            differences.Add($"{relation} {visibility} {policy} {(viewer == alice.Id ? "own" : "other")}: the code says {expected}");
                        }
                    }
                }
            }
        }

        Assert.Empty(differences);
    }
}
