using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Microblog.ApiService.OAuth;

/// <summary>Random secrets: client ids and secrets, codes, session cookies. 256 bits each, so a fast hash protects what is stored.</summary>
public static class Secrets
{
    /// <summary>A new secret, in characters that need no escaping anywhere.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored of a secret.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
