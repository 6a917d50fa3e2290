using Dapper;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.FeedWorker;

/// <summary>
/// Writes notifications from the state it finds, and takes back those whose reason has gone. A unique index makes a repeated message
/// harmless. Each method returns what recipients have now, whether by this delivery of the message or an earlier one: streams tell it once.
/// </summary>
public sealed class Notifier(NpgsqlDataSource primary)
{
    /// <summary>A status or reblog: tells those mentioned, those who want to hear of each status of the author, and the authors of what it reblogs or quotes.</summary>
    public Task<IReadOnlyList<NewNotification>> PostedAsync(long statusId, CancellationToken cancellationToken) => RunAsync(Posted, new { statusId }, cancellationToken);

    /// <summary>An edited status: tells those newly mentioned, and anew those who reblogged or quoted it.</summary>
    public Task<IReadOnlyList<NewNotification>> EditedAsync(long statusId, CancellationToken cancellationToken) => RunAsync(Edited, new { statusId }, cancellationToken);

    /// <summary>A reblog that was deleted: takes back what its original's author was told.</summary>
    public Task<IReadOnlyList<NewNotification>> UnrebloggedAsync(long author, long reblogOfId, CancellationToken cancellationToken) => RunAsync(
        """
        DELETE FROM notifications n WHERE n.type = 'reblog' AND n.from_account_id = @author AND n.status_id = @reblogOfId
            AND NOT EXISTS (SELECT FROM statuses r WHERE r.reblog_of_id = @reblogOfId AND r.account_id = @author);
        SELECT id, account_id, from_account_id, type, status_id, filtered FROM notifications WHERE false
        """, new { author, reblogOfId }, cancellationToken);

    /// <summary>A favourite that was given or taken back.</summary>
    public Task<IReadOnlyList<NewNotification>> FavouriteAsync(FavouriteChanged message, CancellationToken cancellationToken) => RunAsync(Favourite, message, cancellationToken);

    /// <summary>A poll that has ended: tells its author and who voted.</summary>
    public Task<IReadOnlyList<NewNotification>> PollEndedAsync(PollEnded message, CancellationToken cancellationToken) => RunAsync(Poll, message, cancellationToken);

    /// <summary>A follow or a request for one that began or ended.</summary>
    public Task<IReadOnlyList<NewNotification>> FollowAsync(FollowChanged message, CancellationToken cancellationToken) => RunAsync(Follow, message, cancellationToken);

    private static readonly string Posted = NotificationSql.Insert(
        $"""
        SELECT m.account_id, 'mention' AS type, s.account_id AS from_account_id, s.id AS status_id
        FROM statuses s JOIN mentions m ON m.status_id = s.id WHERE s.id = @statusId AND NOT m.silent
        UNION ALL
        SELECT s.reblog_of_account_id, 'reblog', s.account_id, s.reblog_of_id FROM statuses s WHERE s.id = @statusId AND s.reblog_of_id IS NOT NULL
        UNION ALL
        SELECT s.quote_of_account_id, 'quote', s.account_id, s.id FROM statuses s
        WHERE s.id = @statusId AND s.quote_of_id IS NOT NULL AND NOT s.quote_revoked AND {ViewerRules.MaySee("s.quote_of_account_id")}
        UNION ALL
        SELECT f.account_id, 'status', s.account_id, s.id
        FROM statuses s JOIN follows f ON f.target_id = s.account_id
        WHERE s.id = @statusId AND f.notify AND s.reblog_of_id IS NULL AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id)
            AND NOT EXISTS (SELECT FROM mentions m WHERE m.status_id = s.id AND m.account_id = f.account_id) AND {HomeRules.Shows("f.account_id")}
        """);

    private static readonly string Edited = NotificationSql.Insert(
        """
        SELECT m.account_id, 'mention' AS type, s.account_id AS from_account_id, s.id AS status_id
        FROM statuses s JOIN mentions m ON m.status_id = s.id WHERE s.id = @statusId AND NOT m.silent
        UNION ALL
        SELECT r.account_id, 'update', s.account_id, s.id FROM statuses s JOIN statuses r ON r.reblog_of_id = s.id WHERE s.id = @statusId
        UNION ALL
        SELECT q.account_id, 'quoted_update', s.account_id, q.id FROM statuses s JOIN statuses q ON q.quote_of_id = s.id WHERE s.id = @statusId AND NOT q.quote_revoked
        """,
        // The one about an earlier edit makes room; not that about this one, should the message come twice.
        """
        ((n.type = 'update' AND n.status_id = @statusId) OR (n.type = 'quoted_update' AND n.status_id IN (SELECT q.id FROM statuses q WHERE q.quote_of_id = @statusId)))
            AND n.created_at < (SELECT s.edited_at FROM statuses s WHERE s.id = @statusId)
        """);

    private static readonly string Favourite = NotificationSql.Insert(
        """
        SELECT s.account_id, 'favourite' AS type, v.account_id AS from_account_id, s.id AS status_id
        FROM favourites v JOIN statuses s ON s.id = v.status_id WHERE v.account_id = @AccountId AND v.status_id = @StatusId
        """,
        """
        n.type = 'favourite' AND n.from_account_id = @AccountId AND n.status_id = @StatusId
            AND NOT EXISTS (SELECT FROM favourites v WHERE v.account_id = @AccountId AND v.status_id = @StatusId)
        """);

    /// <summary>The author is told as well; alone among notifications it comes from the recipient.</summary>
    private static readonly string Poll =
        $"""
        INSERT INTO notifications (account_id, type, from_account_id, status_id)
        SELECT p.account_id, 'poll', p.account_id, p.status_id FROM polls p WHERE p.status_id = @StatusId ON CONFLICT DO NOTHING;
        {NotificationSql.Insert(
            """
            SELECT DISTINCT v.account_id, 'poll' AS type, p.account_id AS from_account_id, p.status_id
            FROM polls p JOIN poll_votes v ON v.status_id = p.status_id WHERE p.status_id = @StatusId
            """)}
        """;

    private static readonly string Follow = NotificationSql.Insert(
        """
        SELECT target_id AS account_id, 'follow' AS type, account_id AS from_account_id, NULL::bigint AS status_id FROM follows WHERE account_id = @FollowerId AND target_id = @FolloweeId
        UNION ALL
        SELECT target_id, 'follow_request', account_id, NULL::bigint FROM follow_requests WHERE account_id = @FollowerId AND target_id = @FolloweeId
        """,
        """
        n.account_id = @FolloweeId AND n.from_account_id = @FollowerId AND (
            (n.type = 'follow' AND NOT EXISTS (SELECT FROM follows WHERE account_id = @FollowerId AND target_id = @FolloweeId))
            OR (n.type = 'follow_request' AND NOT EXISTS (SELECT FROM follow_requests WHERE account_id = @FollowerId AND target_id = @FolloweeId)))
        """);

    /// <summary>Runs statements the last of which is a query for what was made.</summary>
    private async Task<IReadOnlyList<NewNotification>> RunAsync(string sql, object arguments, CancellationToken cancellationToken)
    {
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<NewNotification>(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken))).AsList();
    }
}

/// <summary>A notification as it was made.</summary>
/// <param name="Id">Its id.</param>
/// <param name="AccountId">Whom it tells.</param>
/// <param name="FromAccountId">Who caused it.</param>
/// <param name="Type">Of what it tells.</param>
/// <param name="StatusId">The status it is about.</param>
/// <param name="Filtered">Whether the recipient's policy keeps it back.</param>
public sealed record NewNotification(long Id, long AccountId, long FromAccountId, string Type, long? StatusId, bool Filtered);
