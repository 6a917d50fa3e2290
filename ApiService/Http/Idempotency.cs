using System.Security.Cryptography;
using System.Text;
using Microblog.ApiService.Database;
using Microblog.ApiService.OAuth;

namespace Microblog.ApiService.Http;

/// <summary>
/// The <c>Idempotency-Key</c> of a mutating request: a repeated request changes nothing and is answered as the first was. The key
/// is reserved in the transaction of the change itself, so a concurrent duplicate waits for the first, and one that rolled back
/// leaves no trace. Keys belong to the calling account, or to the application where there is no account yet.
/// </summary>
public sealed class Idempotency
{
    /// <summary>Longest key, in characters.</summary>
    public const int MaxKey = 255;

    private const string Known = "SELECT fingerprint, resource_id FROM idempotency_keys WHERE owner_id = @owner AND key = @key";

    private readonly string? _key;
    private readonly byte[] _fingerprint;
    private readonly Caller _caller;

    private Idempotency(string? key, byte[] fingerprint, Caller caller) => (_key, _fingerprint, _caller) = (key, fingerprint, caller);

    /// <summary>Binds a handler's parameter; 422 when the key is too long.</summary>
    public static async ValueTask<Idempotency?> BindAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        var key = context.Request.Headers["Idempotency-Key"].ToString().Replace("\0", "", StringComparison.Ordinal);
        if (key.Length == 0)
        {
            return new Idempotency(null, [], caller);
        }
        if (key.Length > MaxKey)
        {
            throw ApiException.Unprocessable($"Idempotency-Key is too long (maximum is {MaxKey} characters)");
        }
        var fields = (await RequestFields.BindAsync(context))!;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, context.Request.Method);
        Append(hash, context.Request.Path);
        await fields.AppendToAsync(part => Append(hash, part), context.RequestAborted);
        return new Idempotency(key, hash.GetHashAndReset(), caller);
    }

    /// <summary>What the key stands for already; null when it is new or there is none. For changes with much work before them, to be spared in a repeat.</summary>
    /// <exception cref="ApiException">422 when the key was used for a different request.</exception>
    public async Task<long?> EarlierAsync(Db db, CancellationToken cancellationToken) =>
        _key is not null && (_caller.AccountId ?? _caller.ApplicationId) is { } owner
            ? Earlier(await db.ReadPrimaryAsync(connection => connection.SingleAsync<KnownKey>(Known, new { owner, key = _key }, cancellationToken), cancellationToken))
            : null;

    /// <summary>
    /// Runs a change of the calling account that makes a thing with an id (0: makes nothing that has one). With a key that was
    /// used before it returns the id of then, and that it is not new.
    /// </summary>
    /// <exception cref="ApiException">422 when the key was used for a different request.</exception>
    public Task<(long Id, bool IsNew)> WriteAsync(Db db, Func<Write, Task<long>> change, CancellationToken cancellationToken) =>
        WriteAsync(db, _ => _caller.AccountId, change, cancellationToken);

    /// <summary>As the other overload, where only the id that is made tells whose reads have to see the change.</summary>
    /// <exception cref="ApiException">422 when the key was used for a different request.</exception>
    public Task<(long Id, bool IsNew)> WriteAsync(Db db, Func<long, long?> accountOf, Func<Write, Task<long>> change, CancellationToken cancellationToken) => db.WriteAsync(made => accountOf(made.Id), async write =>
    {
        if (_key is null || (_caller.AccountId ?? _caller.ApplicationId) is not { } owner)
        {
            return (Id: await change(write), IsNew: true);
        }
        if (await ReserveAsync(write, owner) is { } earlier)
        {
            return (Id: earlier, IsNew: false);
        }
        var id = await change(write);
        await write.ExecuteAsync("UPDATE idempotency_keys SET resource_id = @id WHERE owner_id = @owner AND key = @key", new { id, owner, key = _key });
        return (Id: id, IsNew: true);
    }, cancellationToken);

    /// <summary>Takes the key for this request, or returns what it stands for already. A concurrent request with the same key waits here for the first.</summary>
    private async Task<long?> ReserveAsync(Write write, long owner)
    {
        const string Reserve = "INSERT INTO idempotency_keys (owner_id, key, fingerprint, resource_id) VALUES (@owner, @key, @fingerprint, 0) ON CONFLICT DO NOTHING";
        if (await write.ExecuteAsync(Reserve, new { owner, key = _key, fingerprint = _fingerprint }) == 1)
        {
            return null;
        }
        return Earlier(await write.SingleAsync<KnownKey>(Known, new { owner, key = _key })) ?? throw Different();
    }

    private long? Earlier(KnownKey? known) =>
        known is null ? null : known.Fingerprint.AsSpan().SequenceEqual(_fingerprint) ? known.ResourceId : throw Different();

    private static ApiException Different() => ApiException.Unprocessable("This Idempotency-Key was used for a different request");

    /// <summary>Each part with its length, so that no two requests run together into the same bytes.</summary>
    private static void Append(IncrementalHash hash, string part)
    {
        var bytes = Encoding.UTF8.GetBytes(part);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }

    private sealed record KnownKey(byte[] Fingerprint, long ResourceId);
}
