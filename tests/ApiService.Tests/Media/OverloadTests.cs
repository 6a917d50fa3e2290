using System.Net;
using Microblog.ApiService.Media.Imaging;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Media;

public sealed class OverloadTests(MediaFixture fixture) : IClassFixture<MediaFixture>
{
    [Fact]
    public async Task Whoever_finds_no_place_is_told_to_come_back()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, $"--Microblog:Media:Directory={fixture.Files}", "--Microblog:Media:MaxUploads=1");
        var alice = await api.People.AliceAsync();

        Answer refused;
        using (api.Get<ImageQueue>().TryEnter())
        {
            refused = await MediaFixture.UploadAsync(alice, Images.Png(4, 4));
        }

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (refused.Status, refused.Header("Retry-After")));
        Assert.Equal("Too many images are being processed at the moment, please try again", refused.Error);
        (await MediaFixture.UploadAsync(alice, Images.Png(4, 4))).Ok();
    }

    [Fact]
    public async Task Only_so_many_images_are_worked_on_at_once()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, "--Microblog:Media:Concurrency=2");
        var queue = api.Get<ImageQueue>();
        var (inside, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => queue.RunAsync(async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            return Interlocked.Decrement(ref inside);
        }, CancellationToken.None)));

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task A_place_is_given_back_after_a_refusal()
    {
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, $"--Microblog:Media:Directory={fixture.Files}", "--Microblog:Media:MaxUploads=1", "--Microblog:Media:Concurrency=1");
        var alice = await api.People.AliceAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await MediaFixture.UploadAsync(alice, Images.PngBomb(10, 10))).Status);
        }

        (await MediaFixture.UploadAsync(alice, Images.Png(4, 4))).Ok();
    }

    [Fact]
    public async Task Without_a_working_storage_uploads_are_refused_for_now_and_no_row_is_left()
    {
        // A file where the directory should be: nobody can write there, whoever runs the test.
        var blocked = Path.Combine(fixture.Files, "blocked");
        await File.WriteAllTextAsync(blocked, "");
        await using var api = await ApiHost.StartAsync(fixture.Sandbox, $"--Microblog:Media:Directory={blocked}");
        var alice = await api.People.AliceAsync();

        var refused = await MediaFixture.UploadAsync(alice, Images.Png(4, 4));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (refused.Status, refused.Header("Retry-After")));
        Assert.NotNull(refused.Error);
        Assert.Equal(0, await fixture.CountAsync(alice));
    }

    [Fact]
    public void Production_refuses_to_start_without_a_place_for_images()
    {
        var key = $"--Microblog:KeyEncryptionKey={Convert.ToBase64String(new byte[48])}";
        var refusal = Assert.Throws<InvalidOperationException>(() => ApiApp.Build(fixture.Sandbox.Arguments("--environment=Production", "--Microblog:PasswordGrant=false", key)));

        Assert.StartsWith("Microblog:Media:Container or Microblog:Media:Directory", refusal.Message);
    }
}
