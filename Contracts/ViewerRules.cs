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

    /// <summary>Whether <paramref name="viewer"/> (NULL: anybody) may see status <c>s</c>. The reference for table-like tests is <c>StatusRules.MaySee</c>.</summary>
    public static string MaySee(string viewer) =>
        $"""
        (s.account_id = {viewer} OR (NOT {IsBlockedBy(viewer, "s.account_id")} AND (
            s.visibility < 2
            OR EXISTS (SELECT FROM mentions v WHERE v.account_id = {viewer} AND v.status_id = s.id)
            OR (s.visibility = 2 AND EXISTS (SELECT FROM follows v WHERE v.account_id = {viewer} AND v.target_id = s.account_id)))))
        """;

    /// <summary>Whether status <c>s</c> is to be shown to <paramref name="viewer"/> in a timeline of many authors: seen, and neither blocked nor muted.</summary>
    public static string IsShown(string viewer) => $"({MaySee(viewer)} AND NOT {IsUnwanted(viewer, "s.account_id")})";
}
