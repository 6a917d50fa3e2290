using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microblog.ApiService.Media.Imaging;

namespace Microblog.ApiService.Media.Storage;

/// <summary>
/// Name of a stored file, such as <c>4f…9a-0c….jpg</c>: 128 random bits, so that nobody finds what was not shown to them, and the
/// beginning of the content's SHA-256, so that the address can be cached for ever.
/// </summary>
public readonly partial record struct MediaKey
{
    private const int RandomBytes = 16;

    private const int HashBytes = 8;

    private MediaKey(string text) => Text = text;

    /// <summary>The key as it stands in addresses and in the database.</summary>
    public string Text { get; }

    /// <summary>Media type of the file; a key that was parsed has one of ours.</summary>
    public string ContentType
    {
        get
        {
            var extension = Text[(Text.IndexOf('.', StringComparison.Ordinal) + 1)..];
            return ImageType.All.First(type => type.Extension == extension).ContentType;
        }
    }

    /// <summary>A new key for a file of this content.</summary>
    public static async Task<MediaKey> NewAsync(string path, ImageType type, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        return new MediaKey($"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}-{Convert.ToHexStringLower(hash.AsSpan(0, HashBytes))}.{type.Extension}");
    }

    /// <summary>Reads a key; null when the text is none, so that no path of another kind ever reaches a storage.</summary>
    public static MediaKey? Parse(string text) => Pattern().IsMatch(text) ? new MediaKey(text) : null;

    /// <inheritdoc/>
    public override string ToString() => Text;

    [GeneratedRegex(@"^[0-9a-f]{32}-[0-9a-f]{16}\.(jpg|png|gif|webp)\z")]
    private static partial Regex Pattern();
}
