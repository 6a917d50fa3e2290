using Microblog.ApiService.Media.Imaging;

namespace Microblog.ApiService.Tests.Media;

/// <summary>The expected hashes are those of the reference implementation for the same pixels (that in C; the one in TypeScript overlooks negative factors when it scales).</summary>
public sealed class BlurHashTests
{
    [Fact]
    public void Hashes_are_those_of_the_reference_implementation()
    {
        Assert.Equal("UwH2D72mwzbZqeR:jse;g1fifRfjt5Sejtfj", BlurHash.Encode(Of(20, 12, (x, y) => (x * 13 % 256, y * 21 % 256, x * y % 256))));
        Assert.Equal("U~Lo]l|_sUK4q+n*jtazeqf7fQf7tjoKjtbG", BlurHash.Encode(Of(32, 18, (x, y) => (x < 16 ? 255 : 0, y < 9 ? 0 : 200, ((x ^ y) & 1) == 1 ? 255 : 0))));
        Assert.Equal("U*TSUA~qfQ~q_3t7fQt7fQfQfQfQ_3t7fQt7", BlurHash.Encode(Of(5, 7, (_, _) => (255, 255, 255))));
        Assert.Equal("U31C={%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%", BlurHash.Encode(Of(1, 1, (_, _) => (10, 20, 30))));
    }

    [Fact]
    public void Pixmaps_are_read_in_colour_and_in_grey_with_comments_or_without()
    {
        Assert.Equal([1, 2, 3, 4, 5, 6], Pixels.ReadPortable([.. "P6\n#a comment\n2 1\n255\n"u8, 1, 2, 3, 4, 5, 6]).Rgb);
        Assert.Equal([9, 9, 9, 7, 7, 7], Pixels.ReadPortable([.. "P5 1 2 255\n"u8, 9, 7]).Rgb);
        Assert.Throws<InvalidDataException>(() => Pixels.ReadPortable([.. "P6 2 2 255\n"u8, 1, 2, 3]));
        Assert.Throws<InvalidDataException>(() => Pixels.ReadPortable("GIF89a "u8));
    }

    private static Pixels Of(int width, int height, Func<int, int, (int R, int G, int B)> colour) => new(width, height,
        [.. Enumerable.Range(0, width * height).SelectMany(i =>
        {
            var (r, g, b) = colour(i % width, i / width);
            return new[] { (byte)r, (byte)g, (byte)b };
        })]);
}
