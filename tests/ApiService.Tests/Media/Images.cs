using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace Microblog.ApiService.Tests.Media;

/// <summary>Image files of every kind, honest and not.</summary>
public static class Images
{
    /// <summary>24×16, made once with libvips 8.14: not every machine can encode AVIF.</summary>
    public static readonly byte[] Avif = Convert.FromBase64String(
        "AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZgAAAOptZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAEOAAEAAAAAAAAAMAAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEAAGF2MDEAAAAAamlwcnAAAABLaXBjbwAAABNjb2xybmNseAACAAIABoAAAAAMYXYxQ4EADAAAAAAUaXNwZQAAAAAAAAAYAAAAEAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgYIDhAAAADhtZGF0EgAKCRgQ7+wQICBoQDIhGAAEEAAEAMN9F0i07HL+7TN8BO/Cuv+4wshBRKdpCn9A");

    /// <summary>A PNG: red above, blue below, so that a turned one is told from an upright one.</summary>
    public static byte[] Png(int width, int height) => PngOf(width, height, (_, y) => y < height / 2 ? (220, 30, 30) : (30, 30, 220));

    /// <summary>A PNG of any pattern.</summary>
    public static byte[] PngOf(int width, int height, Func<int, int, (int R, int G, int B)> colour)
    {
        var rows = new byte[height * ((3 * width) + 1)];
        var at = 0;
        for (var y = 0; y < height; y++)
        {
            at++;
            for (var x = 0; x < width; x++)
            {
                var (r, g, b) = colour(x, y);
                (rows[at], rows[at + 1], rows[at + 2], at) = ((byte)r, (byte)g, (byte)b, at + 3);
            }
        }
        return [.. PngStart(width, height), .. Chunk("IDAT", Deflate(rows)), .. Chunk("IEND", [])];
    }

    /// <summary>A PNG in shades of grey, of 8 or 16 bits.</summary>
    public static byte[] GreyPng(int width, int height, byte bits) =>
        [.. PngStart(width, height, bits, colour: 0), .. Chunk("IDAT", Deflate(new byte[height * ((width * bits / 8) + 1)])), .. Chunk("IEND", [])];

    /// <summary>A PNG whose header promises so many pixels, with next to nothing behind it.</summary>
    public static byte[] PngBomb(int width, int height) => [.. PngStart(width, height), .. Chunk("IDAT", Deflate(new byte[100])), .. Chunk("IEND", [])];

    /// <summary>A JPEG of <see cref="Png"/>.</summary>
    public static byte[] Jpeg(int width, int height) => Through(Png(width, height), "copy", "jpg[Q=90]");

    /// <summary>A JPEG in shades of grey.</summary>
    public static byte[] GreyJpeg(int width, int height) => Through(GreyPng(width, height, 8), "copy", "jpg");

    /// <summary>A still WebP of <see cref="Png"/>.</summary>
    public static byte[] WebP(int width, int height) => Through(Png(width, height), "copy", "webp");

    /// <summary>An animation of frames that lie below each other in a PNG.</summary>
    public static byte[] Animation(int width, int height, int frames, string type) =>
        Through(PngOf(width, height * frames, (x, y) => (x * 255 / width, y / height * 255 / frames, 90)), type + "save", type, "--page-height", $"{height}");

    /// <summary>The JPEG with EXIF that says: lies on its side (6), and was taken at a place.</summary>
    public static byte[] WithOrientationAndPlace(byte[] jpeg)
    {
        // TIFF, big endian: IFD0 with orientation, description and a pointer to the GPS directory.
        byte[] tiff =
        [
            .. "MM\0*"u8, 0, 0, 0, 8,
            0, 3,
            0x01, 0x0E, 0, 2, 0, 0, 0, 12, 0, 0, 0, 50,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0,
            0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 62,
            0, 0, 0, 0,
            .. "SecretPlace\0"u8,
            0, 2,
            0, 1, 0, 2, 0, 0, 0, 2, (byte)'N', 0, 0, 0,
            0, 2, 0, 5, 0, 0, 0, 3, 0, 0, 0, 92,
            0, 0, 0, 0,
            0, 0, 0, 48, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 30, 0, 0, 0, 1,
        ];
        byte[] payload = [.. "Exif\0\0"u8, .. tiff];
        var length = payload.Length + 2;
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. payload, .. jpeg.AsSpan(2)];
    }

    /// <summary>The WebP in the extended format with EXIF behind the pictures.</summary>
    public static byte[] WithExif(byte[] webp)
    {
        byte[] exif = [.. "EXIF"u8, 12, 0, 0, 0, .. "SecretPlace\0"u8];
        var file = webp.AsSpan(12, 4).SequenceEqual("VP8X"u8) ? webp.ToArray() : throw new ArgumentException("not extended", nameof(webp));
        file[20] |= 0x08;
        byte[] whole = [.. file, .. exif];
        BinaryPrimitives.WriteInt32LittleEndian(whole.AsSpan(4), whole.Length - 8);
        return whole;
    }

    /// <summary>The colour of a pixel of any image.</summary>
    public static (int R, int G, int B) Pixel(byte[] image, int x, int y)
    {
        var ppm = ApiService.Media.Imaging.Pixels.ReadPortable(Through(image, "copy", "ppm[strip]"));
        var at = 3 * ((y * ppm.Width) + x);
        return (ppm.Rgb[at], ppm.Rgb[at + 1], ppm.Rgb[at + 2]);
    }

    /// <summary>What libvips says of an image: sizes, frames, all metadata.</summary>
    public static string Header(byte[] image)
    {
        var directory = Directory.CreateTempSubdirectory("microblog-images-");
        try
        {
            var path = Path.Combine(directory.FullName, "image");
            File.WriteAllBytes(path, image);
            return Run("vipsheader", "-a", path);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static byte[] Through(byte[] image, string operation, string to, params string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("microblog-images-");
        try
        {
            var (source, result) = (Path.Combine(directory.FullName, "source"), Path.Combine(directory.FullName, "result." + to));
            File.WriteAllBytes(source, image);
            Run("vips", [operation, source, result, .. arguments]);
            return File.ReadAllBytes(result.Split('[')[0]);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromSeconds(60)) || process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {(process.HasExited ? error.Result : "no end")}");
        }
        return output.Result;
    }

    private static byte[] PngStart(int width, int height, byte bits = 8, byte colour = 2)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bits, colour);
        return [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. Chunk("IHDR", header)];
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(name), .. data];
        var (length, crc) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc(body));
        return [.. length, .. body, .. crc];
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }
        return ~crc;
    }

    private static byte[] Deflate(byte[] bytes)
    {
        var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(bytes);
        }
        return result.ToArray();
    }
}
