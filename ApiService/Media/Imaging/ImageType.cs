namespace Microblog.ApiService.Media.Imaging;

/// <summary>A kind of image file that is taken or made. What a file is its first bytes say; its name and the client's header do not count.</summary>
/// <param name="ContentType">Media type.</param>
/// <param name="Extension">Extension of stored files, without the dot.</param>
/// <param name="Loader">The only decoder that may read it.</param>
/// <param name="MayMove">Whether it can be an animation.</param>
public sealed record ImageType(string ContentType, string Extension, string Loader, bool MayMove = false)
{
    /// <summary>Bytes that <see cref="Sniff"/> needs to see.</summary>
    public const int Signature = 32;

    /// <summary>JPEG.</summary>
    public static readonly ImageType Jpeg = new("image/jpeg", "jpg", "jpegload");

    /// <summary>PNG.</summary>
    public static readonly ImageType Png = new("image/png", "png", "pngload");

    /// <summary>GIF, moving or not.</summary>
    public static readonly ImageType Gif = new("image/gif", "gif", "gifload", MayMove: true);

    /// <summary>WebP, moving or not.</summary>
    public static readonly ImageType WebP = new("image/webp", "webp", "webpload", MayMove: true);

    /// <summary>AVIF; taken, but stored as WebP, which more clients show.</summary>
    public static readonly ImageType Avif = new("image/avif", "avif", "heifload");

    /// <summary>What may be uploaded.</summary>
    public static readonly IReadOnlyList<ImageType> All = [Jpeg, Png, Gif, WebP, Avif];

    /// <summary>What an upload of this type is stored as.</summary>
    public ImageType Stored => this == Avif ? WebP : this;

    /// <summary>What its preview is stored as: WebP keeps transparency, and photographs stay what they are.</summary>
    public ImageType Preview => this == Jpeg ? Jpeg : WebP;

    /// <summary>How the encoder is told to write it. Nothing of the source's metadata is kept: no place, no camera, no colour profile.</summary>
    public string SaveOptions(int quality) => this switch
    {
        _ when this == Jpeg => $"[strip,Q={quality},optimize-coding]",
        _ when this == WebP => $"[strip,Q={quality}]",
        _ when this == Png => "[strip,bitdepth=8]",
        _ => "[strip]",
    };

    /// <summary>The type of a file by its first bytes; null when it is none of ours.</summary>
    public static ImageType? Sniff(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? Jpeg
        : start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? Png
        : start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8) ? Gif
        : start.Length >= 12 && start.StartsWith("RIFF"u8) && start[8..].StartsWith("WEBP"u8) ? WebP
        : start.Length >= 12 && (start[4..].StartsWith("ftypavif"u8) || start[4..].StartsWith("ftypavis"u8)) ? Avif
        : null;
}
