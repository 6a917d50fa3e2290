using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Quotes;

/// <summary>Who may quote what, for whom the quote is, and in which state a reader finds it.</summary>
public static class QuoteRules
{
    /// <summary>SQL: may <c>@viewer</c>, who can see status <c>s</c>, quote it? The same rule as <see cref="MayQuote"/>.</summary>
    public const string MayQuoteSql =
        """
        (s.visibility < 3 AND (s.account_id = @viewer OR (s.visibility < 2
            AND (s.quote_policy = 0 OR (s.quote_policy = 1 AND EXISTS (SELECT FROM follows qf WHERE qf.account_id = @viewer AND qf.target_id = s.account_id)))
            AND NOT EXISTS (SELECT FROM blocks qb WHERE (qb.account_id = @viewer AND qb.target_id = s.account_id) OR (qb.account_id = s.account_id AND qb.target_id = @viewer)))))
        """;

    /// <summary>Whether somebody who can see a status may quote it.</summary>
    /// <param name="isOwn">Whether it is the viewer's own.</param>
    /// <param name="visibility">Who can see it.</param>
    /// <param name="policy">Whom its author lets quote it.</param>
    /// <param name="followsAuthor">Whether the viewer follows its author.</param>
    /// <param name="isBlock">Whether either of the two has blocked the other.</param>
    public static bool MayQuote(bool isOwn, Visibility visibility, QuotePolicy policy, bool followsAuthor, bool isBlock) => visibility switch
    {
        Visibility.Direct => false,
        _ when isOwn => true,
        Visibility.Private => false,
        _ => !isBlock && Effective(policy, visibility) switch
        {
            QuotePolicy.Public => true,
            QuotePolicy.Followers => followsAuthor,
            _ => false,
        },
    };

    /// <summary>The policy that counts: what is not for everybody is not for others to quote.</summary>
    public static QuotePolicy Effective(QuotePolicy policy, Visibility visibility) => visibility is Visibility.Public or Visibility.Unlisted ? policy : QuotePolicy.Nobody;

    /// <summary>Who may see a quote: of what is for followers, not more than they.</summary>
    public static Visibility Narrowed(Visibility asked, Visibility quoted) => quoted is Visibility.Private && asked is not Visibility.Direct ? Visibility.Private : asked;

    /// <summary>The state of a quote for a reader (https://docs.joinmastodon.org/entities/Quote/#state).</summary>
    /// <param name="isRevoked">Whether the author of the quoted status took it back.</param>
    /// <param name="isThere">Whether the quoted status still exists.</param>
    /// <param name="isVisible">Whether the reader may see it.</param>
    /// <param name="isBlocked">Whether the reader has blocked its author.</param>
    /// <param name="isMuted">Whether the reader has muted its author.</param>
    public static string State(bool isRevoked, bool isThere, bool isVisible, bool isBlocked, bool isMuted) =>
        isRevoked ? "revoked"
        : !isThere ? "deleted"
        : !isVisible ? "unauthorized"
        : isBlocked ? "blocked_account"
        : isMuted ? "muted_account"
        : "accepted";
}
