using System.Net;
using System.Text;

namespace Microblog.ApiService.Tests.Media;

public sealed class RefusalTests(MediaFixture fixture) : IClassFixture<MediaFixture>
{
    public static TheoryData<string, byte[]> Bad => new()
    {
        { "empty", [] },
        { "text", "Hello"u8.ToArray() },
        { "svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>"u8.ToArray() },
        { "pdf", "%PDF-1.4\n%%EOF"u8.ToArray() },
        { "html with the signature of a png", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, .. "<html>"u8] },
        { "only the signature of a jpeg", [0xFF, 0xD8, 0xFF, 0xE0] },
        { "truncated jpeg", Images.Jpeg(400, 300)[..^200] },
        { "truncated png", Images.Png(400, 300)[..^60] },
        { "truncated gif", Images.Animation(40, 30, 1, "gif")[..^300] },
        { "truncated webp", Images.WebP(400, 300)[..^20] },
        { "truncated avif", Images.Avif[..^20] },
        { "png with a wrong checksum", Flipped(Images.PngOf(40, 30, (x, y) => (x, y, x * y))) },
        { "bomb", Images.PngBomb(50_000, 50_000) },
        { "more pixels than the limit", Images.PngBomb(7681, 4320) },
        { "huge dimension", Images.PngBomb(int.MaxValue, 1) },
        { "zero dimension", Images.PngBomb(0, 10) },
        { "animated bomb", Images.Animation(2, 2, 1200, "gif") },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_is_no_whole_image_is_refused_and_leaves_nothing_behind(string kind, byte[] image)
    {
        var alice = await fixture.People.AliceAsync();
        var before = fixture.StoredFiles().Count;

        var answer = await MediaFixture.UploadAsync(alice, image);

        Assert.True(answer.Status is HttpStatusCode.UnprocessableEntity, $"{kind}: {answer}");
        Assert.StartsWith("Validation failed: File ", answer.Error);
        Assert.Equal((0, before), (await fixture.CountAsync(alice), fixture.StoredFiles().Count));
        Assert.Empty(Directory.EnumerateDirectories(Path.GetTempPath(), "microblog-upload-*"));
    }

    [Fact]
    public async Task A_file_over_the_limit_is_refused_by_its_size()
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await MediaFixture.UploadAsync(alice, [.. Images.Png(1, 1), .. new byte[16 * 1024 * 1024]]);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Validation failed: File is too large (maximum is 16 MiB)"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task A_body_far_over_the_limit_is_not_even_read()
    {
        var alice = await fixture.People.AliceAsync();
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[20_000_000]), "file", "a.png" } };

        var answer = await alice.SendAsync(HttpMethod.Post, "/api/v2/media", form, ("Expect", "100-continue"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.NotNull(answer.Error);
    }

    [Fact]
    public async Task Only_routes_that_take_files_take_long_bodies()
    {
        var alice = await fixture.People.AliceAsync();
        var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[1_200_000]), "file", "a.png" } };

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await alice.SendAsync(HttpMethod.Post, "/api/v1/statuses", form, ("Expect", "100-continue"))).Status);
    }

    [Fact]
    public async Task No_file_at_all_is_refused()
    {
        var alice = await fixture.People.AliceAsync();

        Assert.Equal("Validation failed: File can't be blank", (await alice.PostAsync("/api/v2/media", new { file = "text" })).Error);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.SendAsync(HttpMethod.Post, "/api/v2/media")).Status);
    }

    [Theory]
    [InlineData("focus", "2,0")]
    [InlineData("focus", "NaN,0")]
    [InlineData("focus", "0.5")]
    [InlineData("focus", "left,top")]
    [InlineData("description", null)]
    public async Task Fields_that_cannot_be_taken_are_named(string field, string? value)
    {
        var alice = await fixture.People.AliceAsync();
        var text = value ?? new StringBuilder().Insert(0, "😀", 1501).ToString();

        var answer = await MediaFixture.UploadAsync(alice, Images.Png(1, 1), (field, text));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.True(answer["details"].TryGetProperty(field, out _));
    }

    [Fact]
    public async Task The_longest_description_is_taken()
    {
        var alice = await fixture.People.AliceAsync();
        var text = new StringBuilder().Insert(0, "😀", 1500).ToString();

        Assert.Equal(text, (await MediaFixture.UploadAsync(alice, Images.Png(1, 1), ("description", text))).Ok()["description"].GetString());
    }

    private static byte[] Flipped(byte[] png)
    {
        png[^20] ^= 0xFF;
        return png;
    }
}
