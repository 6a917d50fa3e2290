using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Statuses.Text;
using Microblog.Contracts;

namespace Microblog.ApiService.Statuses;

/// <summary>Writes new statuses: the row, what hangs on it, and the outbox message in one transaction.</summary>
public static class StatusWriter
{
    /// <summary>Stores a status in the caller's transaction and returns its id.</summary>
    /// <exception cref="ApiException">404 when the parent cannot be seen, 422 when an attachment cannot be had.</exception>
    public static async Task<long> PostAsync(Write write, Caller caller, StatusDraft draft, string host)
    {
        var parent = draft.InReplyToId is { } parentId ? await ParentAsync(write, caller.Account, parentId) : null;
        var id = await InsertAsync(write, caller, draft, parent, host);
        if (draft.Content.Poll is { } poll)
        {
            await AddPollAsync(write, caller.Account, id, poll);
        }
        if (draft.Content.MediaIds.Length > 0)
        {
            await MediaStore.AttachAsync(write, caller.Account, draft.Content.MediaIds, id);
        }
        await OutboxWriter.AddAsync(write, new StatusPosted(id, caller.Account, DateTimeOffset.UtcNow));
        return id;
    }

    /// <summary>Makes sure that a status can be replied to, as when the reply is scheduled.</summary>
    /// <exception cref="ApiException">404 when it cannot be seen.</exception>
    public static Task CheckParentAsync(Write write, long viewer, long id) => ParentAsync(write, viewer, id);

    /// <summary>Adds a poll to a status that has none.</summary>
    public static Task AddPollAsync(Write write, long author, long statusId, PollDraft poll)
    {
        const string Sql =
            """
            INSERT INTO polls (status_id, account_id, options, tallies, multiple, hide_totals, expires_at)
            VALUES (@statusId, @author, @Options, array_fill(0::bigint, ARRAY[cardinality(@Options)]), @Multiple, @HideTotals, now() + make_interval(secs => @ExpiresIn))
            """;
        return write.ExecuteAsync(Sql, new { author, statusId, poll.Options, poll.Multiple, poll.HideTotals, poll.ExpiresIn });
    }

    /// <summary>The usernames of this server that a text mentions, in lower case; handles of other servers nobody here answers to.</summary>
    public static string[] MentionedUsernames(ParsedText text, string host) =>
        [.. text.MentionedHandles().Select(handle => LocalPart(handle, host)).OfType<string>().Distinct()];

    private static async Task<Parent> ParentAsync(Write write, long viewer, long id)
    {
        // Locked, so that it is still there when the reply refers to it. A reply to a reblog answers its original.
        var sql =
            $"""
            SELECT s.id, s.account_id, s.conversation_id FROM statuses s
            WHERE s.id = (SELECT coalesce(w.reblog_of_id, w.id) FROM statuses w WHERE w.id = @id) AND {StatusStore.IsVisible} FOR KEY SHARE OF s
            """;
        return await write.SingleAsync<Parent>(sql, new { id, viewer }) ?? throw StatusDraft.ParentNotFound();
    }

    private static async Task<long> InsertAsync(Write write, Caller caller, StatusDraft draft, Parent? parent, string host)
    {
        // Of data-modifying parts the last is executed first: counters before names, in the order that StatusTarget states.
        const string Sql =
            """
            WITH status AS (
                INSERT INTO statuses (account_id, text, spoiler_text, sensitive, visibility, language, in_reply_to_id, in_reply_to_account_id, application_id, id, conversation_id)
                SELECT @author, @text, @spoiler, @sensitive, @visibility, @language, @parentId, @parentAuthor, @application, n.id, coalesce(@conversation, n.id)
                FROM (SELECT next_id() AS id) n
                RETURNING id),
            mentioned AS (
                INSERT INTO mentions (account_id, status_id)
                SELECT a.id, s.id FROM status s, accounts a
                WHERE lower(a.username) = ANY(@usernames) AND a.suspended_at IS NULL
                    AND NOT EXISTS (SELECT FROM blocks b WHERE b.account_id = @author AND b.target_id = a.id)),
            tagged AS (
                INSERT INTO status_hashtags (hashtag, status_id, account_id)
                SELECT tag, s.id, @author FROM status s, unnest(@hashtags) AS tag),
            known AS (
                -- In one order, or two posts with the same new hashtags wait for each other.
                INSERT INTO hashtags (hashtag, display_name)
                SELECT tag, spelling FROM unnest(@hashtags, @spellings) AS t (tag, spelling) WHERE NOT EXISTS (SELECT FROM hashtags k WHERE k.hashtag = tag) ORDER BY tag
                ON CONFLICT DO NOTHING),
            counted AS (
                UPDATE account_stats SET statuses_count = statuses_count + 1, last_status_at = current_date WHERE account_id = @author),
            answered AS (
                INSERT INTO status_stats (status_id, replies_count) SELECT @parentId, 1 WHERE @parentId IS NOT NULL
                ON CONFLICT (status_id) DO UPDATE SET replies_count = status_stats.replies_count + 1)
            SELECT id FROM status
            """;
        var content = draft.Content;
        var hashtags = content.Text.Hashtags();
        return await write.ScalarAsync<long>(Sql, new
        {
            author = caller.Account,
            text = content.Text.Text,
            spoiler = content.SpoilerText,
            sensitive = content.Sensitive,
            visibility = (short)draft.Visibility,
            language = content.Language,
            parentId = parent?.Id,
            parentAuthor = parent?.AccountId,
            conversation = parent?.ConversationId,
            application = caller.ApplicationId,
            usernames = MentionedUsernames(content.Text, host),
            hashtags = hashtags.Select(tag => tag.Name).ToArray(),
            spellings = hashtags.Select(tag => tag.Display).ToArray(),
        });
    }

    /// <summary>The username of a handle of this server; null for handles of others.</summary>
    private static string? LocalPart(string handle, string host) =>
        handle.Split('@', 2) is [var name, var domain] ? (string.Equals(domain, host, StringComparison.OrdinalIgnoreCase) ? name : null) : handle;

    private sealed record Parent(long Id, long AccountId, long? ConversationId);
}
