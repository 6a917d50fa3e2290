using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Outbox;
using Microblog.Contracts;

namespace Microblog.ApiService.Statuses;

/// <summary>Writes statuses: the row, what hangs on it, and the outbox message in one transaction.</summary>
public sealed class StatusWriter(Db db)
{
    private const int MaxKey = 255;

    /// <summary>Stores a status and returns its id. With a key that was used before it returns the id of then, and that it is not new.</summary>
    /// <exception cref="ApiException">404 when the parent cannot be seen, 422 when the key was used for another status.</exception>
    public Task<(long Id, bool IsNew)> PostAsync(Caller caller, StatusDraft draft, string host, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var author = caller.Account;
        if (idempotencyKey is { Length: > MaxKey })
        {
            throw ApiException.Unprocessable($"Idempotency-Key is too long (maximum is {MaxKey} characters)");
        }
        return db.WriteAsync(author, async write =>
        {
            if (idempotencyKey is { Length: > 0 } key && await ReserveAsync(write, author, key, draft) is { } earlier)
            {
                return (earlier, false);
            }
            var parent = draft.InReplyToId is { } parentId ? await ParentAsync(write, author, parentId) : null;
            var id = await InsertAsync(write, caller, draft, parent, host);
            if (idempotencyKey is { Length: > 0 })
            {
                await write.ExecuteAsync("UPDATE idempotency_keys SET status_id = @id WHERE account_id = @author AND key = @idempotencyKey", new { id, author, idempotencyKey });
            }
            await OutboxWriter.AddAsync(write, new StatusPosted(id, author, DateTimeOffset.UtcNow));
            return (id, true);
        }, cancellationToken);
    }

    /// <summary>Deletes the author's status; false when there is none.</summary>
    public Task<bool> DeleteAsync(long author, long id, CancellationToken cancellationToken) => db.WriteAsync(author, async write =>
    {
        // Locks go from parent to reply and end with the account, here and in a post: else two ends of a thread wait for each other.
        const string LockParent = "SELECT FROM statuses WHERE id = (SELECT in_reply_to_id FROM statuses WHERE account_id = @author AND id = @id) FOR KEY SHARE";
        const string Delete = "DELETE FROM statuses WHERE account_id = @author AND id = @id RETURNING coalesce(in_reply_to_id, 0)";
        const string Repair =
            """
            UPDATE statuses SET in_reply_to_id = NULL WHERE in_reply_to_id = @id;
            UPDATE status_stats SET replies_count = replies_count - 1 WHERE status_id = @parent;
            UPDATE account_stats SET statuses_count = statuses_count - 1 WHERE account_id = @author;
            """;
        await write.ExecuteAsync(LockParent, new { author, id });
        if (await write.ScalarAsync<long?>(Delete, new { author, id }) is not { } parent)
        {
            return false;
        }
        await write.ExecuteAsync(Repair, new { author, parent, id });
        await OutboxWriter.AddAsync(write, new StatusDeleted(id, author));
        return true;
    }, cancellationToken);

    /// <summary>Takes the key for this request, or returns what it stands for already. A concurrent request with the same key waits here for the first.</summary>
    private static async Task<long?> ReserveAsync(Write write, long author, string key, StatusDraft draft)
    {
        const string Reserve = "INSERT INTO idempotency_keys (account_id, key, fingerprint) VALUES (@author, @key, @fingerprint) ON CONFLICT DO NOTHING";
        const string Known = "SELECT fingerprint, status_id FROM idempotency_keys WHERE account_id = @author AND key = @key";
        var fingerprint = draft.Fingerprint();
        if (await write.ExecuteAsync(Reserve, new { author, key, fingerprint }) == 1)
        {
            return null;
        }
        var known = await write.SingleAsync<KnownKey>(Known, new { author, key });
        return known is { StatusId: { } id } && known.Fingerprint.AsSpan().SequenceEqual(fingerprint)
            ? id
            : throw ApiException.Unprocessable("This Idempotency-Key was used for a different request");
    }

    private static async Task<Parent> ParentAsync(Write write, long viewer, long id)
    {
        // Locked, so that it is still there when the reply refers to it.
        const string Sql = $"SELECT s.id, s.account_id FROM statuses s WHERE s.id = @id AND {StatusStore.IsVisible} FOR KEY SHARE OF s";
        return await write.SingleAsync<Parent>(Sql, new { id, viewer }) ?? throw StatusDraft.ParentNotFound();
    }

    private static async Task<long> InsertAsync(Write write, Caller caller, StatusDraft draft, Parent? parent, string host)
    {
        const string Sql =
            """
            WITH status AS (
                INSERT INTO statuses (account_id, text, spoiler_text, sensitive, visibility, language, in_reply_to_id, in_reply_to_account_id, application_id)
                VALUES (@author, @text, @spoiler, @sensitive, @visibility, @language, @parentId, @parentAuthor, @application)
                RETURNING id),
            mentioned AS (
                INSERT INTO mentions (account_id, status_id)
                SELECT a.id, s.id FROM status s, accounts a WHERE lower(a.username) = ANY(@handles)),
            tagged AS (
                INSERT INTO status_hashtags (hashtag, status_id, account_id)
                SELECT tag, s.id, @author FROM status s, unnest(@hashtags) AS tag),
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
            application = caller.ApplicationId,
            handles = draft.Text.MentionedHandles().Select(handle => LocalPart(handle, host)).OfType<string>().ToArray(),
            hashtags = draft.Text.Hashtags().Select(tag => tag.Name).ToArray(),
        });
    }

    /// <summary>The username of a handle of this server; null for handles of others, which nobody here answers to.</summary>
    private static string? LocalPart(string handle, string host) =>
        handle.Split('@', 2) is [var name, var domain] ? (string.Equals(domain, host, StringComparison.OrdinalIgnoreCase) ? name : null) : handle;

    private sealed record KnownKey(byte[] Fingerprint, long? StatusId);

    private sealed record Parent(long Id, long AccountId);
}
