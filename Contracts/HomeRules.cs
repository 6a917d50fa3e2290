namespace Microblog.Contracts;

/// <summary>
/// Which statuses a home timeline shows, stated once, as SQL: the fan-out, the merge after a follow, the rebuild, the cold read
/// and the last check before a page leaves all use this text, so that they cannot disagree.
/// </summary>
public static class HomeRules
{
    /// <summary>
    /// Whether status <c>s</c> of the account itself or of somebody it follows belongs in its home: direct ones only when it is
    /// mentioned; replies only when they answer the account, their own author, or somebody it follows too.
    /// </summary>
    /// <param name="account">SQL expression of the id of the account whose home it is: a parameter or column, never a client's text.</param>
    public static string Shows(string account) =>
        $"""
        (s.account_id = {account} OR (
            (s.visibility < 3 OR EXISTS (SELECT FROM mentions m WHERE m.account_id = {account} AND m.status_id = s.id))
            AND (s.in_reply_to_account_id IS NULL
                OR s.in_reply_to_account_id IN (s.account_id, {account})
                OR EXISTS (SELECT FROM follows r WHERE r.account_id = {account} AND r.target_id = s.in_reply_to_account_id))))
        """;

    /// <summary>Whether status <c>s</c>, of whomever, is in the account's home now: <see cref="Shows"/>, and a follow of its author that still stands.</summary>
    /// <param name="account">As for <see cref="Shows"/>.</param>
    public static string IsInHome(string account) =>
        $"((s.account_id = {account} OR EXISTS (SELECT FROM follows f WHERE f.account_id = {account} AND f.target_id = s.account_id)) AND {Shows(account)})";

    /// <summary>
    /// Query for the ids of a home between two bounds: the newest few of each followed account, joined. Its cost does not grow
    /// with what they wrote before. Parameters: <c>@viewer</c>, <c>@max</c> and <c>@min</c> (exclusive), <c>@take</c>.
    /// </summary>
    /// <param name="upwards">True to read from <c>@min</c> upwards, oldest first.</param>
    public static string Ids(bool upwards)
    {
        var order = upwards ? "ASC" : "DESC";
        return
            $"""
            SELECT n.id
            FROM (SELECT target_id AS id FROM follows WHERE account_id = @viewer UNION ALL SELECT @viewer) a
            CROSS JOIN LATERAL (
                SELECT s.id FROM statuses s
                WHERE s.account_id = a.id AND s.id < @max AND s.id > @min AND {Shows("@viewer")}
                ORDER BY s.id {order} LIMIT @take) n
            ORDER BY n.id {order} LIMIT @take
            """;
    }
}
