using System.Net;
using System.Text.Json;
using Microblog.ApiService.Http;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Media;

public sealed class MediaEditTests(MediaFixture fixture) : IClassFixture<MediaFixture>
{
    [Fact]
    public async Task Only_what_is_sent_changes()
    {
        var alice = await fixture.People.AliceAsync();
        var media = (await MediaFixture.UploadAsync(alice, Images.Png(10, 10), ("description", "One"), ("focus", "0.5,0.5"))).Ok();
        var path = $"/api/v1/media/{media.Id}";

        var described = (await alice.SendAsync(HttpMethod.Put, path, new FormUrlEncodedContent([KeyValuePair.Create("description", "Two")]))).Ok();
        Assert.Equal(("Two", 0.5), (described["description"].GetString(), described["meta"].GetProperty("focus").GetProperty("x").GetDouble()));
        var focused = (await alice.SendAsync(HttpMethod.Put, path, new FormUrlEncodedContent([KeyValuePair.Create("focus", "-1,1")]))).Ok();
        Assert.Equal(("Two", -1d), (focused["description"].GetString(), focused["meta"].GetProperty("focus").GetProperty("x").GetDouble()));
        var emptied = (await alice.SendAsync(HttpMethod.Put, path, new FormUrlEncodedContent([KeyValuePair.Create("description", "")]))).Ok();
        Assert.Equal(JsonValueKind.Null, emptied["description"].ValueKind);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.SendAsync(HttpMethod.Put, path, new FormUrlEncodedContent([KeyValuePair.Create("focus", "9,9")]))).Status);
    }

    [Fact]
    public async Task Another_thumbnail_takes_the_place_of_the_first()
    {
        var alice = await fixture.People.AliceAsync();
        var media = (await MediaFixture.UploadAsync(alice, Images.Png(100, 100))).Ok();

        var edited = (await MediaFixture.UploadAsync(alice, HttpMethod.Put, $"/api/v1/media/{media.Id}", "thumbnail", Images.Png(30, 20))).Ok();

        Assert.Equal("30x20", edited["meta"].GetProperty("small").GetProperty("size").GetString());
        Assert.Equal(media["url"].GetString(), edited["url"].GetString());
        Assert.NotEqual(media["preview_url"].GetString(), edited["preview_url"].GetString());
        Assert.NotEmpty(await MediaFixture.DownloadAsync(edited["preview_url"].GetString()));
    }

    [Fact]
    public async Task Other_peoples_media_are_nobodys_business()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var path = $"/api/v1/media/{(await MediaFixture.UploadAsync(alice, Images.Png(10, 10))).Ok().Id}";

        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.SendAsync(HttpMethod.Put, path, new FormUrlEncodedContent([KeyValuePair.Create("description", "Mine")]))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.DeleteAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync("/api/v1/media/1")).Status);
        (await alice.GetAsync(path)).Ok();
    }

    [Fact]
    public async Task An_attached_one_is_neither_shown_nor_changed_nor_deleted()
    {
        var alice = await fixture.People.AliceAsync();
        var media = (await MediaFixture.UploadAsync(alice, Images.Png(10, 10))).Ok().Id;
        var path = $"/api/v1/media/{media}";
        await fixture.AttachAsync(alice, await alice.PostAsync("Look"), media);

        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.SendAsync(HttpMethod.Put, path, new FormUrlEncodedContent([KeyValuePair.Create("description", "Late")]))).Status);
        var refusal = await alice.DeleteAsync(path);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Media attachment is currently used by a status"), (refusal.Status, refusal.Error));
    }

    [Fact]
    public async Task An_unattached_one_can_be_deleted_once()
    {
        var alice = await fixture.People.AliceAsync();
        var path = $"/api/v1/media/{(await MediaFixture.UploadAsync(alice, Images.Png(10, 10))).Ok().Id}";

        Assert.Equal("{}", (await alice.DeleteAsync(path)).Ok().Text);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync(path)).Status);
        Assert.Equal(0, await fixture.CountAsync(alice));
    }

    [Fact]
    public async Task Attachments_keep_their_order_and_an_edit_changes_them()
    {
        var alice = await fixture.People.AliceAsync();
        var media = await UploadManyAsync(alice, 3);
        var status = await alice.PostAsync("Look");

        await fixture.AttachAsync(alice, status, media[2], media[0], media[2]);
        Assert.Equal([media[2], media[0]], await fixture.AttachedAsync(status));
        await fixture.AttachAsync(alice, status, media[0], media[1]);
        Assert.Equal([media[0], media[1]], await fixture.AttachedAsync(status));
        (await alice.GetAsync($"/api/v1/media/{media[2]}")).Ok();
        await fixture.AttachAsync(alice, status);
        Assert.Empty(await fixture.AttachedAsync(status));
    }

    [Fact]
    public async Task What_cannot_be_attached_is_named_and_nothing_is()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var mine = await UploadManyAsync(alice, 5);
        var his = (await UploadManyAsync(bob, 1))[0];
        var (first, second) = (await alice.PostAsync("One"), await alice.PostAsync("Two"));
        await fixture.AttachAsync(alice, first, mine[0]);

        var tooMany = await Assert.ThrowsAsync<ApiException>(() => fixture.AttachAsync(alice, second, [.. mine]));
        var taken = await Assert.ThrowsAsync<ApiException>(() => fixture.AttachAsync(alice, second, mine[1], mine[0]));
        var foreign = await Assert.ThrowsAsync<ApiException>(() => fixture.AttachAsync(alice, second, mine[1], his, 7));

        Assert.Equal((422, "Cannot attach more than 4 files"), (tooMany.Status, tooMany.Message));
        Assert.Equal($"Media {mine[0]} not found or already attached to another post", taken.Message);
        Assert.Equal($"Media {his}, 7 not found or already attached to another post", foreign.Message);
        Assert.Empty(await fixture.AttachedAsync(second));
    }

    [Fact]
    public async Task A_deleted_status_gives_its_media_back_for_a_redraft()
    {
        var alice = await fixture.People.AliceAsync();
        var media = (await UploadManyAsync(alice, 1))[0];
        var status = await alice.PostAsync("Look");
        await fixture.AttachAsync(alice, status, media);

        await alice.DeleteStatusAsync(status);

        (await alice.GetAsync($"/api/v1/media/{media}")).Ok();
        await fixture.AttachAsync(alice, await alice.PostAsync("Again"), media);
    }

    private static async Task<List<long>> UploadManyAsync(Person by, int count)
    {
        var ids = new List<long>();
        for (var i = 0; i < count; i++)
        {
            ids.Add((await MediaFixture.UploadAsync(by, Images.Png(4 + i, 4))).Ok().Id);
        }
        return ids;
    }
}
