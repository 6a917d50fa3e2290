using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Timelines;

/// <summary>What a home timeline has to show, worked out status by status in the plainest way, apart from the product's own queries.</summary>
internal sealed class HomeTruth
{
    private const long ReblogWindowMilliseconds = 24 * 60 * 60 * 1000;

    private readonly long _reader;
    private readonly Dictionary<long, Follow> _follows;
    private readonly HashSet<long> _unwanted;
    private readonly HashSet<long> _blockers;
    private readonly HashSet<long> _apart;
    private readonly ILookup<long, long> _mentions;
    private readonly HashSet<long> _tagged;
    private readonly List<Status> _statuses;

    private HomeTruth(long reader, IEnumerable<Follow> follows, IEnumerable<long> unwanted, IEnumerable<long> blockers, IEnumerable<long> apart, IEnumerable<Mention> mentions, IEnumerable<long> tagged, List<Status> statuses)
    {
        _reader = reader;
        _follows = follows.ToDictionary(follow => follow.TargetId);
        (_unwanted, _blockers, _apart, _tagged) = ([.. unwanted], [.. blockers], [.. apart], [.. tagged]);
        _mentions = mentions.ToLookup(mention => mention.StatusId, mention => mention.AccountId);
        _statuses = statuses;
    }

    /// <summary>Ids of the person's home, newest first, down to the first status.</summary>
    public static async Task<List<long>> OfAsync(Sandbox sandbox, Person person)
    {
        var reader = new { person.Id };
        var truth = new HomeTruth(
            person.Id,
            await sandbox.ListAsync<Follow>("SELECT target_id, show_reblogs, languages FROM follows WHERE account_id = @Id", reader),
            await sandbox.ListAsync<long>("SELECT target_id FROM blocks WHERE account_id = @Id UNION SELECT target_id FROM mutes WHERE account_id = @Id AND coalesce(expires_at, 'infinity') > now()", reader),
            await sandbox.ListAsync<long>("SELECT account_id FROM blocks WHERE target_id = @Id", reader),
            await sandbox.ListAsync<long>("SELECT m.target_id FROM lists l JOIN list_accounts m ON m.list_id = l.id WHERE l.account_id = @Id AND l.exclusive", reader),
            await sandbox.ListAsync<Mention>("SELECT status_id, account_id FROM mentions"),
            await sandbox.ListAsync<long>("SELECT h.status_id FROM status_hashtags h JOIN tag_follows t USING (hashtag) WHERE t.account_id = @Id", reader),
            await sandbox.ListAsync<Status>("SELECT id, account_id, visibility, language, in_reply_to_account_id, reblog_of_id, reblog_of_account_id FROM statuses ORDER BY id"));
        return [.. truth.Home().Reverse()];
    }

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

    private IEnumerable<long> Home()
    {
        // Oldest first; when each status was last in sight, itself or as a reblog.
        var seen = new Dictionary<long, long>();
        foreach (var status in _statuses)
        {
            var at = status.Id >> 16;
            var original = status.ReblogOfId ?? status.Id;
            var isRepeated = status.ReblogOfId is not null && seen.TryGetValue(original, out var before) && at - before < ReblogWindowMilliseconds;
            if (CountsAsSeen(status))
            {
                seen[original] = at;
            }
            if (!isRepeated && (status.AccountId == _reader || IsWelcome(status)) && (status.ReblogOfAccountId is not { } author || !(_unwanted.Contains(author) || _blockers.Contains(author))))
            {
                yield return status.Id;
            }
        }
    }

    private bool CountsAsSeen(Status status) => status.AccountId == _reader
        || (_follows.TryGetValue(status.AccountId, out var follow) && (status.ReblogOfId is null || follow.ShowReblogs) && !_unwanted.Contains(status.AccountId));

    private bool IsWelcome(Status status)
    {
        var author = status.AccountId;
        if (_unwanted.Contains(author) || _blockers.Contains(author) || _apart.Contains(author) || _mentions[status.Id].Any(_unwanted.Contains))
        {
            return false;
        }
        if (status is { Visibility: 0, ReblogOfId: null } && _tagged.Contains(status.Id))
        {
            return true;
        }
        if (!_follows.TryGetValue(author, out var follow) || (status.Visibility == 3 && !_mentions[status.Id].Contains(_reader)))
        {
            return false;
        }
        if (status.InReplyToAccountId is { } answered && answered != author && answered != _reader && !_follows.ContainsKey(answered))
        {
            return false;
        }
        return (status.ReblogOfId is null || follow.ShowReblogs) && (follow.Languages is null || status.Language is null || follow.Languages.Contains(status.Language));
    }

    private sealed record Follow(long TargetId, bool ShowReblogs, string[]? Languages);

    private sealed record Mention(long StatusId, long AccountId);

    private sealed record Status(long Id, long AccountId, short Visibility, string? Language, long? InReplyToAccountId, long? ReblogOfId, long? ReblogOfAccountId);
}
