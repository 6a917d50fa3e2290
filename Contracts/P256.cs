using System.Security.Cryptography;

namespace Microblog.Contracts;

/// <summary>Points of the curve P-256 in the uncompressed form in which browsers and push services write public keys.</summary>
public static class P256
{
    /// <summary>Length of a point in bytes.</summary>
    public const int PointLength = 65;

    private const int Half = 32;
    private const byte Uncompressed = 4;

    /// <summary>The public key; null when these bytes are no point of the curve.</summary>
    public static ECDiffieHellman? Import(byte[] point)
    {
        if (point is not [Uncompressed, ..] || point.Length != PointLength)
        {
            return null;
        }
        try
        {
            return ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..(1 + Half)], Y = point[(1 + Half)..] } });
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The public part of a key.</summary>
    public static byte[] Export(ECParameters key) => [Uncompressed, .. key.Q.X!, .. key.Q.Y!];
}
