namespace Microblog.ApiService.Polls;

/// <summary>Who may vote for what.</summary>
public static class PollRules
{
    /// <summary>What is wrong with a vote, in the words that Mastodon's clients know; null when it counts.</summary>
    /// <param name="poll">The poll.</param>
    /// <param name="voter">Who votes.</param>
    /// <param name="choices">Positions of the options chosen, each once.</param>
    /// <param name="earlier">What the voter has chosen before.</param>
    /// <param name="now">Present time, UTC.</param>
    public static string? Refusal(PollRow poll, long voter, IReadOnlyCollection<int> choices, IReadOnlyCollection<short> earlier, DateTime now) =>
        poll.ExpiresAt <= now ? "The poll has already ended"
        : poll.AccountId == voter ? "You cannot vote in your own polls"
        : choices.Count == 0 ? "Choices can't be blank"
        : choices.Any(choice => choice < 0 || choice >= poll.Options.Length) ? "The chosen vote option does not exist"
        // Several choices at once are refused with the same words: a vote for the first would make the second one too many.
        : !poll.Multiple && choices.Count + earlier.Count > 1 ? "You have already voted on this poll"
        : choices.Any(choice => earlier.Contains((short)choice)) ? "You have already voted on this poll"
        : null;
}
