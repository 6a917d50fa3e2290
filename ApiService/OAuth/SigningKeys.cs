using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using Microblog.ApiService.Database;
using Microblog.Contracts;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Microblog.ApiService.OAuth;

/// <summary>
/// The keys that sign and verify access tokens (ES256), shared by all processes through PostgreSQL. The first process to need one makes
/// it. A token names its key, and a key that is not known here makes the process look once more: another process may have made it.
/// </summary>
public sealed partial class SigningKeys(Db db, MicroblogOptions options, ILogger<SigningKeys> logger) : IDisposable
{
    /// <summary>The only algorithm, both ways.</summary>
    public const string Algorithm = SecurityAlgorithms.EcdsaSha256;

    /// <summary>Any constant will do; it only has to be the same in every process.</summary>
    private const long AdvisoryLock = 0x7369676e6b657973;

    /// <summary>Tokens with made-up keys must not turn into more queries than this allows.</summary>
    private static readonly TimeSpan ReloadPause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan ReloadTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How old the published list may be.</summary>
    private static readonly TimeSpan ListMemory = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _loading = new(1, 1);
    private Ring _ring = new([], null);

    /// <summary>When the last load was begun. Of <see cref="Stopwatch"/>: other clocks stand still for milliseconds, in which a key can be made and missed.</summary>
    private long _loadedAt = long.MinValue / 2;

    /// <summary>All public keys, newest first, as they were a few seconds ago.</summary>
    public async Task<IReadOnlyList<SigningKey>> AllAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(Stopwatch.GetTimestamp() - Ticks(ListMemory), cancellationToken);
        return Volatile.Read(ref _ring).Keys;
    }

    /// <summary>The key that new tokens are signed with; made when there is none.</summary>
    public async ValueTask<SigningKey> SignerAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _ring).Signer is { } signer)
        {
            return signer;
        }
        await LoadAsync(Stopwatch.GetTimestamp(), cancellationToken);
        return Volatile.Read(ref _ring).Signer ?? await MakeAsync(olderThan: null, cancellationToken);
    }

    /// <summary>The key with this id; null when there is none.</summary>
    public async ValueTask<SecurityKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var arrived = Stopwatch.GetTimestamp();
        if (Volatile.Read(ref _ring).Find(id) is not { } known)
        {
            await LoadAsync(arrived, cancellationToken);
            return Volatile.Read(ref _ring).Find(id)?.Key;
        }
        return known.Key;
    }

    /// <summary>Signs with a new key from now on; tokens of the old ones stay good.</summary>
    public Task<SigningKey> RotateAsync(CancellationToken cancellationToken) => MakeAsync(TimeSpan.Zero, cancellationToken);

    /// <summary>Takes over what other processes made, makes a new key when the newest is older than this, and drops keys that no token in use was signed with.</summary>
    public async Task MaintainAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        await LoadAsync(Stopwatch.GetTimestamp(), cancellationToken);
        if (Volatile.Read(ref _ring).Signer is not { } signer || DateTime.UtcNow - signer.CreatedAt >= maxAge)
        {
            await MakeAsync(maxAge, cancellationToken);
        }
        if (Volatile.Read(ref _ring).Keys.Length > 1)
        {
            await DropUnusedAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loading.Dispose();

    private async Task<SigningKey> MakeAsync(TimeSpan? olderThan, CancellationToken cancellationToken)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 12));
        var (publicKey, privateKey) = (key.ExportSubjectPublicKeyInfo(), KeyCipher.Encrypt(options.KeyEncryptionKey, id, key.ExportPkcs8PrivateKey()));
        await db.WriteAsync(accountId: null, async write =>
        {
            await write.ExecuteAsync("SELECT pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock });
            var newest = await write.SingleAsync<KeyRow>("SELECT id, public_key, private_key, created_at FROM signing_keys ORDER BY created_at DESC, id LIMIT 1", new { });
            // Another process was faster, unless its key is of no use here.
            var suffices = newest is not null && KeyCipher.Decrypt(options.KeyEncryptionKey, newest.Id, newest.PrivateKey) is not null
                && (olderThan is null || (olderThan > TimeSpan.Zero && DateTime.UtcNow - newest.CreatedAt < olderThan));
            // clock_timestamp: the transaction may have waited for the lock since before the newest key was made.
            return suffices ? 0 : await write.ExecuteAsync(
                "INSERT INTO signing_keys (id, public_key, private_key, created_at) VALUES (@id, @publicKey, @privateKey, clock_timestamp())", new { id, publicKey, privateKey });
        }, cancellationToken);
        await LoadAsync(Stopwatch.GetTimestamp(), cancellationToken);
        return Volatile.Read(ref _ring).Signer ?? throw new InvalidOperationException("The signing key that was just made cannot be read back.");
    }

    /// <summary>Only keys replaced a day ago or more, so that no process still signs with one; their revoked tokens and revocations go along.</summary>
    private Task<int> DropUnusedAsync(CancellationToken cancellationToken)
    {
        const string Unused =
            """
            SELECT k.id FROM signing_keys k
            WHERE EXISTS (SELECT FROM signing_keys newer WHERE newer.created_at > k.created_at AND newer.created_at < now() - interval '1 day')
                AND NOT EXISTS (SELECT FROM access_tokens t WHERE t.key_id = k.id AND t.revoked_at IS NULL)
            """;
        return db.WriteAsync(accountId: null, async write =>
        {
            await write.ExecuteAsync("SELECT pg_advisory_xact_lock(@AdvisoryLock)", new { AdvisoryLock });
            await write.ExecuteAsync($"DELETE FROM access_tokens WHERE revoked_at IS NOT NULL AND key_id IN ({Unused})", new { });
            return await write.ExecuteAsync($"DELETE FROM signing_keys WHERE id IN ({Unused})", new { });
        }, cancellationToken);
    }

    /// <summary>Reads the keys, unless somebody has started to do so after <paramref name="since"/>.</summary>
    private async Task LoadAsync(long since, CancellationToken cancellationToken)
    {
        if (!await _loading.WaitAsync(ReloadTimeout, cancellationToken))
        {
            throw new TimeoutException("The signing keys could not be read in time.");
        }
        try
        {
            if (_loadedAt > since)
            {
                return;
            }
            var pause = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _loadedAt + Ticks(ReloadPause));
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, cancellationToken);
            }
            var started = Stopwatch.GetTimestamp();
            const string Sql = "SELECT id, public_key, private_key, created_at FROM signing_keys ORDER BY created_at DESC, id";
            Task<IReadOnlyList<KeyRow>> Read(NpgsqlConnection connection) => connection.ListAsync<KeyRow>(Sql, new { }, cancellationToken);
            IReadOnlyList<KeyRow> rows;
            try
            {
                rows = await db.ReadPrimaryAsync(Read, cancellationToken);
            }
            catch (NpgsqlException exception) when (Db.IsUnreachable(exception))
            {
                rows = await db.ReadAsync(accountId: null, Read, cancellationToken);
            }
            Use(rows);
            _loadedAt = started;
        }
        finally
        {
            _loading.Release();
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private void Use(IReadOnlyList<KeyRow> rows)
    {
        var before = Volatile.Read(ref _ring);
        // Objects of known keys stay: requests are verifying with them.
        var keys = rows.Select(row => before.Find(row.Id) is { } known ? known with { CreatedAt = row.CreatedAt } : Open(row)).ToArray();
        Volatile.Write(ref _ring, new Ring(keys, keys.FirstOrDefault(key => key.CanSign)));
    }

    private SigningKey Open(KeyRow row)
    {
        var key = ECDsa.Create();
        if (KeyCipher.Decrypt(options.KeyEncryptionKey, row.Id, row.PrivateKey) is { } privateKey)
        {
            key.ImportPkcs8PrivateKey(privateKey, out _);
            CryptographicOperations.ZeroMemory(privateKey);
            return new SigningKey(new ECDsaSecurityKey(key) { KeyId = row.Id }, row.CreatedAt, CanSign: true);
        }
        Log.Undecryptable(logger, row.Id);
        key.ImportSubjectPublicKeyInfo(row.PublicKey, out _);
        return new SigningKey(new ECDsaSecurityKey(key) { KeyId = row.Id }, row.CreatedAt, CanSign: false);
    }

    private sealed record Ring(SigningKey[] Keys, SigningKey? Signer)
    {
        public SigningKey? Find(string id) => Array.Find(Keys, key => key.Key.KeyId == id);
    }

    private sealed record KeyRow(string Id, byte[] PublicKey, byte[] PrivateKey, DateTime CreatedAt);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Microblog:KeyEncryptionKey does not decrypt signing key {Id}; it verifies tokens here but signs none")]
        public static partial void Undecryptable(ILogger logger, string id);
    }
}

/// <summary>A key of the ring.</summary>
/// <param name="Key">The key; its id is that of the tokens' header.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CanSign">Whether the private part could be decrypted.</param>
public sealed record SigningKey(ECDsaSecurityKey Key, DateTime CreatedAt, bool CanSign);
