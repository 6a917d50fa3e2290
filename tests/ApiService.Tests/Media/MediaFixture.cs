using System.Globalization;
using System.Net.Http.Headers;
using Microblog.ApiService.Media;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Media;

/// <summary>An API that keeps images in a directory of its own.</summary>
public sealed class MediaFixture(Backends backends) : ApiFixture(backends)
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("microblog-media-tests-");

    /// <summary>Where the images are.</summary>
    public string Files => _directory.FullName;

    /// <inheritdoc/>
    protected override string[] Settings => [$"--Microblog:Media:Directory={Files}"];

    /// <summary>Uploads an image.</summary>
    public static Task<Answer> UploadAsync(Client by, byte[] image, params (string Name, string Value)[] fields) => UploadAsync(by, HttpMethod.Post, "/api/v2/media", "file", image, fields);

    /// <summary>Uploads an image to any route.</summary>
    public static Task<Answer> UploadAsync(Client by, HttpMethod method, string path, string name, byte[] image, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (field, value) in fields)
        {
            form.Add(new StringContent(value), field);
        }
        // What the client says of the file is never right here: it must not matter.
        var file = new ByteArrayContent(image);
        file.Headers.ContentType = new MediaTypeHeaderValue("text/html");
        form.Add(file, name, "picture.exe");
        return by.SendAsync(method, path, form);
    }

    /// <summary>Fetches what stands at an address.</summary>
    public static async Task<byte[]> DownloadAsync(string? url)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        return await http.GetByteArrayAsync(new Uri(url!));
    }

    /// <summary>Names of all stored files.</summary>
    public List<string> StoredFiles() => [.. Directory.EnumerateFiles(Files, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)!)];

    /// <summary>Attaches media to a status, as posting it does.</summary>
    public Task AttachAsync(Person by, long status, params long[] media) =>
        Api.Get<ApiService.Database.Db>().WriteAsync(by.Id, async write =>
        {
            await MediaStore.AttachAsync(write, by.Id, media, status);
            return true;
        });

    /// <summary>Ids of a status's media, in their order.</summary>
    public async Task<List<long>> AttachedAsync(long status)
    {
        await using var connection = await Sandbox.Primary.OpenConnectionAsync();
        return [.. (await MediaStore.OfStatusesAsync(connection, [status], CancellationToken.None)).Select(row => row.Id)];
    }

    /// <summary>How many attachments an account has.</summary>
    public Task<long> CountAsync(Person of) => Sandbox.ScalarAsync<long>("SELECT count(*) FROM media_attachments WHERE account_id = @Id", new { of.Id });

    /// <summary>An id in the words of the API.</summary>
    public static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
