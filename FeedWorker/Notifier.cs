using Dapper;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.FeedWorker;

/// <summary>Writes notifications. A unique index makes a repeated message harmless.</summary>
public sealed class Notifier(NpgsqlDataSource primary)
{
    /// <summary>Tells everybody whom a status mentions, its author apart. Returns what they were told, also when that was by an earlier delivery of the message.</summary>
    public async Task<IReadOnlyList<StreamNotice>> MentionedAsync(long statusId, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO notifications (account_id, type, from_account_id, status_id)
            SELECT m.account_id, 'mention', s.account_id, s.id
            FROM statuses s JOIN mentions m ON m.status_id = s.id
            WHERE s.id = @statusId AND m.account_id <> s.account_id
            ON CONFLICT DO NOTHING;
            SELECT account_id, id FROM notifications WHERE status_id = @statusId AND type = 'mention';
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<StreamNotice>(new CommandDefinition(Sql, new { statusId }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>Tells somebody of a new follower, or takes that back when the follow has ended. Returns what was told, which counts once the transaction has committed.</summary>
    public async Task<IReadOnlyList<StreamNotice>> FollowedAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, FollowChanged message, bool follows, CancellationToken cancellationToken)
    {
        const string Add =
            """
            INSERT INTO notifications (account_id, type, from_account_id) VALUES (@FolloweeId, 'follow', @FollowerId) ON CONFLICT DO NOTHING;
            SELECT account_id, id FROM notifications WHERE account_id = @FolloweeId AND type = 'follow' AND from_account_id = @FollowerId;
            """;
        const string Remove = "DELETE FROM notifications WHERE account_id = @FolloweeId AND type = 'follow' AND from_account_id = @FollowerId";
        return (await connection.QueryAsync<StreamNotice>(new CommandDefinition(follows ? Add : Remove, message, transaction, cancellationToken: cancellationToken))).AsList();
    }
}
