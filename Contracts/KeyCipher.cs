using System.Security.Cryptography;
using System.Text;

namespace Microblog.Contracts;

/// <summary>Encrypts private keys for the database: AES-256-GCM under a key derived from <c>Microblog:KeyEncryptionKey</c>, bound to the id of the key.</summary>
public static class KeyCipher
{
    /// <summary>The secret outside production: protects nothing, and lets every process on the machine read what another wrote.</summary>
    public const string DevelopmentSecret = "for development only";

    /// <summary>Shortest secret that production accepts, in characters: 32 bytes as Base64 have 44.</summary>
    public const int MinSecretLength = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Nonce, tag and cipher text.</summary>
    public static byte[] Encrypt(string secret, string id, ReadOnlySpan<byte> plain)
    {
        var sealedKey = new byte[NonceLength + TagLength + plain.Length];
        var nonce = sealedKey.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(Derive(secret), TagLength);
        aes.Encrypt(nonce, plain, sealedKey.AsSpan(NonceLength + TagLength), sealedKey.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(id));
        return sealedKey;
    }

    /// <summary>What was encrypted; null when it was under another secret, for another key, or has been changed.</summary>
    public static byte[]? Decrypt(string secret, string id, ReadOnlySpan<byte> sealedKey)
    {
        if (sealedKey.Length < NonceLength + TagLength)
        {
            return null;
        }
        var plain = new byte[sealedKey.Length - NonceLength - TagLength];
        using var aes = new AesGcm(Derive(secret), TagLength);
        try
        {
            aes.Decrypt(sealedKey[..NonceLength], sealedKey[(NonceLength + TagLength)..], sealedKey.Slice(NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(id));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Derive(string secret) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: "microblog signing keys"u8.ToArray());
}
