namespace Microblog.ApiService.Media.Imaging;

/// <summary>Encodes a picture's blur in some twenty characters that clients show until it has loaded (https://github.com/woltapp/blurhash, "Algorithm").</summary>
public static class BlurHash
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

    private const int Components = 4;

    /// <summary>The hash, with four components each way.</summary>
    public static string Encode(Pixels pixels)
    {
        var factors = new List<(double R, double G, double B)>(Components * Components);
        var linear = Linear(pixels);
        for (var y = 0; y < Components; y++)
        {
            for (var x = 0; x < Components; x++)
            {
                factors.Add(Factor(linear, pixels.Width, pixels.Height, x, y));
            }
        }
        var largest = factors.Skip(1).Max(factor => Math.Max(Math.Abs(factor.R), Math.Max(Math.Abs(factor.G), Math.Abs(factor.B))));
        var quantised = Math.Clamp((int)((largest * 166) - 0.5), 0, 82);
        var scale = (quantised + 1) / 166d;
        var (r, g, b) = factors[0];
        return Base83(Components - 1 + ((Components - 1) * 9), 1) + Base83(quantised, 1)
            + Base83((ToSrgb(r) << 16) + (ToSrgb(g) << 8) + ToSrgb(b), 4)
            + string.Concat(factors.Skip(1).Select(factor => Base83((Ac(factor.R / scale) * 19 * 19) + (Ac(factor.G / scale) * 19) + Ac(factor.B / scale), 2)));
    }

    private static double[] Linear(Pixels pixels)
    {
        var table = new double[256];
        for (var i = 0; i < table.Length; i++)
        {
            var value = i / 255d;
            table[i] = value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }
        return Array.ConvertAll(pixels.Rgb, value => table[value]);
    }

    private static (double R, double G, double B) Factor(double[] linear, int width, int height, int componentX, int componentY)
    {
        var (r, g, b) = (0d, 0d, 0d);
        for (var y = 0; y < height; y++)
        {
            var vertical = Math.Cos(Math.PI * componentY * y / height);
            for (var x = 0; x < width; x++)
            {
                var basis = vertical * Math.Cos(Math.PI * componentX * x / width);
                var at = 3 * ((y * width) + x);
                (r, g, b) = (r + (basis * linear[at]), g + (basis * linear[at + 1]), b + (basis * linear[at + 2]));
            }
        }
        var scale = (componentX == 0 && componentY == 0 ? 1d : 2d) / (width * height);
        return (r * scale, g * scale, b * scale);
    }

    private static int ToSrgb(double value)
    {
        var clamped = Math.Clamp(value, 0, 1);
        return (int)(((clamped <= 0.0031308 ? clamped * 12.92 : (1.055 * Math.Pow(clamped, 1 / 2.4)) - 0.055) * 255) + 0.5);
    }

    private static int Ac(double value) => Math.Clamp((int)Math.Floor((Math.Sign(value) * Math.Sqrt(Math.Abs(value)) * 9) + 9.5), 0, 18);

    private static string Base83(int value, int length)
    {
        var text = new char[length];
        for (var i = length - 1; i >= 0; i--, value /= 83)
        {
            text[i] = Digits[value % 83];
        }
        return new string(text);
    }
}
