using System.Net;
using Microblog.ApiService.Media;
using Microblog.ApiService.Media.Storage;
using Microblog.TestSupport;
using Microsoft.AspNetCore.Http;

namespace Microblog.ApiService.Tests.Media;

public sealed class MediaCleanupTests(MediaFixture fixture) : IClassFixture<MediaFixture>
{
    private MediaCleanup Cleanup => fixture.Api.Get<MediaCleanup>();

    [Fact]
    public async Task Uploads_that_nobody_posts_go_after_a_day_with_their_files()
    {
        var alice = await fixture.People.AliceAsync();
        await DrainAsync();
        var before = fixture.StoredFiles().Count;
        var (old, young, posted) = (await UploadAsync(alice), await UploadAsync(alice), await UploadAsync(alice));
        await fixture.AttachAsync(alice, await alice.PostAsync("Look"), posted);
        await fixture.Sandbox.ExecuteAsync("UPDATE media_attachments SET unattached_since = now() - interval '25 hours' WHERE id = @old", new { old });

        await DrainAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"/api/v1/media/{old}")).Status);
        (await alice.GetAsync($"/api/v1/media/{young}")).Ok();
        Assert.Equal((2, before + 4), (await fixture.CountAsync(alice), fixture.StoredFiles().Count));
    }

    [Fact]
    public async Task Media_of_an_old_status_wait_a_day_for_its_redraft()
    {
        var alice = await fixture.People.AliceAsync();
        var media = await UploadAsync(alice);
        var status = await alice.PostAsync("Look");
        await fixture.AttachAsync(alice, status, media);
        await fixture.Sandbox.ExecuteAsync("UPDATE media_attachments SET created_at = now() - interval '1 year' WHERE id = @media", new { media });
        await alice.DeleteStatusAsync(status);

        await DrainAsync();

        (await alice.GetAsync($"/api/v1/media/{media}")).Ok();
    }

    [Fact]
    public async Task Files_go_with_their_account_and_with_what_took_their_place()
    {
        var alice = await fixture.People.AliceAsync();
        await DrainAsync();
        var before = fixture.StoredFiles().Count;
        var media = await UploadAsync(alice);
        await MediaFixture.UploadAsync(alice, HttpMethod.Put, $"/api/v1/media/{media}", "thumbnail", Images.Png(3, 3));
        var first = await SaveAsync(ProfileImage.Avatar);
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET avatar_key = @first WHERE id = @Id", new { first, alice.Id });
        var second = await SaveAsync(ProfileImage.Avatar);
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET avatar_key = @second, header_key = NULL WHERE id = @Id", new { second, alice.Id });

        await DrainAsync();
        Assert.Equal(before + 3, fixture.StoredFiles().Count);
        Assert.Contains(second, fixture.StoredFiles());
        await fixture.Sandbox.ExecuteAsync("DELETE FROM accounts WHERE id = @Id", new { alice.Id });
        await DrainAsync();
        Assert.Equal(before, fixture.StoredFiles().Count);
    }

    [Fact]
    public async Task A_file_whose_upload_died_goes_after_an_hour()
    {
        var key = await SaveAsync(ProfileImage.Header);
        await DrainAsync();
        Assert.Contains(key, fixture.StoredFiles());
        await fixture.Sandbox.ExecuteAsync("UPDATE discarded_files SET not_before = not_before - interval '61 minutes' WHERE key = @key", new { key });

        await DrainAsync();

        Assert.DoesNotContain(key, fixture.StoredFiles());
        Assert.Equal(0, await fixture.Sandbox.ScalarAsync<long>("SELECT count(*) FROM discarded_files WHERE key = @key", new { key }));
    }

    [Fact]
    public async Task While_another_process_cleans_up_this_one_does_nothing()
    {
        await DrainAsync();
        await fixture.Sandbox.ExecuteAsync("INSERT INTO discarded_files VALUES ('nonsense', now())");
        await using var other = await fixture.Sandbox.Primary.OpenConnectionAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand($"SELECT pg_try_advisory_xact_lock({MediaCleanup.AdvisoryLock})", other))
        {
            Assert.Equal(true, await command.ExecuteScalarAsync());
        }

        Assert.Equal(0, await Cleanup.RunOnceAsync(CancellationToken.None));
        await transaction.CommitAsync();
        Assert.Equal(1, await Cleanup.RunOnceAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(ProfileImage.Avatar, "400x400")]
    [InlineData(ProfileImage.Header, "1500x500")]
    public async Task Pictures_of_profiles_are_cut_to_size(ProfileImage kind, string size)
    {
        var key = MediaKey.Parse(await SaveAsync(kind))!.Value;

        await using var file = (await fixture.Api.Get<IMediaStorage>().OpenAsync(key, CancellationToken.None))!;
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes);
        Assert.Contains(size, Images.Header(bytes));
    }

    private async Task DrainAsync()
    {
        while (await Cleanup.RunOnceAsync(CancellationToken.None) > 0)
        {
        }
    }

    private Task<string> SaveAsync(ProfileImage kind)
    {
        var image = Images.Png(60, 90);
        return fixture.Api.Get<ProfileImages>().SaveAsync(new FormFile(new MemoryStream(image), 0, image.Length, "avatar", "me.png"), kind, CancellationToken.None);
    }

    private static async Task<long> UploadAsync(Person by) => (await MediaFixture.UploadAsync(by, Images.Png(10, 10))).Ok().Id;
}
