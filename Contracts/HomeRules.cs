namespace Microblog.Contracts;

/// <summary>
/// Which statuses a home timeline shows, stated once, as SQL: the fan-out, the merge after a follow, the rebuild, the cold read
/// and the last check before a page leaves all use this text, so that they cannot disagree. What a cached list holds
/// (<see cref="Holds"/>) is wider than what is shown (<see cref="IsInHome"/>): what a reader can change with a click (mutes,
/// blocks, reblogs, languages, exclusive lists) is decided at read, so that it works at once and can be taken back.
/// The arguments are SQL expressions of account ids: parameters or columns, never a client's text.
/// </summary>
public static class HomeRules
{
    /// <summary>A reblog is not shown when the home showed the same status less than this before (docs/decisions/0008-reblogs-at-read.md).</summary>
    public static readonly TimeSpan ReblogWindow = TimeSpan.FromHours(24);

    /// <summary>The window as a difference of ids, which begin with milliseconds.</summary>
    private static readonly long WindowInIds = (long)ReblogWindow.TotalMilliseconds << 16;

    /// <summary>
    /// Whether status <c>s</c> of the account itself or of somebody it follows is for its home: direct ones only when it is
    /// mentioned; replies only when they answer the account, their own author, or somebody it follows too.
    /// </summary>
    public static string Shows(string account) =>
        $"""
        (s.account_id = {account} OR (
            (s.visibility < 3 OR EXISTS (SELECT FROM mentions m WHERE m.account_id = {account} AND m.status_id = s.id))
            AND (s.in_reply_to_account_id IS NULL
                OR s.in_reply_to_account_id IN (s.account_id, {account})
                OR EXISTS (SELECT FROM follows r WHERE r.account_id = {account} AND r.target_id = s.in_reply_to_account_id))))
        """;

    /// <summary>Whether public status <c>s</c>, of whomever, has a hashtag that the account follows.</summary>
    public static string IsTagged(string account) =>
        $"""
        (s.visibility = 0 AND s.reblog_of_id IS NULL AND EXISTS (
            SELECT FROM status_hashtags th JOIN tag_follows tf ON tf.hashtag = th.hashtag WHERE th.status_id = s.id AND tf.account_id = {account}))
        """;

    /// <summary>Whether status <c>s</c>, of whomever, is in the cached list of the account: the account's own, what <see cref="Shows"/> of those it follows, and <see cref="IsTagged"/>.</summary>
    public static string Holds(string account) =>
        $"(((s.account_id = {account} OR {Follows(account, "s.account_id")}) AND {Shows(account)}) OR {IsTagged(account)})";

    /// <summary>Whether status <c>s</c> is in the account's home now.</summary>
    public static string IsInHome(string account) =>
        $"""
        ((s.account_id = {account} OR (
            NOT {ViewerRules.IsUnwanted(account, "s.account_id")}
            AND NOT {ViewerRules.IsBlockedBy(account, "s.account_id")}
            AND NOT EXISTS (SELECT FROM list_accounts la JOIN lists l ON l.account_id = la.account_id AND l.id = la.list_id
                WHERE la.account_id = {account} AND la.target_id = s.account_id AND l.exclusive)
            AND NOT EXISTS (SELECT FROM mentions named WHERE named.status_id = s.id AND named.account_id <> {account} AND {ViewerRules.IsUnwanted(account, "named.account_id")})
            AND ({IsTagged(account)} OR ({Shows(account)} AND EXISTS (
                SELECT FROM follows f WHERE f.account_id = {account} AND f.target_id = s.account_id
                    AND (s.reblog_of_id IS NULL OR f.show_reblogs)
                    AND (f.languages IS NULL OR s.language IS NULL OR s.language = ANY(f.languages)))))))
        AND (s.reblog_of_id IS NULL OR (
            NOT {ViewerRules.IsUnwanted(account, "s.reblog_of_account_id")}
            AND NOT {ViewerRules.IsBlockedBy(account, "s.reblog_of_account_id")}
            AND NOT {WasShown(account)})))
        """;

    /// <summary>
    /// Query for the ids that the cached list of a home holds between two bounds: the newest few of each followed account and
    /// hashtag, joined. Its cost does not grow with what they wrote before. Parameters: <c>@viewer</c>, <c>@max</c> and
    /// <c>@min</c> (exclusive), <c>@take</c>.
    /// </summary>
    /// <param name="upwards">True to read from <c>@min</c> upwards, oldest first.</param>
    public static string Ids(bool upwards)
    {
        var order = upwards ? "ASC" : "DESC";
        return
            $"""
            SELECT n.id FROM (
                SELECT o.id
                FROM (SELECT target_id AS id FROM follows WHERE account_id = @viewer UNION ALL SELECT @viewer) a
                CROSS JOIN LATERAL (
                    SELECT s.id FROM statuses s
                    WHERE s.account_id = a.id AND s.id < @max AND s.id > @min AND {Shows("@viewer")}
                    ORDER BY s.id {order} LIMIT @take) o
                UNION
                SELECT o.id
                FROM tag_follows t
                CROSS JOIN LATERAL (
                    SELECT s.id FROM status_hashtags h JOIN statuses s ON s.account_id = h.account_id AND s.id = h.status_id
                    WHERE h.hashtag = t.hashtag AND h.status_id < @max AND h.status_id > @min AND s.visibility = 0 AND s.reblog_of_id IS NULL
                    ORDER BY h.status_id {order} LIMIT @take) o
                WHERE t.account_id = @viewer) n
            ORDER BY n.id {order} LIMIT @take
            """;
    }

    private static string Follows(string account, string other) => $"EXISTS (SELECT FROM follows fo WHERE fo.account_id = {account} AND fo.target_id = {other})";

    /// <summary>Whether the original of reblog <c>s</c>, or an earlier reblog of it, was in the home shortly before.</summary>
    private static string WasShown(string account) =>
        $"""
        EXISTS (SELECT FROM statuses e
            WHERE (e.id = s.reblog_of_id OR e.reblog_of_id = s.reblog_of_id) AND e.id < s.id AND e.id > s.id - {WindowInIds}
                AND (e.account_id = {account} OR (
                    EXISTS (SELECT FROM follows ef WHERE ef.account_id = {account} AND ef.target_id = e.account_id AND (e.reblog_of_id IS NULL OR ef.show_reblogs))
                    AND NOT {ViewerRules.IsUnwanted(account, "e.account_id")})))
        """;
}
