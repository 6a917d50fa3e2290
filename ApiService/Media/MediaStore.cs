using System.Globalization;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media.Imaging;
using Npgsql;

namespace Microblog.ApiService.Media;

/// <summary>Attachments in the database. A deleted status lets go of its attachments by itself; which files are still needed triggers keep track of.</summary>
public sealed class MediaStore(Db db)
{
    /// <summary>Attachments of statuses, those of each in their order.</summary>
    public static async Task<IReadOnlyList<MediaRow>> OfStatusesAsync(NpgsqlConnection connection, long[] statusIds, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {MediaRow.Columns} FROM media_attachments WHERE status_id = ANY(@statusIds) ORDER BY status_id, position";
        return statusIds.Length == 0 ? [] : await connection.ListAsync<MediaRow>(Sql, new { statusIds }, cancellationToken);
    }

    /// <summary>
    /// Makes these, in this order, the attachments of a status of the account, and lets go of those it had besides. None at all lets go of all.
    /// The status has to be there already.
    /// </summary>
    /// <exception cref="ApiException">422 when there are too many, or one is not the account's or is attached to another status.</exception>
    public static async Task AttachAsync(Write write, long account, long[] mediaIds, long statusId)
    {
        // In the order of the ids: two posts with the same media must not wait for each other.
        const string Lock =
            """
            SELECT array_agg(id) FROM (
                SELECT id FROM media_attachments
                WHERE account_id = @account AND id = ANY(@ids) AND (status_id IS NULL OR status_id = @statusId) ORDER BY id FOR UPDATE) mine
            """;
        const string Attach =
            """
            UPDATE media_attachments SET status_id = NULL WHERE account_id = @account AND status_id = @statusId AND id <> ALL(@ids);
            UPDATE media_attachments m SET status_id = @statusId, position = wanted.place
            FROM unnest(@ids) WITH ORDINALITY AS wanted(id, place) WHERE m.account_id = @account AND m.id = wanted.id;
            """;
        long[] ids = [.. mediaIds.Distinct()];
        if (ids.Length > MediaLimits.MaxAttachments)
        {
            throw ApiException.Unprocessable($"Cannot attach more than {MediaLimits.MaxAttachments} files");
        }
        var mine = ids.Length == 0 ? [] : await write.ScalarAsync<long[]>(Lock, new { account, ids, statusId }) ?? [];
        var missing = ids.Except(mine).Select(id => id.ToString(CultureInfo.InvariantCulture)).ToList();
        if (missing.Count > 0)
        {
            throw ApiException.Unprocessable($"Media {string.Join(", ", missing)} not found or already attached to another post");
        }
        await write.ExecuteAsync(Attach, new { account, ids, statusId });
    }

    /// <summary>Deletes the attachments of a status of the account, files included; before the status itself, which else only lets go of them.</summary>
    public static Task DeleteOfStatusAsync(Write write, long account, long statusId) =>
        write.ExecuteAsync("DELETE FROM media_attachments WHERE account_id = @account AND status_id = @statusId", new { account, statusId });

    /// <summary>An attachment of the account that no status has; null when there is none.</summary>
    public Task<MediaRow?> UnattachedAsync(long account, long id, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {MediaRow.Columns} FROM media_attachments WHERE account_id = @account AND id = @id AND status_id IS NULL";
        return db.FindAsync(account, connection => connection.SingleAsync<MediaRow>(Sql, new { account, id }, cancellationToken), cancellationToken);
    }

    /// <summary>An attachment of the account, whether a status has it or not; null when there is none.</summary>
    public Task<MediaRow?> FindAsync(long account, long id, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {MediaRow.Columns} FROM media_attachments WHERE account_id = @account AND id = @id";
        return db.FindAsync(account, connection => connection.SingleAsync<MediaRow>(Sql, new { account, id }, cancellationToken), cancellationToken);
    }

    /// <summary>Adds an attachment that no status has yet, and returns its id.</summary>
    public static Task<long> AddAsync(Write write, long account, ImageFile original, string originalKey, ImagePreview preview, string smallKey, MediaFields about)
    {
        const string Sql =
            """
            INSERT INTO media_attachments (account_id, original_key, small_key, content_type, width, height, small_width, small_height, focus_x, focus_y, blurhash, description)
            VALUES (@account, @originalKey, @smallKey, @contentType, @width, @height, @smallWidth, @smallHeight, @focusX, @focusY, @blurhash, @description)
            RETURNING id
            """;
        var arguments = new
        {
            account,
            originalKey,
            smallKey,
            contentType = original.Type.ContentType,
            width = original.Width,
            height = original.Height,
            smallWidth = preview.File.Width,
            smallHeight = preview.File.Height,
            focusX = about.Focus?.X,
            focusY = about.Focus?.Y,
            blurhash = preview.Blurhash,
            description = about.Description,
        };
        return write.ScalarAsync<long>(Sql, arguments);
    }

    /// <summary>Changes what was sent of an attachment that no status has; null when there is none.</summary>
    public Task<MediaRow?> UpdateAsync(
        long account, long id, MediaFields about, bool setsDescription, bool setsFocus, ImagePreview? preview, string? smallKey, CancellationToken cancellationToken)
    {
        const string Sql =
            $"""
            UPDATE media_attachments SET
                description = CASE WHEN @setsDescription THEN @description ELSE description END,
                focus_x = CASE WHEN @setsFocus THEN @focusX ELSE focus_x END,
                focus_y = CASE WHEN @setsFocus THEN @focusY ELSE focus_y END,
                small_key = coalesce(@smallKey, small_key), small_width = coalesce(@smallWidth, small_width), small_height = coalesce(@smallHeight, small_height),
                blurhash = coalesce(@blurhash, blurhash)
            WHERE account_id = @account AND id = @id AND status_id IS NULL
            RETURNING {MediaRow.Columns}
            """;
        var arguments = new
        {
            account,
            id,
            setsDescription,
            setsFocus,
            description = about.Description,
            focusX = about.Focus?.X,
            focusY = about.Focus?.Y,
            smallKey,
            smallWidth = preview?.File.Width,
            smallHeight = preview?.File.Height,
            blurhash = preview?.Blurhash,
        };
        return db.WriteAsync(account, write => write.SingleAsync<MediaRow>(Sql, arguments), cancellationToken);
    }

    /// <summary>Deletes an attachment that no status has.</summary>
    /// <exception cref="ApiException">404 when the account has no such attachment, 422 when a status has it.</exception>
    public Task DeleteAsync(long account, long id, CancellationToken cancellationToken) => db.WriteAsync(account, async write =>
    {
        const string Delete = "DELETE FROM media_attachments WHERE account_id = @account AND id = @id AND status_id IS NULL";
        const string IsThere = "SELECT EXISTS (SELECT FROM media_attachments WHERE account_id = @account AND id = @id)";
        return await write.ExecuteAsync(Delete, new { account, id }) == 1 ? true
            : await write.ScalarAsync<bool>(IsThere, new { account, id }) ? throw ApiException.Unprocessable("Media attachment is currently used by a status")
            : throw ApiException.NotFound();
    }, cancellationToken);
}
