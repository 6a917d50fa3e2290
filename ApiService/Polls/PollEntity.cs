using Microblog.ApiService.Http;

namespace Microblog.ApiService.Polls;

/// <summary>https://docs.joinmastodon.org/entities/Poll/; a poll's id is that of its status.</summary>
public sealed record PollEntity(
    string Id, DateTime? ExpiresAt, bool Expired, bool Multiple, long VotesCount, long? VotersCount, IReadOnlyList<PollOption> Options, IReadOnlyList<EmptyBody> Emojis,
    bool Voted, IReadOnlyList<short> OwnVotes);

/// <summary>One answer of a poll; its count is null while the poll hides it.</summary>
public sealed record PollOption(string Title, long? VotesCount);

/// <summary>A poll as read from the database.</summary>
public sealed record PollRow(long StatusId, long AccountId, string[] Options, long[] Tallies, bool Multiple, bool HideTotals, long VotersCount, DateTime ExpiresAt)
{
    /// <summary>Columns of this record, for a query with <c>polls p</c>.</summary>
    public const string Columns = "p.status_id, p.account_id, p.options, p.tallies, p.multiple, p.hide_totals, p.voters_count, p.expires_at";

    /// <summary>The poll as the API shows it.</summary>
    /// <param name="viewer">Who looks at it. Its author counts as having voted, so that no client offers it.</param>
    /// <param name="ownVotes">The viewer's votes; null when nobody is logged in.</param>
    public PollEntity ToEntity(long? viewer, short[]? ownVotes)
    {
        var expired = ExpiresAt <= DateTime.UtcNow;
        var shows = expired || !HideTotals;
        return new PollEntity(
            StatusId.ToApi(), ExpiresAt, expired, Multiple, Tallies.Sum(), VotersCount,
            [.. Options.Select((title, i) => new PollOption(title, shows ? Tallies[i] : null))], [], Voted: viewer == AccountId || ownVotes is { Length: > 0 }, ownVotes ?? []);
    }
}
