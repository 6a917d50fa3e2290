using Microblog.ApiService.Http;

namespace Microblog.ApiService.Media.Imaging;

/// <summary>An image of our own making, not stored yet.</summary>
/// <param name="Path">The file.</param>
/// <param name="Type">What it is.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
public sealed record ImageFile(string Path, ImageType Type, int Width, int Height);

/// <summary>A preview and its blur.</summary>
public sealed record ImagePreview(ImageFile File, string Blurhash);

/// <summary>Makes of an uploaded file what is shown to others. Nothing of the file itself is ever served: every byte is encoded anew.</summary>
public sealed class ImageProcessor(Vips vips, ImageQueue queue)
{
    private const int OriginalQuality = 88;

    private const int PreviewQuality = 80;

    /// <summary>Neither JPEG nor WebP can be longer.</summary>
    private const int MaxSide = 16383;

    private const int BlurSide = 32;

    /// <summary>The image to show, and its preview.</summary>
    public Task<(ImageFile Original, ImagePreview Preview)> AttachmentAsync(IFormFile upload, WorkDirectory work, CancellationToken cancellationToken) =>
        ProcessAsync(upload, work, async source =>
        {
            var original = await EncodeAsync(source.Path + source.Frames, source.Type.Stored, source.Type.Stored.SaveOptions(OriginalQuality), source.SideFor(MediaLimits.OriginalPixels), work, cancellationToken);
            return (original, await PreviewOfAsync(original.Path, source, work, cancellationToken));
        }, cancellationToken);

    /// <summary>A preview alone, of an image that stands for another.</summary>
    public Task<ImagePreview> PreviewAsync(IFormFile upload, WorkDirectory work, CancellationToken cancellationToken) =>
        ProcessAsync(upload, work, source => PreviewOfAsync(source.Path, source, work, cancellationToken), cancellationToken);

    /// <summary>The middle of an image, of exactly this size.</summary>
    public Task<ImageFile> CroppedAsync(IFormFile upload, WorkDirectory work, int width, int height, CancellationToken cancellationToken) =>
        ProcessAsync(upload, work, async source =>
        {
            var type = source.Type.Preview;
            var path = work.NewFile(type.Extension);
            await vips.ThumbnailAsync(source.Path, path + type.SaveOptions(OriginalQuality), width, height, ["--crop", "centre"], cancellationToken);
            return await FinishAsync(path, type, cancellationToken);
        }, cancellationToken);

    private async Task<T> ProcessAsync<T>(IFormFile upload, WorkDirectory work, Func<Source, Task<T>> process, CancellationToken cancellationToken)
    {
        try
        {
            if (upload.Length > MediaLimits.MaxImageBytes)
            {
                throw new ImageException($"is too large (maximum is {MediaLimits.MaxImageBytes / (1024 * 1024)} MiB)");
            }
            var type = await SniffAsync(upload, cancellationToken) ?? throw new ImageException("is not an image of a supported type");
            var path = work.NewFile(type.Extension);
            await using (var copy = File.Create(path))
            {
                await upload.CopyToAsync(copy, cancellationToken);
            }
            return await queue.RunAsync(async () => await process(await InspectAsync(path, type, cancellationToken)), cancellationToken);
        }
        catch (ImageException exception)
        {
            throw ValidationException.Of(upload.Name, "ERR_INVALID", exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ApiException.Unavailable("Images cannot be processed at the moment, please try again later", exception);
        }
    }

    private static async Task<ImageType?> SniffAsync(IFormFile upload, CancellationToken cancellationToken)
    {
        var start = new byte[ImageType.Signature];
        await using var stream = upload.OpenReadStream();
        return ImageType.Sniff(start.AsSpan(0, await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken)));
    }

    private async Task<Source> InspectAsync(string path, ImageType type, CancellationToken cancellationToken)
    {
        var (width, height) = await vips.SizeAsync(path, type, cancellationToken);
        if ((long)width * height > MediaLimits.MaxPixels)
        {
            throw new ImageException($"has too many pixels (maximum is {MediaLimits.MaxPixels})");
        }
        var frames = type.MayMove ? await vips.FramesAsync(path, cancellationToken) : 1;
        if (frames > 1 && (frames > MediaLimits.MaxFrames || (long)width * height * frames > MediaLimits.MaxAnimatedPixels))
        {
            throw new ImageException($"has too many frames (maximum is {MediaLimits.MaxFrames}, and {MediaLimits.MaxAnimatedPixels} pixels in all of them)");
        }
        return new Source(path, type, width, height, frames > 1 ? "[n=-1]" : "");
    }

    private async Task<ImagePreview> PreviewOfAsync(string path, Source source, WorkDirectory work, CancellationToken cancellationToken)
    {
        var type = source.Type.Preview;
        var preview = await EncodeAsync(path, type, type.SaveOptions(PreviewQuality), source.SideFor(MediaLimits.SmallPixels), work, cancellationToken);
        var blur = work.NewFile("ppm");
        await vips.ThumbnailAsync(preview.Path, blur + "[strip]", BlurSide, BlurSide, ["--size", "down"], cancellationToken);
        return new ImagePreview(preview, BlurHash.Encode(Pixels.ReadPortable(await File.ReadAllBytesAsync(blur, cancellationToken))));
    }

    private async Task<ImageFile> EncodeAsync(string from, ImageType type, string options, int side, WorkDirectory work, CancellationToken cancellationToken)
    {
        var path = work.NewFile(type.Extension);
        await vips.ThumbnailAsync(from, path + options, side, side, ["--size", "down"], cancellationToken);
        return await FinishAsync(path, type, cancellationToken);
    }

    private async Task<ImageFile> FinishAsync(string path, ImageType type, CancellationToken cancellationToken)
    {
        if (type == ImageType.WebP)
        {
            await File.WriteAllBytesAsync(path, WebpMetadata.Remove(await File.ReadAllBytesAsync(path, cancellationToken)), cancellationToken);
        }
        var (width, height) = await vips.SizeAsync(path, type, cancellationToken);
        return new ImageFile(path, type, width, height);
    }

    private sealed record Source(string Path, ImageType Type, int Width, int Height, string Frames)
    {
        /// <summary>Side of the square that an image of at most so many pixels fits in; the same whether it is turned or not.</summary>
        public int SideFor(long pixels)
        {
            var scale = Math.Min(1, Math.Sqrt((double)pixels / ((long)Width * Height)));
            return Math.Clamp((int)(Math.Max(Width, Height) * scale), 1, MaxSide);
        }
    }
}
