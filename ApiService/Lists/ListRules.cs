using Microblog.Contracts;

namespace Microblog.ApiService.Lists;

/// <summary>
/// What a list shows, stated once, as SQL: for its timeline and for its stream. The arguments are SQL expressions of account ids:
/// parameters or columns, never a client's text.
/// </summary>
public static class ListRules
{
    /// <summary>
    /// Whether status <c>s</c> of a member is shown in list <c>l</c> of <paramref name="viewer"/>. Direct ones never are. The options of the
    /// follow hold here as at home: reblogs, languages. Of the replies, those that the list's policy names.
    /// </summary>
    public static string Shows(string viewer) =>
        $"""
        (s.visibility < 3 AND {ViewerRules.IsShown(viewer)}
            AND (s.account_id = {viewer} OR EXISTS (
                SELECT FROM follows lf WHERE lf.account_id = {viewer} AND lf.target_id = s.account_id
                    AND (s.reblog_of_id IS NULL OR lf.show_reblogs) AND (lf.languages IS NULL OR s.language IS NULL OR s.language = ANY(lf.languages))))
            AND (s.reblog_of_id IS NULL OR NOT (
                {ViewerRules.IsUnwanted(viewer, "s.reblog_of_account_id")} OR {ViewerRules.IsBlockedBy(viewer, "s.reblog_of_account_id")} OR {ViewerRules.IsSuspended("s.reblog_of_account_id")}))
            AND NOT EXISTS (SELECT FROM mentions lm WHERE lm.status_id = s.id AND lm.account_id <> {viewer} AND {ViewerRules.IsUnwanted(viewer, "lm.account_id")})
            AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id IN (s.account_id, {viewer})
                OR (l.replies_policy = {RepliesPolicies.List} AND EXISTS (SELECT FROM list_accounts lr WHERE lr.account_id = {viewer} AND lr.list_id = l.id AND lr.target_id = s.in_reply_to_account_id))
                OR (l.replies_policy = {RepliesPolicies.Followed} AND EXISTS (SELECT FROM follows lr WHERE lr.account_id = {viewer} AND lr.target_id = s.in_reply_to_account_id))))
        """;
}
