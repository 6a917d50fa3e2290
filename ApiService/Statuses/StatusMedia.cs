using Microblog.ApiService.Database;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Statuses;

/// <summary>Where statuses meet their attachments.</summary>
public static class StatusMedia
{
    /// <summary>SQL: whether status <c>s</c> has attachments.</summary>
    public const string HasMedia = "false";

    /// <summary>Attaches uploads of the author to a status that is there already.</summary>
    public static Task AttachAsync(Write write, long author, long statusId, long[] mediaIds) =>
        mediaIds.Length == 0 ? Task.CompletedTask : throw ValidationException.Of("media_ids", "ERR_INVALID", "is not supported by this server");

    /// <summary>Makes sure that uploads could be attached, as when the status is scheduled.</summary>
    public static Task CheckAsync(Write write, long author, long[] mediaIds) => AttachAsync(write, author, 0, mediaIds);

    /// <summary>Makes these the attachments of a status, and changes what is said of them.</summary>
    public static Task ChangeAsync(Write write, long author, long statusId, long[] mediaIds, IReadOnlyList<MediaChange> changes) =>
        AttachAsync(write, author, statusId, mediaIds);

    /// <summary>The attachments of a status as JSON, for its history and to find out whether an edit changed them.</summary>
    public static Task<string> SnapshotAsync(Write write, long statusId) => Task.FromResult("[]");

    /// <summary>Deletes the attachments of a status of the author; before the status, which else only lets go of them.</summary>
    public static Task DeleteAsync(Write write, long author, long statusId) => Task.CompletedTask;
}
