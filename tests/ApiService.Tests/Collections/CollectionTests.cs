using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Collections;

public sealed class CollectionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Path = "/api/v1/collections";

    [Theory]
    [InlineData("", "x", "en", "tag", "name")]
    [InlineData("12345678901234567890123456789012345678901", "x", "en", "tag", "name")]
    [InlineData("Name", "x", "not a language", "tag", "language")]
    [InlineData("Name", "x", "en", "two words", "tag_name")]
    public async Task What_is_wrong_is_said_of_each_field(string name, string description, string language, string tag, string field)
    {
        var alice = await fixture.People.AliceAsync();

        var answer = await alice.PostAsync(Path, new { name, description, language, tag_name = tag });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal([field], answer["details"].EnumerateObject().Select(detail => detail.Name));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.PostAsync(Path, new { name, description = new string('x', 101) })).Status);
    }

    [Fact]
    public async Task Everybody_sees_a_collection_with_its_owner_and_those_in_it()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var made = (await alice.PostAsync(Path, new
        {
            name = "Nice <accounts>",
            description = "Very <nice>",
            language = "en",
            tag_name = "#Accounts",
            sensitive = true,
            discoverable = true,
            account_ids = new[] { Text(bob.Id), Text(carol.Id) },
        })).Ok()["collection"];
        await fixture.SettledAsync();

        var shown = (await fixture.Nobody.GetAsync($"{Path}/{Answer.IdOf(made)}")).Ok();
        var collection = shown["collection"];

        Assert.Equal(made.GetRawText(), collection.GetRawText());
        Assert.Equal([alice.Id, bob.Id, carol.Id], shown["accounts"].EnumerateArray().Select(Answer.IdOf));
        Assert.Equal(("Nice <accounts>", "Very &lt;nice&gt;", "Accounts", 2), (Member(collection, "name"), Member(collection, "description"), Member(collection.GetProperty("tag"), "name"), collection.GetProperty("item_count").GetInt32()));
        Assert.EndsWith("/tags/accounts", Member(collection.GetProperty("tag"), "url"), StringComparison.Ordinal);
        Assert.Equal([(Text(bob.Id), "accepted"), (Text(carol.Id), "accepted")], collection.GetProperty("items").EnumerateArray().Select(item => (Member(item, "account_id"), Member(item, "state"))));
    }

    [Fact]
    public async Task Changes_leave_what_is_not_sent_and_take_away_what_is_emptied()
    {
        var alice = await fixture.People.AliceAsync();
        var id = await MakeAsync(alice, discoverable: true);

        var renamed = (await ChangeAsync(alice, id, new { name = "Other" })).Ok()["collection"];
        var emptied = (await ChangeAsync(alice, id, new { tag_name = "", language = (string?)null })).Ok()["collection"];

        Assert.Equal(("Other", "cats", true), (Member(renamed, "name"), Member(renamed.GetProperty("tag"), "name"), renamed.GetProperty("discoverable").GetBoolean()));
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null, "Other"), (emptied.GetProperty("tag").ValueKind, emptied.GetProperty("language").ValueKind, Member(emptied, "name")));
        Assert.Equal("{}", (await alice.DeleteAsync($"{Path}/{id}")).Ok().Text);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync($"{Path}/{id}")).Status);
    }

    [Fact]
    public async Task Nobody_else_changes_a_collection()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await MakeAsync(alice, discoverable: true);
        var item = Answer.IdOf((await AddAsync(alice, id, bob.Id)).Ok()["collection_item"]);

        Assert.Equal(HttpStatusCode.Forbidden, (await ChangeAsync(bob, id, new { name = "Mine" })).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AddAsync(bob, id, bob.Id)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.DeleteAsync($"{Path}/{id}/items/{item}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.DeleteAsync($"{Path}/{id}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await alice.SendAsync(HttpMethod.Post, $"{Path}/{id}/items/{item}/revoke")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.DeleteAsync($"{Path}/1")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Nobody.DeleteAsync($"{Path}/{id}")).Status);
        Assert.Single((await alice.GetAsync($"{Path}/{id}")).Ok()["collection"].GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Who_leaves_a_collection_is_not_put_in_again()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await MakeAsync(alice, discoverable: true);
        var item = Answer.IdOf((await AddAsync(alice, id, bob.Id)).Ok()["collection_item"]);

        Assert.Equal("{}", (await bob.SendAsync(HttpMethod.Post, $"{Path}/{id}/items/{item}/revoke")).Ok().Text);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(alice, id, bob.Id)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await alice.DeleteAsync($"{Path}/{id}/items/{item}")).Status);
        Assert.Equal(0, (await alice.GetAsync($"{Path}/{id}")).Ok()["collection"].GetProperty("item_count").GetInt32());
    }

    [Fact]
    public async Task Only_who_wants_to_be_found_and_has_no_block_with_the_owner_is_added()
    {
        var (alice, hidden, blocked) = await fixture.People.AliceBobAndCarolAsync();
        var id = await MakeAsync(alice, discoverable: true);
        (await hidden.SendAsync(HttpMethod.Patch, "/api/v1/accounts/update_credentials", JsonContent.Create(new { discoverable = false }))).Ok();
        (await blocked.SendAsync(HttpMethod.Post, $"/api/v1/accounts/{alice.Id}/block")).Ok();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(alice, id, hidden.Id)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(alice, id, blocked.Id)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(alice, id, 1)).Status);
        Assert.Equal("`account_id` parameter is missing", (await alice.SendAsync(HttpMethod.Post, $"{Path}/{id}/items")).Error);
        await fixture.SettledAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await blocked.GetAsync($"{Path}/{id}")).Status);
    }

    [Fact]
    public async Task Lists_show_others_what_is_meant_to_be_found()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var (open, closed) = (await MakeAsync(alice, discoverable: true), await MakeAsync(alice, discoverable: false));
        (await AddAsync(alice, open, bob.Id)).Ok();
        (await AddAsync(alice, closed, bob.Id)).Ok();
        await fixture.SettledAsync();

        Assert.Equal([closed, open], await ListedAsync(alice, $"{alice.Id}/collections"));
        Assert.Equal([open], await ListedAsync(carol, $"{alice.Id}/collections"));
        Assert.Equal([closed, open], await ListedAsync(bob, $"{bob.Id}/in_collections"));
        Assert.Equal([open], await ListedAsync(carol, $"{bob.Id}/in_collections"));
        Assert.Empty(await ListedAsync(bob, $"{alice.Id}/in_collections"));
        Assert.NotNull((await alice.GetAsync($"/api/v1/accounts/{alice.Id}/collections?limit=1")).Ok().Link("next"));
        Assert.Equal(HttpStatusCode.NotFound, (await alice.GetAsync("/api/v1/accounts/1/collections")).Status);
    }

    [Fact]
    public async Task There_are_only_so_many_collections_and_a_repeated_request_makes_one()
    {
        var alice = await fixture.People.AliceAsync();
        Task<Answer> Send() => alice.SendAsync(HttpMethod.Post, Path, JsonContent.Create(new { name = "Once" }), ("Idempotency-Key", "again"));
        Assert.Equal((await Send()).Ok()["collection"].GetRawText(), (await Send()).Ok()["collection"].GetRawText());

        for (var i = 1; i < 10; i++)
        {
            await MakeAsync(alice, discoverable: true);
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.PostAsync(Path, new { name = "One more" })).Status);
    }

    private static async Task<long> MakeAsync(Person person, bool discoverable) =>
        Answer.IdOf((await person.PostAsync(Path, new { name = "Cats", language = "en", tag_name = "cats", discoverable })).Ok()["collection"]);

    private static Task<Answer> AddAsync(Person person, long collection, long account) => person.PostAsync($"{Path}/{collection}/items", new { account_id = Text(account) });

    private static Task<Answer> ChangeAsync(Person person, long collection, object fields) => person.SendAsync(HttpMethod.Patch, $"{Path}/{collection}", JsonContent.Create(fields));

    private static async Task<List<long>> ListedAsync(Person person, string list) =>
        [.. (await person.GetAsync($"/api/v1/accounts/{list}")).Ok()["collections"].EnumerateArray().Select(Answer.IdOf)];

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private static string? Member(JsonElement entity, string name) => entity.GetProperty(name).GetString();
}
