using System.Buffers.Text;
using System.Security.Cryptography;
using Microblog.ApiService.Database;
using Microblog.Contracts;
using Npgsql;

namespace Microblog.ApiService.Push;

/// <summary>
/// The key that this server signs with at push services (VAPID, RFC 8292), made when first asked for and shared through PostgreSQL; its private
/// part is encrypted there. Subscriptions are bound to it, so it stays for good: who has to replace it deletes its row, and with that all subscriptions.
/// </summary>
public sealed class VapidKeys(Db db, MicroblogOptions options)
{
    /// <summary>Any constant will do; it only has to be the same in every process.</summary>
    private const long AdvisoryLock = 0x7661706964;

    /// <summary>How long a deleted key may go on being named.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private Known? _known;

    /// <summary>The public key as clients expect it: the uncompressed point in URL-safe Base64, padded.</summary>
    public async ValueTask<string> PublicKeyAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _known) is { } known && Environment.TickCount64 - known.ReadAt < Memory.TotalMilliseconds)
        {
            return known.Key;
        }
        const string Sql = "SELECT public_key FROM vapid_keys ORDER BY created_at, id LIMIT 1";
        Task<byte[]?> Find(NpgsqlConnection connection) => connection.ScalarAsync<byte[]>(Sql, new { }, cancellationToken);
        var stored = await db.FindAsync(accountId: null, Find, cancellationToken);
        if (stored is null)
        {
            await MakeAsync(cancellationToken);
            stored = await db.ReadPrimaryAsync(Find, cancellationToken) ?? throw new InvalidOperationException("The key for pushes that was just made cannot be read back.");
        }
        var key = Text(stored);
        Volatile.Write(ref _known, new Known(key, Environment.TickCount64));
        return key;
    }

    /// <summary>As <see cref="PublicKeyAsync"/>; null when it can be neither read nor made at the moment.</summary>
    public async ValueTask<string?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PublicKeyAsync(cancellationToken);
        }
        catch (NpgsqlException exception) when (Db.IsUnreachable(exception))
        {
            return Volatile.Read(ref _known)?.Key;
        }
    }

    /// <summary>A public key as text.</summary>
    public static string Text(byte[] point) => Base64Url.EncodeToString(point) + new string('=', (3 - (point.Length % 3)) % 3);

    private Task<int> MakeAsync(CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = P256.Export(key.ExportParameters(includePrivateParameters: false));
        var id = Base64Url.EncodeToString(SHA256.HashData(publicKey).AsSpan(0, 12));
        var privateKey = KeyCipher.Encrypt(options.KeyEncryptionKey, id, key.ExportPkcs8PrivateKey());
        return db.WriteAsync(accountId: null, async write =>
        {
            await write.ExecuteAsync("SELECT pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock });
            return await write.ExecuteAsync(
                "INSERT INTO vapid_keys (id, public_key, private_key) SELECT @id, @publicKey, @privateKey WHERE NOT EXISTS (SELECT FROM vapid_keys)", new { id, publicKey, privateKey });
        }, cancellationToken);
    }

    private sealed record Known(string Key, long ReadAt);
}
