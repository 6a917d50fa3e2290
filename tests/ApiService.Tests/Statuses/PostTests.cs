using System.Net;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Statuses;

public sealed class PostTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private static readonly string[] Members =
    [
        "id", "created_at", "in_reply_to_id", "in_reply_to_account_id", "sensitive", "spoiler_text", "visibility", "language", "uri", "url",
        "replies_count", "reblogs_count", "favourites_count", "quotes_count", "edited_at", "content", "reblog", "quote", "quote_approval", "application", "account",
        "media_attachments", "mentions", "tags", "emojis", "card", "poll", "favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered",
    ];

    [Fact]
    public async Task A_status_has_every_member_that_clients_read_and_nulls_are_written()
    {
        var alice = await fixture.People.AliceAsync();

        var status = (await alice.PostAsync("/api/v1/statuses", new { status = "Hello, world" })).Ok();

        Assert.Equal(Members, status.Body.EnumerateObject().Select(member => member.Name));
        Assert.All(["in_reply_to_id", "in_reply_to_account_id", "edited_at", "reblog", "quote", "card", "poll"], name => Assert.Equal(JsonValueKind.Null, status[name].ValueKind));
        Assert.All(["media_attachments", "mentions", "tags", "emojis", "filtered"], name => Assert.Equal(JsonValueKind.Array, status[name].ValueKind));
        Assert.Equal(JsonValueKind.String, status["id"].ValueKind);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", status["created_at"].GetString());
        Assert.InRange(status["created_at"].GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal($"{fixture.Api.Address}@{alice.Username}/{status.Id}", status["url"].GetString());
        Assert.Equal($"{fixture.Api.Address}users/{alice.Username}/statuses/{status.Id}", status["uri"].GetString());
        Assert.Equal(("Tests", "https://example.org"), (status["application"].GetProperty("name").GetString(), status["application"].GetProperty("website").GetString()));
        Assert.Equal(("", "public", "en"), (status["spoiler_text"].GetString(), status["visibility"].GetString(), status["language"].GetString()));
        Assert.Equal(alice.Id, Answer.IdOf(status["account"]));
    }

    [Fact]
    public async Task What_was_posted_is_what_is_read()
    {
        var alice = await fixture.People.AliceAsync();
        var posted = (await alice.PostAsync("/api/v1/statuses", new { status = "Hello", spoiler_text = "A greeting", language = "de", visibility = "unlisted" })).Ok();

        var read = (await alice.GetAsync($"/api/v1/statuses/{posted.Id}")).Ok();

        Assert.Equal(posted.Text, read.Text);
        Assert.True(read["sensitive"].GetBoolean());
        Assert.Equal(("A greeting", "de", "unlisted"), (read["spoiler_text"].GetString(), read["language"].GetString(), read["visibility"].GetString()));
    }

    [Theory]
    [InlineData(256, 0, false, true)]
    [InlineData(257, 0, false, false)]
    [InlineData(232, 0, true, true)]
    [InlineData(233, 0, true, false)]
    [InlineData(200, 56, false, true)]
    [InlineData(200, 57, false, false)]
    public async Task A_status_has_256_characters_and_an_address_counts_as_23(int letters, int warning, bool withUrl, bool isAccepted)
    {
        var alice = await fixture.People.AliceAsync();
        var text = new string('é', letters) + (withUrl ? " https://example.org/" + new string('p', 200) : "");

        var answer = await alice.PostAsync("/api/v1/statuses", new { status = text, spoiler_text = new string('w', warning) });

        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(isAccepted ? null : "Validation failed: Text character limit of 256 exceeded", answer.Error);
        Assert.True(isAccepted || answer["details"].GetProperty("text")[0].GetProperty("error").GetString() == "ERR_TOO_LONG");
    }

    [Theory]
    [InlineData("status", "", "text", "ERR_BLANK", "Validation failed: Text can't be blank")]
    [InlineData("status", " \n\t ", "text", "ERR_BLANK", "Validation failed: Text can't be blank")]
    [InlineData("visibility", "everyone", "visibility", "ERR_INCLUSION", "Validation failed: Visibility is not included in the list")]
    [InlineData("language", "d", "language", "ERR_INVALID", "Validation failed: Language is not a language code")]
    [InlineData("language", "<script>", "language", "ERR_INVALID", "Validation failed: Language is not a language code")]
    public async Task A_wrong_field_is_named(string field, string value, string named, string code, string message)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostAsync("/api/v1/statuses", new Dictionary<string, string> { ["status"] = "Hello", [field] = value });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, message), (answer.Status, answer.Error));
        Assert.Equal(code, answer["details"].GetProperty(named)[0].GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_refused_status_leaves_nothing_behind()
    {
        var alice = await fixture.People.AliceAsync();

        await alice.PostAsync("/api/v1/statuses", new { status = new string('a', 300) });

        Assert.Equal(0, (await alice.AccountAsync())["statuses_count"].GetInt64());
        Assert.Empty((await alice.GetAsync($"/api/v1/accounts/{alice.Id}/statuses")).Ok().Ids);
    }

    [Fact]
    public async Task Mentions_hashtags_and_links_are_rendered_and_listed()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var address = fixture.Api.Address;

        var status = (await alice.PostAsync("/api/v1/statuses", new { status = $"Hi {bob.Handle} and @stranger_to_all, see https://example.org/a?b=1&c=2 #Cats <b>" })).Ok();

        var mention = Assert.Single(status["mentions"].EnumerateArray());
        Assert.Equal((bob.Id, bob.Username, bob.Username, $"{address}@{bob.Username}"),
            (Answer.IdOf(mention), mention.GetProperty("username").GetString(), mention.GetProperty("acct").GetString(), mention.GetProperty("url").GetString()));
        var tag = Assert.Single(status["tags"].EnumerateArray());
        Assert.Equal(("cats", $"{address}tags/cats"), (tag.GetProperty("name").GetString(), tag.GetProperty("url").GetString()));
        var content = status["content"].GetString()!;
        Assert.StartsWith("<p>Hi <span class=\"h-card\"", content);
        Assert.Contains($"href=\"{address}@{bob.Username}\"", content);
        Assert.Contains("@stranger_to_all", content);
        Assert.Contains("href=\"https://example.org/a?b=1&amp;c=2\"", content);
        Assert.Contains("&lt;b&gt;", content);
    }

    [Fact]
    public async Task A_mention_by_full_handle_of_this_server_counts_and_of_another_does_not()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        var local = await alice.PostAsync("/api/v1/statuses", new { status = $"@{bob.Username.ToUpperInvariant()} hello" });
        var remote = await alice.PostAsync("/api/v1/statuses", new { status = $"@{bob.Username}@elsewhere.example hello" });

        Assert.Equal(bob.Id, Answer.IdOf(Assert.Single(local.Ok()["mentions"].EnumerateArray())));
        Assert.Empty(remote.Ok()["mentions"].EnumerateArray());
    }
}
