using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microblog.Contracts;

namespace Microblog.FeedWorker.Push;

/// <summary>An encrypted push message.</summary>
/// <param name="Body">What is sent.</param>
/// <param name="Salt">Salt, which the older encoding has in a header.</param>
/// <param name="SenderKey">Public key of this message, which the older encoding has in a header.</param>
public sealed record EncryptedPush(byte[] Body, byte[] Salt, byte[] SenderKey);

/// <summary>
/// Encrypts for the client, past the push service: RFC 8291 (<c>aes128gcm</c>), or draft 04 of it (<c>aesgcm</c>) for clients that ask for no
/// standard. .NET has all the parts, so this takes no library.
/// </summary>
public static class PushEncryption
{
    /// <summary>Longest text of a message: one record of 4,096 bytes less its header, tag and delimiter.</summary>
    public const int MaxPlain = RecordSize - SaltLength - 4 - 1 - P256.PointLength - TagLength - 1;

    private const int RecordSize = 4096;
    private const int SaltLength = 16;
    private const int TagLength = 16;
    private const int KeyLength = 16;
    private const int NonceLength = 12;

    /// <summary>Encrypts with a key and salt of this message alone.</summary>
    /// <param name="plain">The text.</param>
    /// <param name="clientKey">The client's public key, an uncompressed point.</param>
    /// <param name="auth">The secret shared with the client.</param>
    /// <param name="standard">RFC 8291, or the draft.</param>
    public static EncryptedPush Encrypt(ReadOnlySpan<byte> plain, byte[] clientKey, byte[] auth, bool standard)
    {
        using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return Encrypt(plain, clientKey, auth, standard, sender, salt);
    }

    /// <summary>As the other, with a given key and salt.</summary>
    public static EncryptedPush Encrypt(ReadOnlySpan<byte> plain, byte[] clientKey, byte[] auth, bool standard, ECDiffieHellman sender, byte[] salt)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plain.Length, MaxPlain);
        using var client = P256.Import(clientKey) ?? throw new ArgumentException("Not a point of P-256", nameof(clientKey));
        var senderKey = P256.Export(sender.ExportParameters(includePrivateParameters: false));
        var shared = sender.DeriveRawSecretAgreement(client.PublicKey);
        return new EncryptedPush(standard ? Standard(plain, clientKey, auth, senderKey, salt, shared) : Draft(plain, clientKey, auth, senderKey, salt, shared), salt, senderKey);
    }

    private static byte[] Standard(ReadOnlySpan<byte> plain, byte[] clientKey, byte[] auth, byte[] senderKey, byte[] salt, byte[] shared)
    {
        var secret = Derive(shared, 32, auth, [.. "WebPush: info\0"u8, .. clientKey, .. senderKey]);
        var header = new byte[SaltLength + 4 + 1 + senderKey.Length];
        salt.CopyTo(header, 0);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(SaltLength), RecordSize);
        header[SaltLength + 4] = (byte)senderKey.Length;
        senderKey.CopyTo(header, SaltLength + 5);
        // The delimiter of the last record, and no padding.
        return [.. header, .. Seal([.. plain, 2], Derive(secret, KeyLength, salt, "Content-Encoding: aes128gcm\0"u8), Derive(secret, NonceLength, salt, "Content-Encoding: nonce\0"u8))];
    }

    private static byte[] Draft(ReadOnlySpan<byte> plain, byte[] clientKey, byte[] auth, byte[] senderKey, byte[] salt, byte[] shared)
    {
        var secret = Derive(shared, 32, auth, "Content-Encoding: auth\0"u8);
        byte[] context = [.. "P-256\0"u8, 0, (byte)clientKey.Length, .. clientKey, 0, (byte)senderKey.Length, .. senderKey];
        // The length of the padding comes first, and there is none.
        return Seal([0, 0, .. plain], Derive(secret, KeyLength, salt, [.. "Content-Encoding: aesgcm\0"u8, .. context]), Derive(secret, NonceLength, salt, [.. "Content-Encoding: nonce\0"u8, .. context]));
    }

    private static byte[] Derive(byte[] secret, int length, byte[] salt, ReadOnlySpan<byte> info)
    {
        var key = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, info);
        return key;
    }

    private static byte[] Seal(byte[] plain, byte[] key, byte[] nonce)
    {
        var cipher = new byte[plain.Length + TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, cipher.AsSpan(0, plain.Length), cipher.AsSpan(plain.Length));
        return cipher;
    }

    /// <summary>Puts the message and what says who sends it into a request.</summary>
    public static void Fill(HttpRequestMessage request, EncryptedPush push, bool standard, string token, string serverKey)
    {
        request.Content = new ByteArrayContent(push.Body);
        request.Content.Headers.ContentType = new("application/octet-stream");
        request.Content.Headers.ContentEncoding.Add(standard ? "aes128gcm" : "aesgcm");
        if (standard)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"vapid t={token}, k={serverKey}");
            return;
        }
        request.Headers.TryAddWithoutValidation("Authorization", $"WebPush {token}");
        request.Headers.TryAddWithoutValidation("Encryption", $"salt={Base64Url.EncodeToString(push.Salt)}");
        request.Headers.TryAddWithoutValidation("Crypto-Key", $"dh={Base64Url.EncodeToString(push.SenderKey)};p256ecdsa={serverKey}");
    }
}
