using Dapper;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.FeedWorker;

/// <summary>Writes notifications from the state it finds, and takes back those whose reason has gone. A unique index makes a repeated message harmless.</summary>
public sealed class Notifier(NpgsqlDataSource primary)
{
    /// <summary>A status or reblog: tells those mentioned, those who want to hear of each status of the author, and the author of the original.</summary>
    public Task PostedAsync(long statusId, CancellationToken cancellationToken) => ExecuteAsync(
        $"""
        INSERT INTO notifications (account_id, type, from_account_id, status_id)
        SELECT n.account_id, n.type, n.from_account_id, n.status_id FROM (
            SELECT m.account_id, 'mention' AS type, s.account_id AS from_account_id, s.id AS status_id
            FROM statuses s JOIN mentions m ON m.status_id = s.id WHERE s.id = @statusId AND NOT m.silent
            UNION ALL
            SELECT s.reblog_of_account_id, 'reblog', s.account_id, s.reblog_of_id FROM statuses s WHERE s.id = @statusId AND s.reblog_of_id IS NOT NULL
            UNION ALL
            SELECT f.account_id, 'status', s.account_id, s.id
            FROM statuses s JOIN follows f ON f.target_id = s.account_id
            WHERE s.id = @statusId AND f.notify AND s.reblog_of_id IS NULL AND (s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id)
                AND {HomeRules.Shows("f.account_id")}) n
        WHERE {IsWelcome}
        ON CONFLICT DO NOTHING
        """, new { statusId }, cancellationToken);

    /// <summary>An edited status: tells those newly mentioned, and those who reblogged it.</summary>
    public Task EditedAsync(long statusId, CancellationToken cancellationToken) => ExecuteAsync(
        $"""
        INSERT INTO notifications (account_id, type, from_account_id, status_id)
        SELECT n.account_id, n.type, n.from_account_id, n.status_id FROM (
            SELECT m.account_id, 'mention' AS type, s.account_id AS from_account_id, s.id AS status_id
            FROM statuses s JOIN mentions m ON m.status_id = s.id WHERE s.id = @statusId AND NOT m.silent
            UNION ALL
            SELECT r.account_id, 'update', s.account_id, s.id FROM statuses s JOIN statuses r ON r.reblog_of_id = s.id WHERE s.id = @statusId) n
        WHERE {IsWelcome}
        ON CONFLICT DO NOTHING
        """, new { statusId }, cancellationToken);

    /// <summary>A favourite that was given or taken back.</summary>
    public Task FavouriteAsync(FavouriteChanged message, CancellationToken cancellationToken) => ExecuteAsync(
        $"""
        INSERT INTO notifications (account_id, type, from_account_id, status_id)
        SELECT n.account_id, n.type, n.from_account_id, n.status_id FROM (
            SELECT s.account_id, 'favourite' AS type, v.account_id AS from_account_id, s.id AS status_id
            FROM favourites v JOIN statuses s ON s.id = v.status_id WHERE v.account_id = @AccountId AND v.status_id = @StatusId) n
        WHERE {IsWelcome}
        ON CONFLICT DO NOTHING;
        DELETE FROM notifications n WHERE n.type = 'favourite' AND n.from_account_id = @AccountId AND n.status_id = @StatusId
            AND NOT EXISTS (SELECT FROM favourites v WHERE v.account_id = @AccountId AND v.status_id = @StatusId);
        """, message, cancellationToken);

    /// <summary>A poll that has ended: tells its author and who voted.</summary>
    public Task PollEndedAsync(PollEnded message, CancellationToken cancellationToken) => ExecuteAsync(
        """
        INSERT INTO notifications (account_id, type, from_account_id, status_id)
        SELECT n.account_id, 'poll', p.account_id, p.status_id
        FROM polls p CROSS JOIN LATERAL (
            SELECT p.account_id UNION SELECT v.account_id FROM poll_votes v WHERE v.status_id = p.status_id) n
        WHERE p.status_id = @StatusId
        ON CONFLICT DO NOTHING
        """, message, cancellationToken);

    /// <summary>A follow or a request for one that began or ended.</summary>
    public Task FollowAsync(FollowChanged message, CancellationToken cancellationToken) => ExecuteAsync(
        $"""
        INSERT INTO notifications (account_id, type, from_account_id)
        SELECT n.account_id, n.type, n.from_account_id FROM (
            SELECT target_id AS account_id, 'follow' AS type, account_id AS from_account_id, 0::bigint AS status_id FROM follows WHERE account_id = @FollowerId AND target_id = @FolloweeId
            UNION ALL
            SELECT target_id, 'follow_request', account_id, 0::bigint FROM follow_requests WHERE account_id = @FollowerId AND target_id = @FolloweeId) n
        WHERE {IsWelcome}
        ON CONFLICT DO NOTHING;
        DELETE FROM notifications WHERE account_id = @FolloweeId AND from_account_id = @FollowerId AND (
            (type = 'follow' AND NOT EXISTS (SELECT FROM follows WHERE account_id = @FollowerId AND target_id = @FolloweeId))
            OR (type = 'follow_request' AND NOT EXISTS (SELECT FROM follow_requests WHERE account_id = @FollowerId AND target_id = @FolloweeId)));
        """, message, cancellationToken);

    /// <summary>SQL: whether the recipient of notification <c>n</c> wants it: from somebody else, not blocked, not muted with notifications, not in a muted conversation.</summary>
    private const string IsWelcome =
        """
        n.account_id <> n.from_account_id
            AND NOT EXISTS (SELECT FROM blocks b WHERE b.account_id = n.account_id AND b.target_id = n.from_account_id)
            AND NOT EXISTS (SELECT FROM mutes m WHERE m.account_id = n.account_id AND m.target_id = n.from_account_id AND m.notifications AND (m.expires_at IS NULL OR m.expires_at > now()))
            AND NOT EXISTS (SELECT FROM conversation_mutes c JOIN statuses x ON x.conversation_id = c.conversation_id WHERE c.account_id = n.account_id AND x.id = n.status_id)
        """;

    private async Task ExecuteAsync(string sql, object arguments, CancellationToken cancellationToken)
    {
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: cancellationToken));
    }
}
