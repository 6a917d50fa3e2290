using System.Net;
using System.Text;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Media;

public sealed class UploadTests(MediaFixture fixture) : IClassFixture<MediaFixture>
{
    [Theory]
    [InlineData("/api/v1/media")]
    [InlineData("/api/v2/media")]
    public async Task An_image_is_ready_when_its_upload_is_answered(string path)
    {
        var alice = await fixture.People.AliceAsync();

        var media = (await MediaFixture.UploadAsync(alice, HttpMethod.Post, path, "file", Images.Png(50, 60), ("description", " A wall "), ("focus", "0.25,-0.7"))).Ok();

        Assert.Equal(("image", "A wall"), (media["type"].GetString(), media["description"].GetString()));
        Assert.Equal(JsonValueKind.Null, media["remote_url"].ValueKind);
        Assert.Equal("{\"width\":50,\"height\":60,\"size\":\"50x60\",\"aspect\":0.8333333333333334}", media["meta"].GetProperty("original").GetRawText());
        Assert.Equal("50x60", media["meta"].GetProperty("small").GetProperty("size").GetString());
        Assert.Equal("{\"x\":0.25,\"y\":-0.7}", media["meta"].GetProperty("focus").GetRawText());
        Assert.Matches("^[0-9A-Za-z#$%*+,.:;=?@^_{|}~\\[\\]-]{36}$", media["blurhash"].GetString());
        Assert.Equal(media.Text, (await alice.GetAsync($"/api/v1/media/{media.Id}")).Ok().Text);
    }

    [Fact]
    public async Task Without_words_and_focus_there_are_none()
    {
        var alice = await fixture.People.AliceAsync();

        var media = (await MediaFixture.UploadAsync(alice, Images.Png(5, 5), ("description", "  "), ("focus", ""))).Ok();

        Assert.Equal(JsonValueKind.Null, media["description"].ValueKind);
        Assert.False(media["meta"].TryGetProperty("focus", out _));
    }

    [Fact]
    public async Task A_repeated_upload_is_answered_as_the_first_was_even_once_it_is_posted()
    {
        var alice = await fixture.People.AliceAsync();
        var first = (await RepeatableAsync(alice, Images.Png(8, 8))).Ok();

        var second = (await RepeatableAsync(alice, Images.Png(8, 8))).Ok();
        await fixture.AttachAsync(alice, await alice.PostAsync("With a picture"), first.Id);
        var third = (await RepeatableAsync(alice, Images.Png(8, 8))).Ok();

        Assert.Equal((first.Id, first.Id), (second.Id, third.Id));
        Assert.Equal(1, await fixture.CountAsync(alice));
    }

    [Fact]
    public async Task The_same_key_with_another_picture_is_refused()
    {
        var alice = await fixture.People.AliceAsync();
        (await RepeatableAsync(alice, Images.Png(8, 8))).Ok();

        var other = await RepeatableAsync(alice, Images.Png(9, 8));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "This Idempotency-Key was used for a different request"), (other.Status, other.Error));
        Assert.Equal(1, await fixture.CountAsync(alice));
    }

    [Fact]
    public async Task Two_uploads_with_one_key_at_the_same_time_make_one_attachment()
    {
        var alice = await fixture.People.AliceAsync();

        var answers = await Task.WhenAll(RepeatableAsync(alice, Images.Png(8, 8)), RepeatableAsync(alice, Images.Png(8, 8)));

        Assert.Single(answers.Select(answer => answer.Ok().Id).Distinct());
        Assert.Equal(1, await fixture.CountAsync(alice));
    }

    private static Task<Answer> RepeatableAsync(Client by, byte[] image) =>
        by.SendAsync(HttpMethod.Post, "/api/v2/media", new MultipartFormDataContent { { new ByteArrayContent(image), "file", "picture.png" } }, ("Idempotency-Key", "upload"));

    public static TheoryData<string, byte[], string, string> Kinds => new()
    {
        { "jpeg", Images.Jpeg(40, 30), "jpegload", "40x30" },
        { "png", Images.Png(40, 30), "pngload", "40x30" },
        { "gif", Images.Animation(40, 30, 1, "gif"), "gifload", "40x30" },
        { "webp", Images.WebP(40, 30), "webpload", "40x30" },
        { "avif", Images.Avif, "webpload", "24x16" },
        { "grey png", Images.GreyPng(40, 30, 8), "pngload", "40x30" },
        { "grey png of 16 bits", Images.GreyPng(40, 30, 16), "pngload", "40x30" },
        { "grey jpeg", Images.GreyJpeg(40, 30), "jpegload", "40x30" },
        { "one pixel", Images.Png(1, 1), "pngload", "1x1" },
        { "a line", Images.Png(3000, 1), "pngload", "3000x1" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_is_told_by_its_content_whatever_name_and_type_are_sent(string kind, byte[] image, string loader, string size)
    {
        var alice = await fixture.People.AliceAsync();

        var media = (await MediaFixture.UploadAsync(alice, image)).Ok();

        var (original, small) = (await MediaFixture.DownloadAsync(media["url"].GetString()), await MediaFixture.DownloadAsync(media["preview_url"].GetString()));
        Assert.True(size == media["meta"].GetProperty("original").GetProperty("size").GetString(), kind);
        Assert.Contains($"vips-loader: {loader}", Images.Header(original));
        Assert.Contains(loader is "jpegload" ? loader : "webpload", Images.Header(small));
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    public async Task An_animation_keeps_moving_and_its_preview_stands_still(string type)
    {
        var alice = await fixture.People.AliceAsync();

        var media = (await MediaFixture.UploadAsync(alice, Images.Animation(40, 30, 5, type))).Ok();

        Assert.Equal(("image", "40x30"), (media["type"].GetString(), media["meta"].GetProperty("original").GetProperty("size").GetString()));
        Assert.Contains("n-pages: 5", Images.Header(await MediaFixture.DownloadAsync(media["url"].GetString())));
        Assert.DoesNotContain("n-pages: 5", Images.Header(await MediaFixture.DownloadAsync(media["preview_url"].GetString())));
    }

    [Fact]
    public async Task A_photograph_is_turned_upright_and_forgets_where_it_was_taken()
    {
        var alice = await fixture.People.AliceAsync();
        var photograph = Images.WithOrientationAndPlace(Images.Jpeg(40, 30));
        Assert.Contains("GPSLatitude", Images.Header(photograph));

        var media = (await MediaFixture.UploadAsync(alice, photograph)).Ok();

        var original = await MediaFixture.DownloadAsync(media["url"].GetString());
        Assert.Equal("30x40", media["meta"].GetProperty("original").GetProperty("size").GetString());
        Assert.DoesNotContain("SecretPlace", Encoding.Latin1.GetString(original));
        Assert.DoesNotContain("GPS", Images.Header(original));
        // Red was above; turned a quarter to the right it is at the right.
        Assert.True(Images.Pixel(original, 25, 20).R > 180 && Images.Pixel(original, 5, 20).B > 180);
    }

    [Fact]
    public async Task A_moving_webp_forgets_its_metadata_too()
    {
        var alice = await fixture.People.AliceAsync();

        var media = (await MediaFixture.UploadAsync(alice, Images.WithExif(Images.Animation(20, 20, 3, "webp")))).Ok();

        var original = Encoding.Latin1.GetString(await MediaFixture.DownloadAsync(media["url"].GetString()));
        Assert.DoesNotContain("SecretPlace", original);
        Assert.DoesNotContain("EXIF", original);
    }

    [Fact]
    public async Task A_large_image_is_scaled_down_and_its_preview_is_small()
    {
        var alice = await fixture.People.AliceAsync();

        var meta = (await MediaFixture.UploadAsync(alice, Images.Png(5000, 2500))).Ok()["meta"];

        var (original, small) = (meta.GetProperty("original"), meta.GetProperty("small"));
        Assert.InRange(original.GetProperty("width").GetInt32() * original.GetProperty("height").GetInt32(), 8_000_000, 3840 * 2160);
        Assert.InRange(small.GetProperty("width").GetInt32() * small.GetProperty("height").GetInt32(), 220_000, 640 * 360);
        Assert.Equal(2, original.GetProperty("aspect").GetDouble(), 0.01);
    }

    [Fact]
    public async Task A_page_that_poses_as_an_image_comes_out_as_nothing_but_the_image()
    {
        var alice = await fixture.People.AliceAsync();
        byte[] polyglot = [.. Images.Png(10, 10), .. "<html><script>alert(1)</script></html>"u8];

        var media = (await MediaFixture.UploadAsync(alice, polyglot)).Ok();

        Assert.DoesNotContain("script", Encoding.Latin1.GetString(await MediaFixture.DownloadAsync(media["url"].GetString())));
    }

    [Fact]
    public async Task A_thumbnail_of_ones_own_is_the_preview()
    {
        var alice = await fixture.People.AliceAsync();
        var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Images.Png(100, 100)), "file", "a.png" },
            { new ByteArrayContent(Images.Jpeg(30, 20)), "thumbnail", "b.jpg" },
        };

        var media = (await alice.SendAsync(HttpMethod.Post, "/api/v2/media", form)).Ok();

        Assert.Equal(("100x100", "30x20"), (media["meta"].GetProperty("original").GetProperty("size").GetString(), media["meta"].GetProperty("small").GetProperty("size").GetString()));
    }

    [Fact]
    public async Task Media_are_for_accounts_with_the_scope()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await MediaFixture.UploadAsync(fixture.Nobody, Images.Png(1, 1))).Status);
        var reader = await fixture.People.SignUpAsync("reader", await fixture.People.RegisterAsync("read write:accounts write:statuses"));
        Assert.Equal(HttpStatusCode.Forbidden, (await MediaFixture.UploadAsync(reader, Images.Png(1, 1))).Status);
    }
}
