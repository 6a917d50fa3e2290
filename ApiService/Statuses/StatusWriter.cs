using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Quotes;
using Microblog.ApiService.Statuses.Text;
using Microblog.Contracts;

namespace Microblog.ApiService.Statuses;

/// <summary>Writes new statuses: the row, what hangs on it, and the outbox message in one transaction.</summary>
public static class StatusWriter
{
    /// <summary>Stores a status in the caller's transaction and returns its id.</summary>
    /// <exception cref="ApiException">404 when the parent or what is quoted cannot be seen, 422 when it may not be quoted or an attachment cannot be had.</exception>
    public static async Task<long> PostAsync(Write write, Caller caller, StatusDraft draft, string host)
    {
        await LockAboveAsync(write, draft);
        var parent = draft.InReplyToId is { } parentId ? await ParentAsync(write, caller.Account, parentId) : null;
        var quoted = await QuoteTarget.OfAsync(write, caller.Account, draft, MentionedUsernames(draft.Content.Text, host));
        if (quoted is not null)
        {
            var visibility = QuoteRules.Narrowed(draft.Visibility, (Visibility)quoted.Visibility);
            draft = draft with { Visibility = visibility, QuotePolicy = QuoteRules.Effective(draft.QuotePolicy, visibility) };
        }
        var id = await InsertAsync(write, caller, draft, parent, quoted, host);
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

    /// <summary>A status that both answers and quotes hangs on two: they are locked in the order of their ids, as by a deletion.</summary>
    private static async Task LockAboveAsync(Write write, StatusDraft draft)
    {
        const string Sql =
            """
            SELECT FROM statuses s WHERE s.id IN (SELECT coalesce(w.reblog_of_id, w.id) FROM statuses w WHERE w.id IN (@InReplyToId, @QuotedStatusId)) ORDER BY s.id FOR KEY SHARE
            """;
        if (draft is { InReplyToId: not null, QuotedStatusId: not null })
        {
            await write.ExecuteAsync(Sql, new { draft.InReplyToId, draft.QuotedStatusId });
        }
    }

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

    private static async Task<long> InsertAsync(Write write, Caller caller, StatusDraft draft, Parent? parent, QuoteTarget? quoted, string host)
    {
        // Of data-modifying parts the last is executed first: counters before names, in the order that StatusTarget states.
        const string Sql =
            """
            WITH status AS (
                INSERT INTO statuses (account_id, text, spoiler_text, sensitive, visibility, language, in_reply_to_id, in_reply_to_account_id, application_id,
                    quote_policy, quote_of_id, quote_of_account_id, id, conversation_id)
                SELECT @author, @text, @spoiler, @sensitive, @visibility, @language, @parentId, @parentAuthor, @application, @quotePolicy, @quotedId, @quotedAuthor, n.id, coalesce(@conversation, n.id)
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
                INSERT INTO status_stats (status_id, replies_count, quotes_count)
                SELECT t.id, sum(t.replies), sum(t.quotes) FROM (VALUES (@parentId::bigint, 1, 0), (@quotedId::bigint, 0, 1)) t (id, replies, quotes)
                WHERE t.id IS NOT NULL GROUP BY t.id ORDER BY t.id
                ON CONFLICT (status_id) DO UPDATE SET replies_count = status_stats.replies_count + excluded.replies_count, quotes_count = status_stats.quotes_count + excluded.quotes_count)
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
            quotePolicy = (short)draft.QuotePolicy,
            quotedId = quoted?.Id,
            quotedAuthor = quoted?.AccountId,
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
