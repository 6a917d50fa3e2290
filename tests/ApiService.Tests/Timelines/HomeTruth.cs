using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Timelines;

/// <summary>What a home timeline has to show, asked of PostgreSQL in the plainest words, apart from the product's own query.</summary>
internal static class HomeTruth
{
    private const string Sql =
        """
        SELECT s.id FROM statuses s
        WHERE s.account_id = @Id
           OR (s.account_id IN (SELECT target_id FROM follows WHERE account_id = @Id)
               AND (s.visibility <> 3 OR s.id IN (SELECT status_id FROM mentions WHERE account_id = @Id))
               AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id OR s.in_reply_to_account_id = @Id
                    OR s.in_reply_to_account_id IN (SELECT target_id FROM follows WHERE account_id = @Id)))
        ORDER BY s.id DESC
        """;

    /// <summary>Ids of the person's home, newest first, down to the first status.</summary>
    public static Task<List<long>> OfAsync(Sandbox sandbox, Person person) => sandbox.ListAsync<long>(Sql, new { person.Id });

    /// <summary>Reads the home whole, downwards and upwards, by pages of several sizes, and compares.</summary>
    public static async Task CheckAsync(Sandbox sandbox, Person person, params int[] limits)
    {
        var truth = await OfAsync(sandbox, person);
        foreach (var limit in limits is [] ? [40, 13] : limits)
        {
            var down = await person.PagesAsync($"/api/v1/timelines/home?limit={limit}");
            Assert.Equal(truth, down.SelectMany(page => page.Select(Answer.IdOf)));
            Assert.All(down.SkipLast(1), page => Assert.Equal(limit, page.Count));

            var up = await person.PagesAsync($"/api/v1/timelines/home?limit={limit}&min_id=1", "prev");
            Assert.Equal(truth, Enumerable.Reverse(up).SelectMany(page => page.Select(Answer.IdOf)));
            Assert.All(up.SkipLast(1), page => Assert.Equal(limit, page.Count));
        }
        if (truth.Count > 30)
        {
            Assert.Equal(truth[8..13], await person.HomeIdsAsync($"limit=5&min_id={truth[13]}"));
            Assert.Equal(truth[..5], await person.HomeIdsAsync($"limit=5&since_id={truth[13]}"));
            Assert.Equal(truth[..3], await person.HomeIdsAsync($"limit=5&since_id={truth[3]}"));
            Assert.Equal(truth[21..24], await person.HomeIdsAsync($"limit=5&max_id={truth[20]}&since_id={truth[24]}"));
        }
    }
}
