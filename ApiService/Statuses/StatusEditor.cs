using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Polls;
using Microblog.Contracts;

namespace Microblog.ApiService.Statuses;

/// <summary>
/// Edits statuses. A request states the whole new content: what it leaves out is taken away. Who could see the status by being
/// mentioned can go on seeing it (<c>mentions.silent</c>).
/// </summary>
public static class StatusEditor
{
    /// <summary>Edits the author's status in the caller's transaction.</summary>
    /// <exception cref="ApiException">404 when the author has no such status.</exception>
    public static async Task EditAsync(Write write, long author, long id, StatusContent content, IReadOnlyList<MediaChange> mediaChanges, string host)
    {
        const string Lock =
            """
            SELECT text, spoiler_text, sensitive, language, coalesce(edited_at, created_at) AS written_at
            FROM statuses WHERE account_id = @author AND id = @id AND reblog_of_id IS NULL FOR NO KEY UPDATE
            """;
        var before = await write.SingleAsync<WrittenRow>(Lock, new { author, id }) ?? throw ApiException.NotFound();
        var poll = await write.SingleAsync<PollRow>($"SELECT {PollRow.Columns} FROM polls p WHERE p.status_id = @id FOR UPDATE", new { id });
        var media = await StatusMedia.SnapshotAsync(write, id);
        await StatusMedia.ChangeAsync(write, author, id, content.MediaIds, mediaChanges);
        var change = StatusChange.Between(before, poll, content) with { Media = await StatusMedia.SnapshotAsync(write, id) != media };
        if (change.IsRevision)
        {
            await KeepAsync(write, id, before, poll, media);
        }
        if (change.IsRevision || change.Language)
        {
            await UpdateAsync(write, author, id, content, change);
        }
        await SetPollAsync(write, author, id, poll, content.Poll, change.Poll);
        if (change.Text)
        {
            await SetNamesAsync(write, author, id, content, host);
        }
        if (change.IsRevision || change.Language)
        {
            await OutboxWriter.AddAsync(write, new StatusEdited(id, author, ReachesMore: change.Text));
        }
    }

    /// <summary>Keeps how the status was until now.</summary>
    private static Task<int> KeepAsync(Write write, long id, WrittenRow before, PollRow? poll, string media)
    {
        const string Sql =
            """
            INSERT INTO status_edits (status_id, number, text, spoiler_text, sensitive, poll_options, media, created_at)
            SELECT @id, (SELECT count(*) FROM status_edits WHERE status_id = @id), @Text, @SpoilerText, @Sensitive, @Options, @media::jsonb, @WrittenAt
            """;
        return write.ExecuteAsync(Sql, new { id, before.Text, before.SpoilerText, before.Sensitive, poll?.Options, media, before.WrittenAt });
    }

    private static Task<int> UpdateAsync(Write write, long author, long id, StatusContent content, StatusChange change)
    {
        const string Sql =
            """
            UPDATE statuses SET text = @text, spoiler_text = @SpoilerText, sensitive = @Sensitive, language = @Language,
                edited_at = CASE WHEN @isRevision THEN now() ELSE edited_at END
            WHERE account_id = @author AND id = @id
            """;
        return write.ExecuteAsync(Sql, new { author, id, text = content.Text.Text, content.SpoilerText, content.Sensitive, content.Language, isRevision = change.IsRevision });
    }

    /// <summary>Another question makes earlier answers meaningless; another end does not.</summary>
    private static async Task SetPollAsync(Write write, long author, long id, PollRow? before, PollDraft? after, bool isReset)
    {
        const string Prolong =
            """
            UPDATE polls SET hide_totals = @HideTotals, expires_at = now() + make_interval(secs => @ExpiresIn), closed = false WHERE status_id = @id
            """;
        if (isReset && before is not null)
        {
            await write.ExecuteAsync("DELETE FROM polls WHERE status_id = @id", new { id });
        }
        if (after is not null)
        {
            await (isReset ? StatusWriter.AddPollAsync(write, author, id, after) : write.ExecuteAsync(Prolong, new { id, after.HideTotals, after.ExpiresIn }));
        }
    }

    private static Task<int> SetNamesAsync(Write write, long author, long id, StatusContent content, string host)
    {
        const string Sql =
            """
            UPDATE mentions m SET silent = NOT (lower(a.username) = ANY(@usernames)) FROM accounts a WHERE m.status_id = @id AND a.id = m.account_id;
            INSERT INTO mentions (account_id, status_id)
            SELECT a.id, @id FROM accounts a
            WHERE lower(a.username) = ANY(@usernames) AND a.suspended_at IS NULL
                AND NOT EXISTS (SELECT FROM blocks b WHERE b.account_id = @author AND b.target_id = a.id)
            ON CONFLICT DO NOTHING;
            DELETE FROM status_hashtags WHERE status_id = @id AND hashtag <> ALL(@hashtags);
            INSERT INTO status_hashtags (hashtag, status_id, account_id) SELECT tag, @id, @author FROM unnest(@hashtags) AS tag ON CONFLICT DO NOTHING;
            INSERT INTO hashtags (hashtag, display_name) SELECT tag, spelling FROM unnest(@hashtags, @spellings) AS t (tag, spelling) ORDER BY tag ON CONFLICT DO NOTHING;
            """;
        var hashtags = content.Text.Hashtags();
        return write.ExecuteAsync(Sql, new
        {
            author,
            id,
            usernames = StatusWriter.MentionedUsernames(content.Text, host),
            hashtags = hashtags.Select(tag => tag.Name).ToArray(),
            spellings = hashtags.Select(tag => tag.Display).ToArray(),
        });
    }
}

/// <summary>What a status said before an edit.</summary>
public sealed record WrittenRow(string Text, string SpoilerText, bool Sensitive, string? Language, DateTime WrittenAt);

/// <summary>What an edit changes.</summary>
/// <param name="Text">The text.</param>
/// <param name="Warning">The content warning, or whether media are hidden.</param>
/// <param name="Poll">The question: options, or whether several may be chosen.</param>
/// <param name="Language">The language.</param>
/// <param name="Media">The attachments or their descriptions.</param>
public sealed record StatusChange(bool Text, bool Warning, bool Poll, bool Language, bool Media = false)
{
    /// <summary>Whether a reader sees a difference; then the version before is kept and the status is marked as edited.</summary>
    public bool IsRevision => Text || Warning || Poll || Media;

    /// <summary>Compares a status with what it is to become; attachments are compared elsewhere.</summary>
    public static StatusChange Between(WrittenRow before, PollRow? poll, StatusContent after) => new(
        before.Text != after.Text.Text,
        before.SpoilerText != after.SpoilerText || before.Sensitive != after.Sensitive,
        poll is null ? after.Poll is not null : after.Poll is null || poll.Multiple != after.Poll.Multiple || !poll.Options.SequenceEqual(after.Poll.Options),
        before.Language != after.Language);
}

/// <summary>A change of an attachment that stays where it is.</summary>
/// <param name="Id">The attachment.</param>
/// <param name="Description">The image in words; null: as it was.</param>
/// <param name="Focus">The place that must stay visible; null: as it was.</param>
public sealed record MediaChange(long Id, string? Description, string? Focus)
{
    /// <summary>
    /// Reads <c>media_attributes</c>: objects in JSON, or repeated fields of a form (<c>media_attributes[][id]</c>). In a form the n-th
    /// description belongs to the n-th id, so there have to be as many of them or none.
    /// </summary>
    /// <exception cref="ApiException">422 when it cannot be told what belongs to what.</exception>
    public static IReadOnlyList<MediaChange> Of(RequestFields fields)
    {
        var changes = new List<MediaChange>();
        for (var i = 0; i < MediaLimits.MaxAttachments && fields.Id($"media_attributes[{i}][id]") is { } id; i++)
        {
            changes.Add(new MediaChange(id, fields.Text($"media_attributes[{i}][description]"), fields.Text($"media_attributes[{i}][focus]")));
        }
        var (ids, descriptions, focuses) = (fields.List("media_attributes[][id]"), fields.List("media_attributes[][description]"), fields.List("media_attributes[][focus]"));
        if (ids.Count > MediaLimits.MaxAttachments || (descriptions.Count > 0 && descriptions.Count != ids.Count) || (focuses.Count > 0 && focuses.Count != ids.Count))
        {
            throw ValidationException.Of("media_attributes", "ERR_INVALID", "must have an id and as many descriptions and focuses as ids");
        }
        for (var i = 0; i < ids.Count; i++)
        {
            if (long.TryParse(ids[i], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id))
            {
                changes.Add(new MediaChange(id, descriptions.ElementAtOrDefault(i), focuses.ElementAtOrDefault(i)));
            }
        }
        return changes;
    }
}
