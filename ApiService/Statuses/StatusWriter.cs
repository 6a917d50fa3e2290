using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Outbox;
using Microblog.Contracts;

namespace Microblog.ApiService.Statuses;

/// <summary>Writes statuses: the row, what hangs on it, and the outbox message in one transaction.</summary>
public sealed class StatusWriter(Db db)
{
    /// <summary>Stores a status in the caller's transaction and returns its id.</summary>
    /// <exception cref="ApiException">404 when the parent cannot be seen.</exception>
    public static async Task<long> PostAsync(Write write, Caller caller, StatusDraft draft, string host)
    {
        var parent = draft.InReplyToId is { } parentId ? await ParentAsync(write, caller.Account, parentId) : null;
        var id = await InsertAsync(write, caller, draft, parent, host);
        await OutboxWriter.AddAsync(write, new StatusPosted(id, caller.Account, DateTimeOffset.UtcNow));
        return id;
    }

    /// <summary>Deletes the author's status with its reblogs; false when there is none.</summary>
    public Task<bool> DeleteAsync(long author, long id, CancellationToken cancellationToken) => db.WriteAsync(author, async write =>
    {
        // Locks go from parent to reply and end with the accounts in the order of their ids, here and in a post: else two ends of a thread wait for each other.
        const string LockParent = "SELECT FROM statuses WHERE id = (SELECT in_reply_to_id FROM statuses WHERE account_id = @author AND id = @id) FOR KEY SHARE";
        const string Lock =
            """
            SELECT s.id, s.visibility, s.in_reply_to_id, s.reblog_of_id, ARRAY(SELECT h.hashtag FROM status_hashtags h WHERE h.status_id = s.id) AS hashtags
            FROM statuses s WHERE s.account_id = @author AND s.id = @id FOR UPDATE
            """;
        const string Delete =
            """
            UPDATE statuses SET in_reply_to_id = NULL WHERE in_reply_to_id = @id;
            UPDATE status_stats SET replies_count = replies_count - 1 WHERE status_id = @InReplyToId;
            UPDATE status_stats SET reblogs_count = reblogs_count - 1 WHERE status_id = @ReblogOfId;
            WITH losers AS (
                SELECT t.account_id FROM account_stats t
                WHERE t.account_id = @author OR t.account_id IN (SELECT account_id FROM statuses WHERE reblog_of_id = @id)
                ORDER BY t.account_id FOR UPDATE)
            UPDATE account_stats t SET statuses_count = t.statuses_count
                - (CASE WHEN t.account_id = @author THEN 1 ELSE 0 END)
                - (SELECT count(*) FROM statuses s WHERE s.reblog_of_id = @id AND s.account_id = t.account_id)
            FROM losers l WHERE t.account_id = l.account_id;
            DELETE FROM statuses WHERE account_id = @author AND id = @id;
            """;
        await write.ExecuteAsync(LockParent, new { author, id });
        if (await write.SingleAsync<DoomedRow>(Lock, new { author, id }) is not { } doomed)
        {
            return false;
        }
        await write.ExecuteAsync(Delete, new { author, id, doomed.InReplyToId, doomed.ReblogOfId });
        await OutboxWriter.AddAsync(write, new StatusDeleted(id, author, doomed.Visibility, doomed.Hashtags, doomed.ReblogOfId));
        return true;
    }, cancellationToken);

    private static async Task<Parent> ParentAsync(Write write, long viewer, long id)
    {
        // Locked, so that it is still there when the reply refers to it.
        var sql = $"SELECT s.id, s.account_id, s.conversation_id FROM statuses s WHERE s.id = @id AND s.reblog_of_id IS NULL AND {StatusStore.IsVisible} FOR KEY SHARE OF s";
        return await write.SingleAsync<Parent>(sql, new { id, viewer }) ?? throw StatusDraft.ParentNotFound();
    }

    private static async Task<long> InsertAsync(Write write, Caller caller, StatusDraft draft, Parent? parent, string host)
    {
        const string Sql =
            """
            WITH status AS (
                INSERT INTO statuses (account_id, text, spoiler_text, sensitive, visibility, language, in_reply_to_id, in_reply_to_account_id, application_id, id, conversation_id)
                SELECT @author, @text, @spoiler, @sensitive, @visibility, @language, @parentId, @parentAuthor, @application, n.id, coalesce(@conversation, n.id)
                FROM (SELECT next_id() AS id) n
                RETURNING id),
            mentioned AS (
                INSERT INTO mentions (account_id, status_id)
                SELECT a.id, s.id FROM status s, accounts a WHERE lower(a.username) = ANY(@handles)),
            tagged AS (
                INSERT INTO status_hashtags (hashtag, status_id, account_id)
                SELECT tag, s.id, @author FROM status s, unnest(@hashtags) AS tag),
            known AS (
                INSERT INTO hashtags (hashtag, display_name)
                SELECT tag, tag FROM unnest(@hashtags) AS tag WHERE NOT EXISTS (SELECT FROM hashtags k WHERE k.hashtag = tag)
                ON CONFLICT DO NOTHING),
            counted AS (
                UPDATE account_stats SET statuses_count = statuses_count + 1, last_status_at = current_date WHERE account_id = @author),
            answered AS (
                INSERT INTO status_stats (status_id, replies_count) SELECT @parentId, 1 WHERE @parentId IS NOT NULL
                ON CONFLICT (status_id) DO UPDATE SET replies_count = status_stats.replies_count + 1)
            SELECT id FROM status
            """;
        return await write.ScalarAsync<long>(Sql, new
        {
            author = caller.Account,
            text = draft.Text.Text,
            spoiler = draft.SpoilerText,
            sensitive = draft.Sensitive,
            visibility = (short)draft.Visibility,
            language = draft.Language,
            parentId = parent?.Id,
            parentAuthor = parent?.AccountId,
            conversation = parent?.ConversationId,
            application = caller.ApplicationId,
            handles = draft.Text.MentionedHandles().Select(handle => LocalPart(handle, host)).OfType<string>().ToArray(),
            hashtags = draft.Text.Hashtags().Select(tag => tag.Name).ToArray(),
        });
    }

    /// <summary>The username of a handle of this server; null for handles of others, which nobody here answers to.</summary>
    private static string? LocalPart(string handle, string host) =>
        handle.Split('@', 2) is [var name, var domain] ? (string.Equals(domain, host, StringComparison.OrdinalIgnoreCase) ? name : null) : handle;

    private sealed record DoomedRow(long Id, short Visibility, long? InReplyToId, long? ReblogOfId, string[] Hashtags);

    private sealed record Parent(long Id, long AccountId, long? ConversationId);
}
