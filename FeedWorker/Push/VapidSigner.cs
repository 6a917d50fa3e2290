using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.FeedWorker.Push;

/// <summary>Says to push services who sends: tokens signed with the key that subscriptions were made for (VAPID, RFC 8292). The API makes the key.</summary>
public sealed class VapidSigner(NpgsqlDataSource primary, PushOptions options)
{
    /// <summary>Services accept at most a day.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private static readonly string Header = Base64Url.EncodeToString("""{"typ":"JWT","alg":"ES256"}"""u8);

    private (string Id, byte[] PrivateKey)? _known;

    /// <summary>A token for the service of an endpoint.</summary>
    /// <param name="keyId">The key of the subscription.</param>
    /// <param name="endpoint">Where it is used.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="InvalidOperationException">The key cannot be decrypted here.</exception>
    public async Task<string> SignAsync(string keyId, Uri endpoint, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(await PrivateKeyAsync(keyId, cancellationToken), out _);
        var claims = new VapidClaims(endpoint.GetLeftPart(UriPartial.Authority), DateTimeOffset.UtcNow.Add(Lifetime).ToUnixTimeSeconds(), options.Contact);
        var signed = $"{Header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, PushJson.Default.VapidClaims))}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private async Task<byte[]> PrivateKeyAsync(string id, CancellationToken cancellationToken)
    {
        if (_known is { } known && known.Id == id)
        {
            return known.PrivateKey;
        }
        await using var connection = await primary.OpenConnectionAsync(cancellationToken);
        var stored = await connection.ExecuteScalarAsync<byte[]>(new CommandDefinition("SELECT private_key FROM vapid_keys WHERE id = @id", new { id }, cancellationToken: cancellationToken));
        var key = stored is null ? null : KeyCipher.Decrypt(options.KeyEncryptionKey, id, stored);
        _known = (id, key ?? throw new InvalidOperationException($"Microblog:KeyEncryptionKey does not decrypt the key {id} for pushes; it has to be that of the API"));
        return key;
    }
}

/// <summary>Claims of a VAPID token.</summary>
/// <param name="Aud">Origin of the push service.</param>
/// <param name="Exp">End, in seconds since 1970.</param>
/// <param name="Sub">Whom to turn to.</param>
public sealed record VapidClaims(string Aud, long Exp, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Sub);
