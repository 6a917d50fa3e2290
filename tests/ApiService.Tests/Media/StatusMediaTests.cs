using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microblog.ApiService.Media;
using Microblog.ApiService.Scheduled;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Media;

/// <summary>Statuses with pictures.</summary>
public sealed class StatusMediaTests(MediaFixture fixture) : IClassFixture<MediaFixture>
{
    [Fact]
    public async Task Pictures_need_no_text_and_stand_in_the_order_of_the_request()
    {
        var alice = await fixture.People.AliceAsync();
        var media = await UploadAsync(alice, 3);

        var status = (await alice.PostAsync("/api/v1/statuses", new { status = "", media_ids = new[] { $"{media[2]}", $"{media[0]}" }, spoiler_text = "Bright" })).Ok();
        var plain = await alice.PostAsync("No picture");
        await fixture.SettledAsync();

        Assert.Equal(("", "Bright", true), (status["content"].GetString(), status["spoiler_text"].GetString(), status["sensitive"].GetBoolean()));
        Assert.Equal([media[2], media[0]], Media(status.Body));
        var first = status["media_attachments"][0];
        Assert.Equal(("image", "Number 2"), (first.GetProperty("type").GetString(), first.GetProperty("description").GetString()));
        Assert.NotEmpty(await MediaFixture.DownloadAsync(first.GetProperty("url").GetString()));
        Assert.Equal(status["media_attachments"].GetRawText(), (await fixture.Nobody.GetAsync($"/api/v1/statuses/{status.Id}")).Ok()["media_attachments"].GetRawText());
        foreach (var list in new[] { $"/api/v1/accounts/{alice.Id}/statuses", "/api/v1/timelines/public" })
        {
            Assert.Equal([status.Id], (await fixture.Nobody.GetAsync($"{list}?only_media=true&since_id={status.Id - 1}")).Ok().Ids);
            Assert.Equal([plain, status.Id], (await fixture.Nobody.GetAsync($"{list}?since_id={status.Id - 1}")).Ok().Ids);
        }
    }

    [Fact]
    public async Task What_cannot_be_attached_leaves_no_status_behind()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var his = (await UploadAsync(bob, 1))[0];
        var mine = await UploadAsync(alice, 5);

        Assert.Equal($"Media {his} not found or already attached to another post", (await PostAsync(alice, [mine[0], his])).Error);
        Assert.Equal("Validation failed: Media ids can't contain more than 4 items", (await PostAsync(alice, [.. mine])).Error);
        Assert.Equal("Validation failed: Media ids contain an item that does not exist", (await alice.PostAsync("/api/v1/statuses", new { status = "Look", media_ids = new[] { "x" } })).Error);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.PostAsync("/api/v1/statuses", new { status = "Look", media_ids = new[] { $"{mine[0]}" }, poll = new { options = new[] { "a", "b" }, expires_in = 300 } })).Status);
        Assert.Equal(0, (await alice.AccountAsync())["statuses_count"].GetInt32());
    }

    [Fact]
    public async Task An_edit_exchanges_pictures_changes_what_is_said_of_them_and_keeps_the_versions()
    {
        var alice = await fixture.People.AliceAsync();
        var media = await UploadAsync(alice, 2);
        var id = (await PostAsync(alice, [media[0]])).Ok().Id;

        var same = (await EditAsync(alice, id, new { status = "Look", media_ids = new[] { $"{media[0]}" }, media_attributes = new[] { new { id = $"{media[0]}", description = "Number 0" } } })).Ok();
        var said = (await EditAsync(alice, id, new { status = "Look", media_ids = new[] { $"{media[0]}" }, media_attributes = new[] { new { id = $"{media[0]}", description = "Better", focus = "0.5,-0.5" } } })).Ok();
        var exchanged = (await EditAsync(alice, id, new { status = "Look", media_ids = new[] { $"{media[1]}" } })).Ok();
        var history = (await alice.GetAsync($"/api/v1/statuses/{id}/history")).Ok().Body.EnumerateArray().ToList();

        Assert.Equal(JsonValueKind.Null, same["edited_at"].ValueKind);
        Assert.Equal(("Better", 0.5), (said["media_attachments"][0].GetProperty("description").GetString(), said["media_attachments"][0].GetProperty("meta").GetProperty("focus").GetProperty("x").GetDouble()));
        Assert.Equal([media[1]], Media(exchanged.Body));
        Assert.Equal(["Number 0", "Better", "Number 1"], history.Select(version => version.GetProperty("media_attachments")[0].GetProperty("description").GetString()));
        Assert.Empty(Media((await EditAsync(alice, id, new { status = "No more" })).Ok().Body));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await EditAsync(alice, id, new { status = "Look", media_ids = new[] { "1" } })).Status);
    }

    [Fact]
    public async Task Attributes_are_also_read_from_a_form()
    {
        var alice = await fixture.People.AliceAsync();
        var media = await UploadAsync(alice, 2);
        var id = (await PostAsync(alice, [.. media])).Ok().Id;
        (string, string)[] fields = [("status", "Look"), ("media_ids[]", $"{media[0]}"), ("media_ids[]", $"{media[1]}"), ("media_attributes[][id]", $"{media[1]}"), ("media_attributes[][description]", "From a form")];

        var edited = (await alice.SendAsync(HttpMethod.Put, $"/api/v1/statuses/{id}", new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Item1, field.Item2))))).Ok();

        Assert.Equal(["Number 0", "From a form"], edited["media_attachments"].EnumerateArray().Select(item => item.GetProperty("description").GetString()));
    }

    [Fact]
    public async Task Pictures_of_a_deleted_status_wait_for_a_redraft_unless_they_are_to_go_with_it()
    {
        var alice = await fixture.People.AliceAsync();
        var media = await UploadAsync(alice, 2);
        var (kept, gone) = ((await PostAsync(alice, [media[0]])).Ok().Id, (await PostAsync(alice, [media[1]])).Ok().Id);

        var deleted = await alice.DeleteStatusAsync(kept);
        (await alice.DeleteAsync($"/api/v1/statuses/{gone}?delete_media=true")).Ok();

        Assert.Equal([media[0]], Media(deleted.Body));
        (await PostAsync(alice, [media[0]])).Ok();
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"/api/v1/media/{media[1]}")).Status);
    }

    [Fact]
    public async Task Pictures_of_a_scheduled_status_outlive_the_clean_up_and_are_published_with_it()
    {
        var alice = await fixture.People.AliceAsync();
        var media = await UploadAsync(alice, 2);
        var at = DateTime.UtcNow.AddDays(2).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

        var scheduled = (await alice.PostAsync("/api/v1/statuses", new { status = "Later", scheduled_at = at, media_ids = new[] { $"{media[1]}" } })).Ok();
        var refused = await alice.PostAsync("/api/v1/statuses", new { status = "Later", scheduled_at = at, media_ids = new[] { "1" } });
        await fixture.Sandbox.ExecuteAsync("UPDATE media_attachments SET unattached_since = now() - interval '3 days' WHERE account_id = @Id", new { alice.Id });
        await fixture.Api.Get<MediaCleanup>().RunOnceAsync(CancellationToken.None);
        await fixture.Sandbox.ExecuteAsync("UPDATE scheduled_statuses SET scheduled_at = now() WHERE account_id = @Id", new { alice.Id });
        await fixture.Api.Get<ScheduledPublisher>().RunOnceAsync(CancellationToken.None);

        Assert.Equal([media[1]], Media(scheduled.Body));
        Assert.Equal("Media not found or already attached to another post", refused.Error);
        var published = await Eventually.BecomesAsync("the status to be published", async () => (await alice.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok(), answer => answer.Ids.Count == 1);
        Assert.Equal([media[1]], Media(published.Body[0]));
        Assert.Equal(1, await fixture.CountAsync(alice));
    }

    private static List<long> Media(JsonElement status) => [.. status.GetProperty("media_attachments").EnumerateArray().Select(Answer.IdOf)];

    private static Task<Answer> PostAsync(Person person, long[] media) => person.PostAsync("/api/v1/statuses", new { status = "Look", media_ids = media.Select(id => $"{id}") });

    private static Task<Answer> EditAsync(Person person, long id, object fields) => person.SendAsync(HttpMethod.Put, $"/api/v1/statuses/{id}", JsonContent.Create(fields));

    private static async Task<List<long>> UploadAsync(Person by, int count)
    {
        var ids = new List<long>();
        for (var i = 0; i < count; i++)
        {
            ids.Add((await MediaFixture.UploadAsync(by, Images.Png(8 + i, 8), ("description", $"Number {i}"))).Ok().Id);
        }
        return ids;
    }
}
