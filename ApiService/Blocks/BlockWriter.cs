using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;

namespace Microblog.ApiService.Blocks;

/// <summary>Begins and ends blocks, in the caller's transaction. What is shown follows at once, as it is decided at read.</summary>
public static class BlockWriter
{
    /// <summary>Blocks somebody: ends every relation of the two and takes away what the blocker still has of them. Again it does the same.</summary>
    public static async Task BlockAsync(Write write, long account, long target)
    {
        await PairLock.TakeAsync(write, account, target);
        await write.ExecuteAsync("INSERT INTO blocks (account_id, target_id) VALUES (@account, @target) ON CONFLICT DO NOTHING", new { account, target });
        await FollowWriter.EndAsync(write, account, target);
        await FollowWriter.EndAsync(write, target, account);
        const string Remains =
            """
            DELETE FROM endorsements WHERE (account_id = @account AND target_id = @target) OR (account_id = @target AND target_id = @account);
            DELETE FROM list_accounts WHERE (account_id = @account AND target_id = @target) OR (account_id = @target AND target_id = @account);
            DELETE FROM notifications WHERE account_id = @account AND from_account_id = @target;
            DELETE FROM notification_requests WHERE account_id = @account AND from_account_id = @target;
            DELETE FROM notification_permissions WHERE account_id = @account AND from_account_id = @target;
            DELETE FROM conversations c WHERE c.account_id = @account AND EXISTS (
                SELECT FROM statuses s WHERE s.conversation_id = c.conversation_id AND s.visibility = 3
                    AND (s.account_id = @target OR EXISTS (SELECT FROM mentions m WHERE m.account_id = @target AND m.status_id = s.id)));
            """;
        await write.ExecuteAsync(Remains, new { account, target });
    }

    /// <summary>Ends a block. What it took away does not come back.</summary>
    public static async Task UnblockAsync(Write write, long account, long target)
    {
        await PairLock.TakeAsync(write, account, target);
        await write.ExecuteAsync("DELETE FROM blocks WHERE account_id = @account AND target_id = @target", new { account, target });
    }
}
