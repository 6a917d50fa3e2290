using System.Collections.Concurrent;
using Microblog.ApiService.Media.Imaging;
using Microblog.ApiService.Media.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Microblog.ApiService.Tests.Media;

/// <summary>Against a server that answers the calls as https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api describes them.</summary>
public sealed class BlobStorageTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, (byte[] Content, string? Type, string? CacheControl)> _blobs = new();
    private readonly WebApplication _server = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]).Build();
    private bool _fails;

    private BlobStorage Storage => new(new Uri($"{_server.Urls.First()}/images?sig=secret"), credential: null);

    [Fact]
    public async Task A_file_is_kept_with_its_type_and_read_from_any_place_on_until_it_is_deleted()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, [.. Enumerable.Range(0, 200).Select(i => (byte)i)]);
        var key = await MediaKey.NewAsync(path, ImageType.WebP, CancellationToken.None);

        await Storage.SaveAsync(key, path, CancellationToken.None);
        File.Delete(path);
        await using (var blob = (await Storage.OpenAsync(key, CancellationToken.None))!)
        {
            Assert.Equal(200, blob.Length);
            blob.Seek(150, SeekOrigin.Begin);
            var part = new byte[50];
            await blob.ReadExactlyAsync(part);
            Assert.Equal((150, 199), (part[0], part[^1]));
            Assert.Equal(0, await blob.ReadAsync(part));
        }

        Assert.Equal(("image/webp", "public, max-age=31536000, immutable"), (_blobs[key.Text].Type, _blobs[key.Text].CacheControl));
        await Storage.DeleteAsync(key, CancellationToken.None);
        await Storage.DeleteAsync(key, CancellationToken.None);
        Assert.Null(await Storage.OpenAsync(key, CancellationToken.None));
    }

    [Fact]
    public async Task A_storage_that_fails_is_a_reason_to_come_back_later()
    {
        var key = MediaKey.Parse("00000000000000000000000000000000-0000000000000000.png")!.Value;
        _fails = true;

        var failure = await Assert.ThrowsAsync<MediaStorageException>(() => Storage.OpenAsync(key, CancellationToken.None));

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, failure.Status);
    }

    public async ValueTask InitializeAsync()
    {
        _server.Run(async context =>
        {
            var request = context.Request;
            var key = request.Path.Value!["/images/".Length..];
            context.Response.StatusCode =
                _fails ? StatusCodes.Status403Forbidden
                : request.Query["sig"] != "secret" || request.Headers["x-ms-version"].Count == 0 ? StatusCodes.Status400BadRequest
                : request.Method switch
                {
                    "PUT" when request.Headers["x-ms-blob-type"] == "BlockBlob" && request.ContentLength > 0 => StatusCodes.Status201Created,
                    "GET" or "HEAD" when _blobs.ContainsKey(key) => StatusCodes.Status200OK,
                    "DELETE" when _blobs.TryRemove(key, out _) => StatusCodes.Status202Accepted,
                    "PUT" => StatusCodes.Status400BadRequest,
                    _ => StatusCodes.Status404NotFound,
                };
            if (context.Response.StatusCode == StatusCodes.Status201Created)
            {
                var content = new MemoryStream();
                await request.Body.CopyToAsync(content);
                _blobs[key] = (content.ToArray(), request.Headers["x-ms-blob-content-type"], request.Headers["x-ms-blob-cache-control"]);
            }
            if (context.Response.StatusCode == StatusCodes.Status200OK)
            {
                var content = _blobs[key].Content;
                var from = request.Headers["x-ms-range"].ToString() is { Length: > 0 } range ? int.Parse(range["bytes=".Length..^1]) : 0;
                context.Response.ContentLength = content.Length - from;
                await context.Response.Body.WriteAsync(request.Method == "HEAD" ? default : content.AsMemory(from));
            }
        });
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
    }
}
