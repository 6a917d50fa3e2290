using Microblog.ApiService.Http;

namespace Microblog.ApiService.Media;

/// <summary>An attachment as read from the database.</summary>
public sealed record MediaRow(
    long Id, long AccountId, long? StatusId, string OriginalKey, string SmallKey, int Width, int Height, int SmallWidth, int SmallHeight,
    float? FocusX, float? FocusY, string Blurhash, string? Description)
{
    /// <summary>Columns of this record.</summary>
    public const string Columns = "id, account_id, status_id, original_key, small_key, width, height, small_width, small_height, focus_x, focus_y, blurhash, description";

    /// <summary>The attachment as the API shows it.</summary>
    /// <param name="mediaUrl">Base of the addresses, from <see cref="MediaUrl.Of"/>.</param>
    public MediaAttachmentEntity ToEntity(string mediaUrl) => new(
        Id.ToApi(), "image", $"{mediaUrl}/{OriginalKey}", $"{mediaUrl}/{SmallKey}", RemoteUrl: null, PreviewRemoteUrl: null,
        new MediaMeta(
            MediaSize.Of(Width, Height), MediaSize.Of(SmallWidth, SmallHeight),
            // The shortest text of the number that was sent; as doubles, singles show digits that nobody wrote.
            FocusX is { } x && FocusY is { } y ? new MediaFocus((double)(decimal)x, (double)(decimal)y) : null),
        Description, Blurhash);
}
