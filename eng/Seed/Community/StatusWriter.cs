using Microblog.Seed.Texts;

namespace Microblog.Seed.Community;

/// <summary>Writes the statuses: who says what, to whom, and who may see it.</summary>
internal sealed class StatusWriter
{
    private const double ReplyShare = 0.25;
    private const double MentionShare = 0.1;
    private const double HashtagShare = 0.3;
    private const double UnlistedShare = 0.07;
    private const double PrivateShare = 0.05;

    // Conversations are about what was said lately.
    private const int ReplyWindow = 300;
    private const int ReplyDraws = 12;

    private static readonly string[] Openings =
    [
        "", "", "", "That reminds me:", "As they say:", "True!", "Or, put differently:", "My grandmother used to say:",
        "Not sure about that.", "Well,", "Indeed.", "There is a saying for this:", "I would add:",
    ];

    private readonly SeedAccount[] _accounts;
    private readonly FollowGraph _graph;
    private readonly SeedText[] _texts;
    private readonly int[] _authors;
    private readonly Dice _dice;
    private readonly List<StatusPlan> _written;

    private StatusWriter(
        int seed, int count, SeedAccount[] accounts, FollowGraph graph, IReadOnlyList<SeedText> texts)
    {
        _accounts = accounts;
        _graph = graph;
        _dice = new Dice(seed, "statuses");
        _authors = AuthorActivity.Draw(new Dice(seed, "authors"), graph, count);
        _written = new List<StatusPlan>(count);
        _texts = texts.ToArray();
        _dice.Shuffle(_texts);
    }

    /// <summary>Writes <paramref name="count"/> statuses in the order in which they are to be posted.</summary>
    /// <param name="seed">The seed number of the community.</param>
    /// <param name="count">How many statuses.</param>
    /// <param name="accounts">The authors.</param>
    /// <param name="graph">Who follows whom; replies and mentions mostly stay among people who know each other.</param>
    /// <param name="texts">The material; when there is less than needed it is used again.</param>
    public static IReadOnlyList<StatusPlan> Write(
        int seed, int count, SeedAccount[] accounts, FollowGraph graph, IReadOnlyList<SeedText> texts)
    {
        var writer = new StatusWriter(seed, count, accounts, graph, texts);
        for (var i = 0; i < count; i++)
        {
            writer._written.Add(writer.WriteNext(i));
        }

        return writer._written;
    }

    private StatusPlan WriteNext(int index)
    {
        var author = _authors[index];
        var text = _texts[index % _texts.Length];
        var draft = text.Body;
        var replyTo = _dice.Chance(ReplyShare) ? FindParent(author) : null;

        if (replyTo is { } parent)
        {
            var opening = _dice.Pick(Openings);
            draft = $"@{_accounts[_written[parent].Author].Username} {opening}{(opening.Length > 0 ? " " : "")}{draft}";
            replyTo = TextRules.Fits(draft) ? parent : null;
            draft = replyTo is null ? text.Body : draft;
        }
        else if (_dice.Chance(MentionShare))
        {
            draft = AddMention(author, draft);
        }

        return new(author, AddHashtag(draft, text.Hashtag), DrawVisibility(), replyTo);
    }

    // Somebody whom the author follows and whose status the author may see.
    private int? FindParent(int author)
    {
        var window = Math.Min(ReplyWindow, _written.Count);
        for (var draw = 0; draw < ReplyDraws && window > 0; draw++)
        {
            var candidate = _written.Count - 1 - _dice.Next(window);
            var status = _written[candidate];
            if (status.Visibility != "private" && _graph.Following[author].Contains(status.Author))
            {
                return candidate;
            }
        }

        return null;
    }

    private string AddMention(int author, string text)
    {
        var friends = _graph.Followers[author];
        if (friends.Count == 0)
        {
            return text;
        }

        var name = _accounts[_dice.Pick(friends)].Username;
        var draft = _dice.Chance(0.5) ? $"@{name} {text}" : $"{text} (via @{name})";
        return TextRules.Fits(draft) ? draft : text;
    }

    private string AddHashtag(string text, string hashtag)
    {
        var draft = $"{text} #{hashtag}";
        return _dice.Chance(HashtagShare) && TextRules.Fits(draft) ? draft : text;
    }

    private string DrawVisibility() => _dice.NextDouble() switch
    {
        < UnlistedShare => "unlisted",
        < UnlistedShare + PrivateShare => "private",
        _ => "public",
    };
}
