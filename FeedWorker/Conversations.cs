using Dapper;
using Npgsql;

namespace Microblog.FeedWorker;

/// <summary>Keeps the direct conversations of all participants up to date; again changes nothing.</summary>
public sealed class Conversations(NpgsqlDataSource primary)
{
    /// <summary>A status was posted or edited: when it is direct, its conversation moves up for everybody in it. Returns who has it, and under which id, whether by this delivery of the message or an earlier one.</summary>
    public async Task<IReadOnlyList<TouchedConversation>> PostedAsync(long statusId, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            WITH moved AS (
            INSERT INTO conversations AS c (account_id, conversation_id, last_status_id, unread)
            SELECT p.account_id, s.conversation_id, s.id, p.account_id <> s.account_id
            FROM statuses s CROSS JOIN LATERAL (
                SELECT s.account_id UNION SELECT m.account_id FROM mentions m WHERE m.status_id = s.id AND NOT m.silent) p
            WHERE s.id = @statusId AND s.visibility = 3 AND s.conversation_id IS NOT NULL
                AND NOT EXISTS (SELECT FROM blocks b WHERE b.account_id = p.account_id AND b.target_id = s.account_id)
            ORDER BY p.account_id
            ON CONFLICT (account_id, conversation_id) DO UPDATE SET
                last_status_id = excluded.last_status_id, unread = CASE WHEN excluded.unread THEN true ELSE c.unread END
            WHERE c.last_status_id < excluded.last_status_id
            RETURNING c.account_id, c.id)
            SELECT account_id, id FROM moved
            UNION SELECT c.account_id, c.id
            FROM statuses s JOIN conversations c ON c.conversation_id = s.conversation_id AND c.last_status_id = s.id
                AND c.account_id IN (SELECT s.account_id UNION SELECT m.account_id FROM mentions m WHERE m.status_id = s.id)
            WHERE s.id = @statusId AND s.visibility = 3
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<TouchedConversation>(new CommandDefinition(Sql, new { statusId }, cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>A status was deleted: conversations that ended with it end with what came before, or are gone.</summary>
    public async Task DeletedAsync(long statusId, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            WITH ended AS (
                SELECT c.account_id, c.conversation_id, (
                    SELECT max(s.id) FROM statuses s
                    WHERE s.conversation_id = c.conversation_id AND s.visibility = 3
                        AND (s.account_id = c.account_id OR EXISTS (SELECT FROM mentions m WHERE m.status_id = s.id AND m.account_id = c.account_id AND NOT m.silent))) AS last_status_id
                FROM conversations c WHERE c.last_status_id = @statusId),
            gone AS (
                DELETE FROM conversations c USING ended e WHERE c.account_id = e.account_id AND c.conversation_id = e.conversation_id AND e.last_status_id IS NULL)
            UPDATE conversations c SET last_status_id = e.last_status_id
            FROM ended e WHERE c.account_id = e.account_id AND c.conversation_id = e.conversation_id AND e.last_status_id IS NOT NULL
            """;
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(Sql, new { statusId }, cancellationToken: cancellationToken));
    }
}

/// <summary>A conversation that moved up.</summary>
/// <param name="AccountId">Whose.</param>
/// <param name="Id">What the account's clients know it by.</param>
public sealed record TouchedConversation(long AccountId, long Id);
