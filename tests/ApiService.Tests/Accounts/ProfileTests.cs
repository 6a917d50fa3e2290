using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Accounts;

public sealed class ProfileTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task What_is_too_long_or_unknown_is_refused_and_changes_nothing()
    {
        var alice = await fixture.People.AliceAsync();
        var line = new { name = "n", value = "v" };

        foreach (var fields in new object[]
        {
            new { display_name = new string('x', 31) },
            new { note = new string('x', 501) },
            new { source = new { privacy = "direct" } },
            new { source = new { privacy = "everybody" } },
            new { source = new { language = "not a language" } },
            new { fields_attributes = new[] { line, line, line, line, line } },
            new { fields_attributes = new[] { new { name = "n", value = new string('x', 256) } } },
            new { fields_attributes = new[] { new { name = "", value = "v" } } },
        })
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.UpdateAsync(fields)).Status);
        }

        var account = (await alice.GetAsync("/api/v1/profile")).Ok();
        Assert.Equal(("", "", 0), (account["display_name"].GetString(), account["source"].GetProperty("note").GetString(), account["fields"].GetArrayLength()));
    }

    [Fact]
    public async Task Everything_that_is_named_changes_and_the_rest_stays()
    {
        var alice = await fixture.People.AliceAsync();

        (await alice.UpdateAsync(new
        {
            display_name = " Alice\nin Chains ",
            note = "Hello\nyou",
            locked = true,
            bot = true,
            discoverable = false,
            indexable = false,
            hide_collections = true,
            source = new { privacy = "private", sensitive = true, language = "de" },
        })).Ok();
        var unchanged = (await alice.SendAsync(HttpMethod.Patch, "/api/v1/accounts/update_credentials", new MultipartFormDataContent { { new StringContent(""), "nothing" } })).Ok();

        Assert.Equal("Alice in Chains", unchanged["display_name"].GetString());
        Assert.Equal("<p>Hello<br />you</p>", unchanged["note"].GetString());
        Assert.Equal((true, true, false, false, true), (unchanged.Is("locked"), unchanged.Is("bot"), unchanged.Is("discoverable"), unchanged.Is("indexable"), unchanged.Is("hide_collections")));
        var source = unchanged["source"];
        Assert.Equal(0, source.GetProperty("attribution_domains").GetArrayLength());
        Assert.Equal(("private", true, "de", "Hello\nyou"), (source.GetProperty("privacy").GetString(), source.GetProperty("sensitive").GetBoolean(), source.GetProperty("language").GetString(), source.GetProperty("note").GetString()));
        Assert.Equal("private", (await alice.PostAsync("/api/v1/statuses", new { status = "By default" })).Ok()["visibility"].GetString());
    }

    [Fact]
    public async Task Fields_come_as_a_list_or_as_a_hash_and_replace_all_that_were_there()
    {
        var alice = await fixture.People.AliceAsync();

        (await alice.UpdateAsync(new { fields_attributes = new[] { new { name = "Site", value = "https://example.org" }, new { name = "", value = "" }, new { name = "Age", value = "42" } } })).Ok();
        await fixture.SettledAsync();
        var seen = (await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}")).Ok()["fields"].EnumerateArray().ToList();
        Assert.Equal(["Site", "Age"], seen.Select(field => field.GetProperty("name").GetString()));
        Assert.Contains("rel=\"nofollow noopener me\"", seen[0].GetProperty("value").GetString(), StringComparison.Ordinal);
        Assert.Equal(["name", "value", "verified_at"], seen[1].EnumerateObject().Select(member => member.Name));
        Assert.Equal("42", seen[1].GetProperty("value").GetString());

        var form = new MultipartFormDataContent { { new StringContent("<b>"), "fields_attributes[7][name]" }, { new StringContent("<i>"), "fields_attributes[7][value]" } };
        var replaced = (await alice.SendAsync(HttpMethod.Patch, "/api/v1/accounts/update_credentials", form)).Ok();
        Assert.Equal("<i>", Assert.Single(replaced["source"].GetProperty("fields").EnumerateArray()).GetProperty("value").GetString());
        Assert.Equal("&lt;i&gt;", Assert.Single(replaced["fields"].EnumerateArray()).GetProperty("value").GetString());
    }

    [Fact]
    public async Task A_language_can_be_taken_back()
    {
        var alice = await fixture.People.AliceAsync();
        Assert.Equal("en", (await alice.GetAsync("/api/v1/profile")).Ok()["source"].GetProperty("language").GetString());

        var changed = (await alice.SendAsync(HttpMethod.Patch, "/api/v1/profile", JsonContent.Create(new { source = new { language = (string?)null } }))).Ok();

        Assert.Equal(JsonValueKind.Null, changed["source"].GetProperty("language").ValueKind);
    }

    [Fact]
    public async Task A_note_on_somebody_is_seen_by_its_writer_only()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.DoAsync("note", bob, new { comment = new string('x', 2001) })).Status);
        Assert.Equal("From school", (await alice.DoAsync("note", bob, new { comment = "From school" })).Ok()["note"].GetString());
        Assert.Equal("", (await bob.RelationshipAsync(alice))["note"].GetString());
        Assert.Equal("", (await alice.DoAsync("note", bob, new { comment = "" })).Ok()["note"].GetString());
    }

    [Fact]
    public async Task Only_whom_one_follows_can_be_endorsed_and_unfollowing_ends_it()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await alice.DoAsync("pin", bob)).Status);
        await alice.FollowAsync(bob);

        Assert.True((await alice.DoAsync("pin", bob)).Ok().Is("endorsed"));
        Assert.True((await alice.DoAsync("endorse", bob)).Ok().Is("endorsed"));
        await fixture.SettledAsync();
        Assert.Equal([bob.Id], (await alice.GetAsync("/api/v1/endorsements")).Ok().Ids);
        Assert.Equal([bob.Id], (await fixture.Nobody.GetAsync($"/api/v1/accounts/{alice.Id}/endorsements")).Ok().Ids);

        Assert.False((await alice.DoAsync("unpin", bob)).Ok().Is("endorsed"));
        (await alice.DoAsync("endorse", bob)).Ok();
        Assert.False((await alice.UnfollowAsync(bob)).Is("endorsed"));
    }

    [Fact]
    public async Task Familiar_followers_are_those_whom_the_caller_follows_and_who_do_not_hide_it()
    {
        var (alice, bob, carol) = await fixture.People.AliceBobAndCarolAsync();
        var dave = await fixture.People.SignUpAsync("dave");
        foreach (var friend in new[] { bob, carol })
        {
            await alice.FollowAsync(friend);
            await friend.FollowAsync(dave);
        }
        (await carol.UpdateAsync(new { hide_collections = true })).Ok();
        await fixture.SettledAsync();

        var answer = (await alice.GetAsync($"/api/v1/accounts/familiar_followers?id[]={dave.Id}&id[]={dave.Id}&id[]=123")).Ok();

        Assert.Equal([dave.Id], answer.Ids);
        Assert.Equal([bob.Id], answer.Body[0].GetProperty("accounts").EnumerateArray().Select(Answer.IdOf));
    }
}
