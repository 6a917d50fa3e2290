namespace Microblog.Seed.Community;

/// <summary>Decides who writes each status: people with many followers tend to write more.</summary>
internal static class AuthorActivity
{
    // Mastodon lets an account post 300 statuses in three hours; a seeded author stays below.
    private const int UsualLimit = 250;

    /// <summary>Draws the author of each of <paramref name="count"/> statuses.</summary>
    public static int[] Draw(Dice dice, FollowGraph graph, int count)
    {
        var accounts = graph.Followers.Count;
        var limit = Math.Max(UsualLimit, 4 * count / accounts);
        var sums = new double[accounts];
        var total = 0.0;
        for (var i = 0; i < accounts; i++)
        {
            total += Math.Sqrt(graph.Followers[i].Count + 1) * Mood(dice);
            sums[i] = total;
        }

        var written = new int[accounts];
        var authors = new int[count];
        for (var i = 0; i < count; i++)
        {
            var author = Find(sums, dice.NextDouble() * total);
            while (written[author] >= limit)
            {
                author = dice.Next(accounts);
            }

            written[author]++;
            authors[i] = author;
        }

        return authors;
    }

    // Between a tenth and ten times as much as others of the same standing.
    private static double Mood(Dice dice) => Math.Pow(10, (2 * dice.NextDouble()) - 1);

    private static int Find(double[] sums, double value)
    {
        var found = Array.BinarySearch(sums, value);
        return Math.Min(found < 0 ? ~found : found + 1, sums.Length - 1);
    }
}
