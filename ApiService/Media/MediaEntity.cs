using System.Text.Json.Serialization;

namespace Microblog.ApiService.Media;

/// <summary>https://docs.joinmastodon.org/entities/MediaAttachment/. Always an image, and always ready: uploads are processed before they are answered.</summary>
public sealed record MediaAttachmentEntity(
    string Id, string Type, string Url, string PreviewUrl, string? RemoteUrl, string? PreviewRemoteUrl, MediaMeta Meta, string? Description, string Blurhash);

/// <summary>Sizes of an image and of its preview, and the place that must stay visible when it is cropped.</summary>
public sealed record MediaMeta(
    MediaSize Original, MediaSize Small, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MediaFocus? Focus);

/// <summary>Size of a picture.</summary>
public sealed record MediaSize(int Width, int Height, string Size, double Aspect)
{
    /// <summary>The size in the words of the API.</summary>
    public static MediaSize Of(int width, int height) => new(width, height, $"{width}x{height}", (double)width / height);
}

/// <summary>The place that must stay visible: from -1 (left, bottom) to 1 (right, top).</summary>
public sealed record MediaFocus(double X, double Y);
