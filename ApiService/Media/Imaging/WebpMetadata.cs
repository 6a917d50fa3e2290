using System.Buffers.Binary;

namespace Microblog.ApiService.Media.Imaging;

/// <summary>
/// Takes EXIF, XMP and colour profile out of a WebP file (https://developers.google.com/speed/webp/docs/riff_container): libvips 8.14
/// writes EXIF into animations even when told not to.
/// </summary>
public static class WebpMetadata
{
    private const int Header = 12;

    private const int ChunkHeader = 8;

    /// <summary>ICC profile, EXIF and XMP in the flags of the chunk VP8X.</summary>
    private const byte Metadata = 0x20 | 0x08 | 0x04;

    /// <summary>The file without them.</summary>
    public static byte[] Remove(ReadOnlySpan<byte> file)
    {
        var result = new MemoryStream(file.Length);
        result.Write(file[..Header]);
        for (var rest = file[Header..]; rest.Length >= ChunkHeader;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            // Chunks begin at even places.
            var whole = (int)Math.Min(rest.Length, ChunkHeader + length + (length & 1));
            var chunk = rest[..whole].ToArray();
            if (!(chunk.AsSpan().StartsWith("EXIF"u8) || chunk.AsSpan().StartsWith("XMP "u8) || chunk.AsSpan().StartsWith("ICCP"u8)))
            {
                if (chunk.AsSpan().StartsWith("VP8X"u8) && chunk.Length > ChunkHeader)
                {
                    chunk[ChunkHeader] &= unchecked((byte)~Metadata);
                }
                result.Write(chunk);
            }
            rest = rest[whole..];
        }
        var bytes = result.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)(bytes.Length - ChunkHeader));
        return bytes;
    }
}
