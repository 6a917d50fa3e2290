namespace Microblog.FeedWorker;

/// <summary>The one statement that makes notifications, whatever they are of.</summary>
internal static class NotificationSql
{
    /// <summary>Hours that one group of notifications spans at most, and time within which an account counts as new, a follower as fresh.</summary>
    private const int GroupHours = 12;

    /// <summary>
    /// Inserts what the recipients want, as their policy says, and returns what is there now, also what an earlier delivery of the message has inserted.
    /// </summary>
    /// <param name="candidates">Query for <c>account_id, type, from_account_id, status_id</c>; the latter NULL where there is none.</param>
    /// <param name="thenDelete">Condition of notifications to take back first, for alias <c>n</c>; null for none.</param>
    public static string Insert(string candidates, string? thenDelete = null) =>
        $"""
        {(thenDelete is null ? "" : $"DELETE FROM notifications n WHERE {thenDelete};")}
        WITH candidates AS ({candidates}),
        welcome AS (
            SELECT n.*, {Disposition} AS disposition FROM candidates n WHERE n.account_id <> n.from_account_id AND {IsWelcome}),
        inserted AS (
            INSERT INTO notifications (account_id, type, from_account_id, status_id, group_key, filtered)
            SELECT w.account_id, w.type, w.from_account_id, w.status_id, {GroupKey}, w.disposition = 'filter'
            FROM welcome w WHERE w.disposition <> 'drop'
            ON CONFLICT DO NOTHING
            RETURNING id, account_id, from_account_id, type, status_id, filtered),
        requested AS (
            INSERT INTO notification_requests (account_id, from_account_id)
            SELECT DISTINCT account_id, from_account_id FROM inserted WHERE filtered
            ON CONFLICT (account_id, from_account_id) DO UPDATE SET updated_at = now())
        SELECT id, account_id, from_account_id, type, status_id, filtered FROM inserted
        UNION ALL
        SELECT n.id, n.account_id, n.from_account_id, n.type, n.status_id, n.filtered
        FROM notifications n JOIN welcome w ON w.account_id = n.account_id AND w.type = n.type AND w.from_account_id = n.from_account_id AND coalesce(w.status_id, 0) = coalesce(n.status_id, 0)
        ORDER BY id
        """;

    /// <summary>Neither side has blocked the other, the sender is not muted with notifications, the thread is not muted, and a mention addresses nobody whom the recipient blocks.</summary>
    private const string IsWelcome =
        """
        NOT EXISTS (SELECT FROM blocks b WHERE (b.account_id = n.account_id AND b.target_id = n.from_account_id) OR (b.account_id = n.from_account_id AND b.target_id = n.account_id))
            AND NOT EXISTS (SELECT FROM mutes m WHERE m.account_id = n.account_id AND m.target_id = n.from_account_id AND m.notifications AND (m.expires_at IS NULL OR m.expires_at > now()))
            AND NOT EXISTS (SELECT FROM conversation_mutes c JOIN statuses x ON x.conversation_id = c.conversation_id WHERE c.account_id = n.account_id AND x.id = n.status_id)
            AND (n.type <> 'mention' OR NOT EXISTS (
                SELECT FROM mentions o JOIN blocks b ON b.account_id = n.account_id AND b.target_id = o.account_id WHERE o.status_id = n.status_id))
        """;

    private const string IsFollowing = "EXISTS (SELECT FROM follows f WHERE f.account_id = n.account_id AND f.target_id = n.from_account_id)";

    /// <summary>
    /// What the recipient's policy does with it: the strictest of what it says for each kind that the sender is. What was asked for
    /// (a poll's end, an edit of what one reblogged or quoted, a status of somebody one wants to hear of) and senders let through by hand pass.
    /// </summary>
    private const string Disposition =
        $"""
        CASE
            WHEN n.type IN ('poll', 'update', 'quoted_update', 'status', 'admin.sign_up', 'admin.report')
                OR EXISTS (SELECT FROM notification_permissions p WHERE p.account_id = n.account_id AND p.from_account_id = n.from_account_id) THEN 'accept'
            ELSE (
                SELECT CASE WHEN 'drop' = ANY(v.values) THEN 'drop' WHEN 'filter' = ANY(v.values) THEN 'filter' ELSE 'accept' END
                FROM (SELECT) one
                LEFT JOIN notification_policies p ON p.account_id = n.account_id
                JOIN accounts sender ON sender.id = n.from_account_id
                LEFT JOIN statuses said ON said.id = n.status_id
                CROSS JOIN LATERAL (SELECT ARRAY[
                    CASE WHEN p.for_not_following <> 'accept' AND NOT {IsFollowing} THEN p.for_not_following END,
                    CASE WHEN p.for_not_followers <> 'accept' AND NOT EXISTS (
                        SELECT FROM follows f WHERE f.account_id = n.from_account_id AND f.target_id = n.account_id AND f.created_at < now() - interval '3 days') THEN p.for_not_followers END,
                    CASE WHEN p.for_new_accounts <> 'accept' AND sender.created_at > now() - interval '30 days' AND NOT {IsFollowing} THEN p.for_new_accounts END,
                    CASE WHEN coalesce(p.for_private_mentions, 'filter') <> 'accept' AND n.type = 'mention' AND said.visibility = 3 AND NOT {IsFollowing}
                        AND coalesce(said.in_reply_to_account_id, 0) <> n.account_id THEN coalesce(p.for_private_mentions, 'filter') END,
                    CASE WHEN coalesce(p.for_limited_accounts, 'filter') <> 'accept' AND sender.limited_at IS NOT NULL AND NOT {IsFollowing} THEN coalesce(p.for_limited_accounts, 'filter') END
                ] AS values) v)
        END
        """;

    /// <summary>Favourites and reblogs of one status, and follows, that come within hours of each other share a key: that of the newest such group, or one of this hour.</summary>
    private static readonly string GroupKey =
        $"""
        CASE WHEN w.type IN ('favourite', 'reblog', 'follow') THEN (
            SELECT coalesce(
                (SELECT x.group_key FROM notifications x
                    WHERE x.account_id = w.account_id AND x.group_key = ANY(ARRAY(SELECT k.prefix || h FROM generate_series(k.hour - {GroupHours - 1}, k.hour) h))
                    ORDER BY x.id DESC LIMIT 1),
                k.prefix || k.hour)
            FROM (SELECT w.type || '-' || coalesce(w.status_id || '-', '') AS prefix, (extract(epoch FROM now())::bigint / 3600) AS hour) k)
        END
        """;
}
