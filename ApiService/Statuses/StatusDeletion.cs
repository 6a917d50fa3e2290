using Microblog.ApiService.Database;
using Microblog.ApiService.Media;
using Microblog.ApiService.Outbox;
using Microblog.Contracts;

namespace Microblog.ApiService.Statuses;

/// <summary>Deletes statuses and reblogs, and leaves a trace for those who were away (<see cref="DeletionEndpoints"/>).</summary>
public static class StatusDeletion
{
    /// <summary>Any constant; the same in every process.</summary>
    private const long EventOrder = 0x64656c65746564;

    /// <summary>Deletes the author's status with its reblogs; false when there is none. Attachments stay for a while, for "delete and redraft", unless <paramref name="withMedia"/>.</summary>
    public static async Task<bool> DeleteAsync(Write write, long author, long id, bool withMedia = false)
    {
        // Locks in the order that StatusTarget states: from parent to reply, from original to reblog or quote.
        const string LockAbove =
            """
            SELECT FROM statuses WHERE id IN (SELECT unnest(ARRAY[in_reply_to_id, reblog_of_id, quote_of_id]) FROM statuses WHERE account_id = @author AND id = @id) ORDER BY id FOR KEY SHARE
            """;
        const string Lock = "SELECT id, visibility, in_reply_to_id, reblog_of_id, CASE WHEN NOT quote_revoked THEN quote_of_id END AS quote_of_id FROM statuses WHERE account_id = @author AND id = @id FOR UPDATE";
        // After the lock, so that nothing is missing that was added while it was waited for.
        const string Trace =
            """
            SELECT ARRAY(SELECT hashtag FROM status_hashtags WHERE status_id = @id) AS hashtags,
                ARRAY(SELECT id FROM statuses WHERE reblog_of_id = @id ORDER BY id) AS reblogs,
                ARRAY(SELECT account_id FROM statuses WHERE reblog_of_id = @id ORDER BY id) AS rebloggers
            """;
        // What hangs on two statuses is locked in one order, else their deletions wait for each other; so are two counters.
        const string Delete =
            """
            SELECT FROM statuses WHERE in_reply_to_id = @id OR quote_of_id = @id ORDER BY id FOR NO KEY UPDATE;
            UPDATE statuses SET in_reply_to_id = NULL WHERE in_reply_to_id = @id;
            UPDATE statuses SET quote_of_id = NULL WHERE quote_of_id = @id;
            SELECT FROM status_stats WHERE status_id IN (@InReplyToId, @QuoteOfId) ORDER BY status_id FOR NO KEY UPDATE;
            UPDATE status_stats SET quotes_count = quotes_count - 1 WHERE status_id = @QuoteOfId;
            UPDATE status_stats SET replies_count = replies_count - 1 WHERE status_id = @InReplyToId;
            UPDATE status_stats SET reblogs_count = reblogs_count - 1 WHERE status_id = @ReblogOfId;
            WITH losers AS (
                SELECT t.account_id FROM account_stats t WHERE t.account_id = @author OR t.account_id = ANY(@Rebloggers) ORDER BY t.account_id FOR UPDATE)
            UPDATE account_stats t SET statuses_count = t.statuses_count
                - (CASE WHEN t.account_id = @author THEN 1 ELSE 0 END)
                - (CASE WHEN t.account_id = ANY(@Rebloggers) THEN 1 ELSE 0 END)
            FROM losers l WHERE t.account_id = l.account_id;
            DELETE FROM statuses WHERE account_id = @author AND id = @id;
            """;
        // The trace is left by a trigger; here it gets its place in the order of deletions. Event ids are given one after the other up to the
        // commit, else a reader would move its cursor past one that is not yet visible. Last, because nothing may be waited for with this lock.
        const string Record =
            """
            SELECT pg_advisory_xact_lock(@EventOrder);
            UPDATE deleted_statuses SET event_id = next_id() WHERE account_id = @author AND status_id = @id;
            UPDATE deleted_statuses d SET event_id = next_id() FROM unnest(@Rebloggers, @Reblogs) AS r (account_id, id) WHERE d.account_id = r.account_id AND d.status_id = r.id;
            """;
        await write.ExecuteAsync(LockAbove, new { author, id });
        if (await write.SingleAsync<DoomedRow>(Lock, new { author, id }) is not { } doomed || await write.SingleAsync<TraceRow>(Trace, new { id }) is not { } trace)
        {
            return false;
        }
        if (withMedia)
        {
            await MediaStore.DeleteOfStatusAsync(write, author, id);
        }
        await write.ExecuteAsync(Delete, new { author, id, doomed.InReplyToId, doomed.ReblogOfId, doomed.QuoteOfId, trace.Rebloggers });
        await OutboxWriter.AddAsync(write, new StatusDeleted(id, author, doomed.Visibility, trace.Hashtags, doomed.ReblogOfId));
        await write.ExecuteAsync(Record, new { EventOrder, author, id, trace.Rebloggers, trace.Reblogs });
        return true;
    }

    private sealed record DoomedRow(long Id, short Visibility, long? InReplyToId, long? ReblogOfId, long? QuoteOfId);

    private sealed record TraceRow(string[] Hashtags, long[] Reblogs, long[] Rebloggers);
}
