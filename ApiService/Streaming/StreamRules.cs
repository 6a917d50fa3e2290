using Microblog.ApiService.Lists;
using Microblog.Contracts;

namespace Microblog.ApiService.Streaming;

/// <summary>
/// What belongs in which stream, stated once, as SQL: for the live events, where it is asked for many viewers at once, and for
/// those of a pause. The arguments are SQL expressions, parameters or columns, never a client's text.
/// </summary>
public static class StreamRules
{
    /// <summary>Whether status <c>s</c> is for the public timelines: public, and no answer to somebody else.</summary>
    public const string IsPublic = "(s.visibility = 0 AND s.reblog_of_id IS NULL AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id))";

    /// <summary>Whether status <c>s</c> belongs in a stream.</summary>
    public static string Includes(StreamContent content, string viewer, string tag, string list) => content switch
    {
        StreamContent.Home => HomeRules.IsInHome(viewer),
        StreamContent.Public => $"({IsPublic} AND {ViewerRules.IsShown(viewer)})",
        StreamContent.Hashtag => $"(s.visibility = 0 AND s.reblog_of_id IS NULL AND EXISTS (SELECT FROM status_hashtags h WHERE h.hashtag = {tag} AND h.status_id = s.id) AND {ViewerRules.IsShown(viewer)})",
        StreamContent.List =>
            $"""
            EXISTS (SELECT FROM lists l JOIN list_accounts la ON la.account_id = l.account_id AND la.list_id = l.id
                WHERE l.account_id = {viewer} AND l.id = {list} AND la.target_id = s.account_id AND {ListRules.Shows(viewer)})
            """,
        _ => "false",
    };

    /// <summary>Whether deleted status <c>d</c> may have been in a stream. An id too many does no harm; one that was never for the viewer's eyes is still not told.</summary>
    public static string IncludesDeleted(StreamContent content, string viewer, string tag, string list) => content switch
    {
        StreamContent.Home =>
            $"""
            (d.account_id = {viewer} OR {viewer} = ANY(d.mentioned)
                OR (d.visibility = 0 AND EXISTS (SELECT FROM tag_follows t WHERE t.account_id = {viewer} AND t.hashtag = ANY(d.hashtags)))
                OR (d.visibility < 3 AND EXISTS (SELECT FROM follows f WHERE f.account_id = {viewer} AND f.target_id = d.account_id)))
            """,
        StreamContent.Public => "(d.visibility = 0 AND d.reblog_of_id IS NULL)",
        StreamContent.Hashtag => $"(d.visibility = 0 AND {tag} = ANY(d.hashtags))",
        StreamContent.List =>
            $"""
            (d.visibility < 3 AND EXISTS (SELECT FROM list_accounts la WHERE la.list_id = {list} AND la.account_id = {viewer} AND la.target_id = d.account_id)
                AND (d.account_id = {viewer} OR EXISTS (SELECT FROM follows f WHERE f.account_id = {viewer} AND f.target_id = d.account_id)))
            """,
        _ => "false",
    };
}
