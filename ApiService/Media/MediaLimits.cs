namespace Microblog.ApiService.Media;

/// <summary>What an upload may be; clients read these from the instance and shrink their pictures accordingly.</summary>
public static class MediaLimits
{
    /// <summary>Largest image file, in bytes.</summary>
    public const int MaxImageBytes = 16 * 1024 * 1024;

    /// <summary>Longest body of a request with files: one image, a small thumbnail and the fields.</summary>
    public const long MaxBodyBytes = MaxImageBytes + (2 * 1024 * 1024);

    /// <summary>Most pixels that are decoded, 7680×4320. Read from the header, before a single pixel costs memory.</summary>
    public const long MaxPixels = 7680 * 4320;

    /// <summary>Most pixels of all frames of an animation together; encoding takes about a second per eight million.</summary>
    public const long MaxAnimatedPixels = 64_000_000;

    /// <summary>Most frames of an animation; each costs something however small it is.</summary>
    public const int MaxFrames = 1000;

    /// <summary>Most pixels that are kept, 3840×2160; larger images are scaled down to it.</summary>
    public const long OriginalPixels = 3840 * 2160;

    /// <summary>Most pixels of a preview, 640×360.</summary>
    public const long SmallPixels = 640 * 360;

    /// <summary>Longest description, in characters.</summary>
    public const int MaxDescription = 1500;

    /// <summary>Most attachments of a status.</summary>
    public const int MaxAttachments = 4;
}
