namespace Microblog.Contracts;

/// <summary>Who may see whom, stated once, as SQL. The arguments are SQL expressions of account ids: parameters or columns, never a client's text.</summary>
public static class ViewerRules
{
    /// <summary>Whether <paramref name="author"/> has blocked <paramref name="viewer"/>, who then sees nothing of theirs. False for NULL viewers.</summary>
    public static string IsBlockedBy(string viewer, string author) =>
        $"EXISTS (SELECT FROM blocks bb WHERE bb.account_id = {author} AND bb.target_id = {viewer})";

    /// <summary>Whether <paramref name="viewer"/> has blocked or muted <paramref name="author"/>: may see what they wrote, but does not want it shown. False for NULL viewers.</summary>
    public static string IsUnwanted(string viewer, string author) =>
        $"""
        (EXISTS (SELECT FROM blocks ub WHERE ub.account_id = {viewer} AND ub.target_id = {author})
            OR EXISTS (SELECT FROM mutes um WHERE um.account_id = {viewer} AND um.target_id = {author} AND (um.expires_at IS NULL OR um.expires_at > now())))
        """;

    /// <summary>Whether the account is gone for everybody, by a moderator or by its own wish.</summary>
    public static string IsSuspended(string account) => $"EXISTS (SELECT FROM accounts sa WHERE sa.id = {account} AND sa.suspended_at IS NOT NULL)";

    /// <summary>Whether <paramref name="author"/> is limited and <paramref name="viewer"/>, whom it is kept from then, neither follows it nor is it.</summary>
    public static string IsLimited(string viewer, string author) =>
        $"""
        (EXISTS (SELECT FROM accounts la WHERE la.id = {author} AND la.limited_at IS NOT NULL)
            AND {author} IS DISTINCT FROM {viewer} AND NOT EXISTS (SELECT FROM follows lf WHERE lf.account_id = {viewer} AND lf.target_id = {author}))
        """;

    /// <summary>Whether <paramref name="viewer"/> (NULL: anybody) may see status <c>s</c>. The reference for table-like tests is <c>StatusRules.MaySee</c>.</summary>
    public static string MaySee(string viewer) =>
        $"""
        (s.account_id = {viewer} OR (NOT {IsSuspended("s.account_id")} AND NOT {IsBlockedBy(viewer, "s.account_id")} AND (
            s.visibility < 2
            OR EXISTS (SELECT FROM mentions v WHERE v.account_id = {viewer} AND v.status_id = s.id)
            OR (s.visibility = 2 AND EXISTS (SELECT FROM follows v WHERE v.account_id = {viewer} AND v.target_id = s.account_id)))))
        """;

    /// <summary>Whether status <c>s</c> is to be shown to <paramref name="viewer"/> in a timeline of many authors: seen, and neither blocked, muted nor limited.</summary>
    public static string IsShown(string viewer) => $"({MaySee(viewer)} AND NOT {IsUnwanted(viewer, "s.account_id")} AND NOT {IsLimited(viewer, "s.account_id")})";
}
