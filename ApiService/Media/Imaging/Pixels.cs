using System.Globalization;

namespace Microblog.ApiService.Media.Imaging;

/// <summary>A small picture as plain numbers, red, green and blue by turns, row by row.</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Rgb">Three bytes for each pixel.</param>
public sealed record Pixels(int Width, int Height, byte[] Rgb)
{
    /// <summary>Reads a binary PPM (P6) or PGM (P5), such as <c>P6\n32 24\n255\n</c> and the bytes (https://netpbm.sourceforge.net/doc/ppm.html).</summary>
    public static Pixels ReadPortable(ReadOnlySpan<byte> file)
    {
        var rest = file;
        var isColour = Word(ref rest) switch { "P6" => true, "P5" => false, var other => throw new InvalidDataException($"'{other}' is no pixmap") };
        var (width, height, most) = (Number(ref rest), Number(ref rest), Number(ref rest));
        var count = checked(width * height * (isColour ? 3 : 1));
        if (most != 255 || rest.Length < count)
        {
            throw new InvalidDataException("The pixmap is not whole, or not of eight bits");
        }
        var values = rest[..count].ToArray();
        return new Pixels(width, height, isColour ? values : [.. values.SelectMany(grey => new[] { grey, grey, grey })]);
    }

    private static int Number(ref ReadOnlySpan<byte> rest) => int.Parse(Word(ref rest), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Takes a word and the one white space behind it; comments go to the end of their line.</summary>
    private static string Word(ref ReadOnlySpan<byte> rest)
    {
        while (rest is [(byte)'#', ..])
        {
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        }
        var end = rest.IndexOfAny(" \n\r\t"u8);
        var word = System.Text.Encoding.ASCII.GetString(rest[..Math.Max(end, 0)]);
        rest = rest[(end + 1)..];
        return word;
    }
}
