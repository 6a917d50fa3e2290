using System.Globalization;
using System.Text.Json;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Npgsql;

namespace Microblog.ApiService.Statuses;

/// <summary>Where statuses meet their attachments.</summary>
public static class StatusMedia
{
    /// <summary>SQL: whether status <c>s</c> has attachments.</summary>
    public const string HasMedia = "EXISTS (SELECT FROM media_attachments ma WHERE ma.status_id = s.id)";

    /// <summary>Attachments of the account by their ids, whatever they belong to now.</summary>
    public static async Task<IReadOnlyList<MediaRow>> ByIdsAsync(NpgsqlConnection connection, long account, long[] ids, CancellationToken cancellationToken) =>
        ids.Length == 0 ? [] : await connection.ListAsync<MediaRow>($"SELECT {MediaRow.Columns} FROM media_attachments WHERE account_id = @account AND id = ANY(@ids)", new { account, ids }, cancellationToken);

    /// <summary>Makes sure that uploads could be attached, as when the status is scheduled; from then on they are kept for it.</summary>
    /// <exception cref="ApiException">422 when one is not the author's or is attached already.</exception>
    public static async Task CheckAsync(Write write, long author, long[] mediaIds)
    {
        // Shared locks, so that the clean-up of abandoned uploads passes them by until the schedule is there.
        const string Sql = "SELECT count(*)::int FROM (SELECT FROM media_attachments WHERE account_id = @author AND id = ANY(@mediaIds) AND status_id IS NULL FOR SHARE) free";
        if (mediaIds.Length > 0 && await write.ScalarAsync<int>(Sql, new { author, mediaIds }) < mediaIds.Length)
        {
            throw ApiException.Unprocessable("Media not found or already attached to another post");
        }
    }

    /// <summary>Makes these the attachments of a status, and changes what is said of them.</summary>
    /// <exception cref="ApiException">422 when one cannot be attached, or a description or focus is wrong.</exception>
    public static async Task ChangeAsync(Write write, long author, long statusId, long[] mediaIds, IReadOnlyList<MediaChange> changes)
    {
        const string Sql =
            """
            UPDATE media_attachments SET
                description = CASE WHEN @setsDescription THEN @Description ELSE description END,
                focus_x = CASE WHEN @setsFocus THEN @x ELSE focus_x END,
                focus_y = CASE WHEN @setsFocus THEN @y ELSE focus_y END
            WHERE account_id = @author AND id = @Id AND status_id = @statusId
            """;
        await MediaStore.AttachAsync(write, author, mediaIds, statusId);
        foreach (var change in changes)
        {
            var about = MediaFields.Of(change.Description, change.Focus);
            await write.ExecuteAsync(Sql, new
            {
                author,
                statusId,
                change.Id,
                about.Description,
                setsDescription = change.Description is not null,
                x = about.Focus?.X,
                y = about.Focus?.Y,
                setsFocus = change.Focus is not null,
            });
        }
    }

    /// <summary>The attachments of a status as JSON (<see cref="MediaVersion"/>), for its history and to find out whether an edit changed them.</summary>
    public static async Task<string> SnapshotAsync(Write write, long statusId)
    {
        const string Sql =
            """
            SELECT coalesce(jsonb_agg(jsonb_build_object('id', id::text, 'description', description, 'focus', focus_x || ',' || focus_y) ORDER BY position), '[]')::text
            FROM media_attachments WHERE status_id = @statusId
            """;
        return await write.ScalarAsync<string>(Sql, new { statusId }) ?? "[]";
    }
}

/// <summary>An attachment as it was in an earlier version of its status.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Description">The image in words.</param>
/// <param name="Focus">The place that had to stay visible.</param>
public sealed record MediaVersion(string Id, string? Description, string? Focus)
{
    /// <summary>Its id as a number.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long MediaId => long.Parse(Id, CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="StatusMedia.SnapshotAsync"/> wrote.</summary>
    public static MediaVersion[] Parse(string? json) => json is null ? [] : JsonSerializer.Deserialize(json, ApiJson.Default.MediaVersionArray) ?? [];

    /// <summary>The attachments of a version as the API shows them. What was taken out of the status and not used again is deleted after a day, and missing then.</summary>
    public static IReadOnlyList<MediaAttachmentEntity> Entities(string json, IEnumerable<MediaRow> rows, string mediaUrl)
    {
        var found = rows.ToDictionary(row => row.Id);
        return [.. Parse(json).Where(version => found.ContainsKey(version.MediaId)).Select(version => found[version.MediaId].ToEntity(mediaUrl) with { Description = version.Description })];
    }
}
