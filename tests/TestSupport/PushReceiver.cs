using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microblog.TestSupport;

/// <summary>A push service and the client behind it: takes pushes over HTTP and decrypts them, by the text of the RFC and not by the code under test.</summary>
public sealed class PushReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ECDiffieHellman _key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _auth = RandomNumberGenerator.GetBytes(16);
    private readonly ConcurrentQueue<ReceivedPush> _received = new();

    private PushReceiver(WebApplication app) => _app = app;

    /// <summary>Answers to come before the usual 201; -1 holds the request until the caller leaves.</summary>
    public ConcurrentQueue<int> Answers { get; } = new();

    /// <summary>What came, in its order.</summary>
    public List<ReceivedPush> Received => [.. _received];

    /// <summary>Where to push to.</summary>
    public string Endpoint => $"{_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()}/push/abc";

    /// <summary>The client's public key, as it sends it.</summary>
    public string PublicKey => Convert.ToBase64String(Point(_key.ExportParameters(false)));

    /// <summary>The shared secret, as the client sends it.</summary>
    public string Auth => Convert.ToBase64String(_auth);

    /// <summary>Fields of a subscription to this.</summary>
    public object Subscription(bool standard = true) => new { endpoint = Endpoint, keys = new { p256dh = PublicKey, auth = Auth }, standard };

    /// <summary>Starts one.</summary>
    public static async Task<PushReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new PushReceiver(app);
        app.MapPost("/push/{name}", receiver.ReceiveAsync);
        app.MapPost("/elsewhere", () => receiver._received.Enqueue(new ReceivedPush("elsewhere", default, new HeaderDictionary(), [])));
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until so many have come.</summary>
    public Task<List<ReceivedPush>> GetsAsync(int count) => Eventually.BecomesAsync($"{count} pushes", () => Task.FromResult(Received), received => received.Count >= count);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private async Task ReceiveAsync(HttpContext context, string name)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var answer = Answers.TryDequeue(out var other) ? other : StatusCodes.Status201Created;
        if (answer < 0)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        var payload = context.Request.Headers.ContentEncoding == "aes128gcm" ? Standard(buffer.ToArray()) : Draft(buffer.ToArray(), context.Request.Headers);
        _received.Enqueue(new ReceivedPush(name, JsonSerializer.Deserialize<JsonElement>(payload), new HeaderDictionary(context.Request.Headers.ToDictionary()), payload));
        context.Response.StatusCode = answer;
        context.Response.Headers.Location = "/elsewhere";
    }

    /// <summary>RFC 8188 and 8291.</summary>
    private byte[] Standard(byte[] body)
    {
        var (salt, sender, cipher) = (body[..16], body[21..(21 + body[20])], body[(21 + body[20])..]);
        var secret = Hkdf(_auth, Shared(sender), [.. "WebPush: info\0"u8, .. Point(_key.ExportParameters(false)), .. sender], 32);
        var plain = Open(cipher, Hkdf(salt, secret, "Content-Encoding: aes128gcm\0"u8.ToArray(), 16), Hkdf(salt, secret, "Content-Encoding: nonce\0"u8.ToArray(), 12));
        var end = Array.FindLastIndex(plain, octet => octet != 0);
        return plain[end] == 2 ? plain[..end] : throw new InvalidOperationException("No delimiter of the last record");
    }

    /// <summary>draft-ietf-webpush-encryption-04.</summary>
    private byte[] Draft(byte[] body, IHeaderDictionary headers)
    {
        var salt = Parameter(headers["Encryption"].ToString(), "salt");
        var sender = Parameter(headers["Crypto-Key"].ToString(), "dh");
        var receiver = Point(_key.ExportParameters(false));
        byte[] context = [.. "P-256\0"u8, 0, 65, .. receiver, 0, 65, .. sender];
        var secret = Hkdf(_auth, Shared(sender), "Content-Encoding: auth\0"u8.ToArray(), 32);
        var plain = Open(body, Hkdf(salt, secret, [.. "Content-Encoding: aesgcm\0"u8, .. context], 16), Hkdf(salt, secret, [.. "Content-Encoding: nonce\0"u8, .. context], 12));
        return plain[(2 + (plain[0] << 8) + plain[1])..];
    }

    private byte[] Shared(byte[] sender)
    {
        using var other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..65] } });
        return _key.DeriveRawSecretAgreement(other.PublicKey);
    }

    /// <summary>RFC 5869, one block.</summary>
    private static byte[] Hkdf(byte[] salt, byte[] secret, byte[] info, int length) => HMACSHA256.HashData(HMACSHA256.HashData(salt, secret), (byte[])[.. info, 1])[..length];

    private static byte[] Open(byte[] cipher, byte[] key, byte[] nonce)
    {
        using var aes = new AesGcm(key, 16);
        var plain = new byte[cipher.Length - 16];
        aes.Decrypt(nonce, cipher.AsSpan(0, plain.Length), cipher.AsSpan(plain.Length), plain);
        return plain;
    }

    private static byte[] Parameter(string header, string name) =>
        System.Buffers.Text.Base64Url.DecodeFromChars(header.Split(';').Single(part => part.StartsWith(name + "=", StringComparison.Ordinal)).AsSpan(name.Length + 1));

    private static byte[] Point(ECParameters key) => [4, .. key.Q.X!, .. key.Q.Y!];
}

/// <summary>A push as the client reads it.</summary>
/// <param name="Name">Last part of the endpoint.</param>
/// <param name="Payload">What was encrypted.</param>
/// <param name="Headers">Headers of the request.</param>
/// <param name="Plain">What was encrypted, as bytes.</param>
public sealed record ReceivedPush(string Name, JsonElement Payload, IHeaderDictionary Headers, byte[] Plain)
{
    /// <summary>A member of the payload.</summary>
    public string? this[string name] => Payload.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Plain);
}
