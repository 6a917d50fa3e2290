using System.Net;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Media;

public sealed class MediaFileTests(MediaFixture fixture) : IClassFixture<MediaFixture>
{
    [Fact]
    public async Task An_image_can_be_cached_for_ever_and_nothing_in_it_can_run()
    {
        var path = await UploadAsync();

        var answer = (await fixture.Nobody.GetAsync(path)).Ok();

        Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", answer.Header("Cache-Control")!.Split(", ").OrderByDescending(part => part == "public").ThenByDescending(part => part.StartsWith("max", StringComparison.Ordinal))));
        Assert.Equal(("nosniff", "default-src 'none'; sandbox", "image/png"), (answer.Header("X-Content-Type-Options"), answer.Header("Content-Security-Policy"), answer.Header("Content-Type")));
        Assert.Equal(HttpStatusCode.NotModified, (await fixture.Nobody.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", answer.Header("ETag")!))).Status);
    }

    [Fact]
    public async Task Parts_and_the_mere_headers_are_served_too()
    {
        var path = await UploadAsync();
        var whole = await MediaFixture.DownloadAsync(new Uri(fixture.Api.Address, path).AbsoluteUri);

        var part = await fixture.Nobody.SendAsync(HttpMethod.Get, path, null, ("Range", "bytes=1-3"));
        var head = await fixture.Nobody.SendAsync(HttpMethod.Head, path);
        var beyond = await fixture.Nobody.SendAsync(HttpMethod.Get, path, null, ("Range", "bytes=99999999-"));

        Assert.Equal((HttpStatusCode.PartialContent, "PNG", $"bytes 1-3/{whole.Length}"), (part.Status, part.Text, part.Header("Content-Range")));
        Assert.Equal((HttpStatusCode.OK, $"{whole.Length}", ""), (head.Status, head.Header("Content-Length"), head.Text));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.Status);
    }

    [Theory]
    [InlineData("/media/00000000000000000000000000000000-0000000000000000.png")]
    [InlineData("/media/..%2f..%2fetc%2fpasswd")]
    [InlineData("/media/nothing")]
    public async Task What_is_not_there_is_not_found_and_no_path_leads_out(string path)
    {
        var answer = await fixture.Nobody.GetAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, "Record not found"), (answer.Status, answer.Error));
        Assert.DoesNotContain("immutable", answer.Header("Cache-Control") ?? "");
    }

    [Fact]
    public async Task The_same_image_twice_has_two_addresses_that_nobody_guesses()
    {
        var (first, second) = (await UploadAsync(), await UploadAsync());

        Assert.Matches("^/media/[0-9a-f]{32}-[0-9a-f]{16}\\.png$", first);
        Assert.NotEqual(first, second);
        Assert.Equal(first.Split('-')[1], second.Split('-')[1]);
    }

    [Fact]
    public async Task Another_host_may_serve_the_images()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, $"--Microblog:Media:Directory={fixture.Files}", "--Microblog:Media:PublicUrl=https://images.example/");
        var alice = await api.People.AliceAsync();

        Assert.StartsWith("https://images.example/", (await MediaFixture.UploadAsync(alice, Images.Png(4, 4))).Ok()["url"].GetString());
    }

    [Fact]
    public async Task Both_versions_of_the_instance_tell_what_may_be_uploaded()
    {
        foreach (var path in new[] { "/api/v1/instance", "/api/v2/instance" })
        {
            var media = (await fixture.Nobody.GetAsync(path)).Ok()["configuration"].GetProperty("media_attachments");
            Assert.Equal("""["image/jpeg","image/png","image/gif","image/webp","image/avif"]""", media.GetProperty("supported_mime_types").GetRawText());
            Assert.Equal((1500, 16 * 1024 * 1024, 33_177_600), (media.GetProperty("description_limit").GetInt32(), media.GetProperty("image_size_limit").GetInt32(), media.GetProperty("image_matrix_limit").GetInt32()));
            Assert.Equal(0, media.GetProperty("video_size_limit").GetInt32());
        }
    }

    private async Task<string> UploadAsync()
    {
        var alice = await fixture.People.AliceAsync();
        return new Uri((await MediaFixture.UploadAsync(alice, Images.Png(12, 8))).Ok()["url"].GetString()!).AbsolutePath;
    }
}
