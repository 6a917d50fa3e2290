using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.Search;

public sealed class SearchTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Words_find_ones_own_statuses_of_every_visibility_and_what_mentions_one()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        List<long> own = [await alice.PostAsync("walrus one"), await alice.PostAsync("walrus two", "unlisted"), await alice.PostAsync("walrus three", "private"), await alice.PostAsync("walrus four", "direct")];
        var toAlice = await bob.PostAsync($"walrus {alice.Handle}", "direct");
        var hidden = await bob.PostAsync("walrus among friends", "private");
        await fixture.SettledAsync();

        Assert.Equal([toAlice, .. own.AsEnumerable().Reverse()], await StatusesAsync(alice, "walrus"));
        Assert.Equal([hidden, toAlice, own[0]], await StatusesAsync(bob, "walrus"));
        Assert.Equal([own[0]], await StatusesAsync(fixture.Nobody, "walrus"));
    }

    [Fact]
    public async Task Who_does_not_want_to_be_found_is_not_found_by_strangers()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var id = await alice.PostAsync("pangolin");
        await fixture.Sandbox.ExecuteAsync("UPDATE accounts SET indexable = false WHERE id = @Id", new { alice.Id });
        await fixture.SettledAsync();

        Assert.Empty(await StatusesAsync(bob, "pangolin"));
        Assert.Empty(await StatusesAsync(fixture.Nobody, "pangolin"));
        Assert.Equal([id], await StatusesAsync(alice, "pangolin"));
    }

    [Theory]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@reader, @author)")]
    [InlineData("INSERT INTO blocks (account_id, target_id) VALUES (@author, @reader)")]
    [InlineData("INSERT INTO mutes (account_id, target_id) VALUES (@reader, @author)")]
    [InlineData("UPDATE accounts SET suspended_at = now() WHERE id = @author")]
    [InlineData("UPDATE accounts SET limited_at = now() WHERE id = @author")]
    public async Task Blocked_muted_and_moderated_authors_are_not_found(string sql)
    {
        var (author, reader) = await fixture.People.AliceAndBobAsync();
        var word = $"quokka{author.Id}";
        await author.PostAsync(word);
        await fixture.SettledAsync();
        Assert.Single(await StatusesAsync(reader, word));

        await fixture.Sandbox.ExecuteAsync(sql, new { author = author.Id, reader = reader.Id });
        await fixture.SettledAsync();

        Assert.Empty(await StatusesAsync(reader, word));
    }

    [Theory]
    [InlineData("jumps lazy", true)]
    [InlineData("JUMPS", true)]
    [InlineData("\"lazy dog\"", true)]
    [InlineData("\"dog lazy\"", false)]
    [InlineData("lazy -wombat", true)]
    [InlineData("lazy -dog", false)]
    [InlineData("lazy -\"over the\"", false)]
    [InlineData("jump", false)]
    [InlineData("cafe", true)]
    [InlineData("CAFÉ", true)]
    [InlineData("tagged", true)]
    [InlineData("#tagged", true)]
    [InlineData("warning", true)]
    [InlineData("東京タワー", true)]
    [InlineData("タワー", true)]
    [InlineData("京東", false)]
    [InlineData("лиса", true)]
    public async Task Words_phrases_and_exclusions_decide_in_any_language(string query, bool isFound)
    {
        var alice = await fixture.People.AliceAsync();
        var id = (await alice.PostAsync("/api/v1/statuses", new { status = "The fox jumps over the lazy dog in a café #tagged 私は東京タワーに行く Лиса", spoiler_text = "Fair warning" })).Ok().Id;

        Assert.Equal(isFound ? [id] : [], await StatusesAsync(alice, $"{query} from:me"));
    }

    [Fact]
    public async Task Operators_narrow_the_search()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var first = await alice.PostAsync("okapi first");
        var reply = await alice.PostAsync("okapi reply", replyTo: first);
        var sensitive = (await alice.PostAsync("/api/v1/statuses", new { status = "okapi bare", sensitive = true, language = "de" })).Ok().Id;
        var polled = await alice.PostAsync("okapi poll");
        await fixture.Sandbox.ExecuteAsync("INSERT INTO polls (status_id, account_id, options, tallies, multiple, hide_totals, expires_at) VALUES (@polled, @Id, '{a,b}', '{0,0}', false, false, now())", new { polled, alice.Id });
        var foreign = await bob.PostAsync("okapi of bob");
        await fixture.SettledAsync();
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal([foreign], await StatusesAsync(alice, $"okapi from:{bob.Username}"));
        Assert.Equal([foreign], await StatusesAsync(alice, $"okapi from:@{bob.Username.ToUpperInvariant()}@{alice.Address.Authority}"));
        Assert.Empty(await StatusesAsync(alice, $"okapi from:{bob.Username}@elsewhere.example"));
        Assert.Equal([polled, sensitive, reply, first], await StatusesAsync(alice, "okapi from:me"));
        Assert.Equal([reply], await StatusesAsync(alice, "okapi is:reply"));
        Assert.Equal([sensitive], await StatusesAsync(alice, "okapi is:sensitive"));
        Assert.Equal([sensitive], await StatusesAsync(alice, "okapi language:de"));
        Assert.Equal([polled], await StatusesAsync(alice, "okapi has:poll"));
        Assert.Equal([polled, first], await StatusesAsync(alice, "okapi from:me -is:reply -is:sensitive"));
        Assert.Equal(5, (await StatusesAsync(alice, $"okapi during:{today}")).Count);
        Assert.Empty(await StatusesAsync(alice, $"okapi before:{today}"));
        Assert.Empty(await StatusesAsync(alice, $"okapi after:{today}"));
        Assert.Equal(5, (await StatusesAsync(alice, "okapi after:2020-01-01 before:2100-01-01")).Count);
    }

    [Fact]
    public async Task Results_come_newest_first_and_page_by_offset_and_by_id()
    {
        var alice = await fixture.People.AliceAsync();
        var ids = await alice.PostStatusesAsync(5, "capybara");
        ids.Reverse();

        Assert.Equal(ids[..2], await StatusesAsync(alice, "capybara", "&limit=2"));
        Assert.Equal(ids[2..4], await StatusesAsync(alice, "capybara", "&limit=2&offset=2"));
        Assert.Equal(ids[3..], await StatusesAsync(alice, "capybara", $"&max_id={ids[2]}"));
        Assert.Equal(ids[1..3], await StatusesAsync(alice, "capybara", $"&limit=2&min_id={ids[3]}"));
        Assert.Equal(ids, await StatusesAsync(alice, "capybara", $"&account_id={alice.Id}"));
        Assert.Empty(await StatusesAsync(alice, "capybara", "&offset=1001"));
        // Without a type there are several lists, and an offset would mean each of them.
        Assert.Equal(5, (await alice.GetAsync("/api/v2/search?q=capybara&offset=3")).Ok()["statuses"].GetArrayLength());
    }

    [Fact]
    public async Task Hashtags_are_found_by_how_they_begin_as_they_were_first_written_the_exact_one_first_and_private_ones_not_at_all()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.PostAsync("#lynx_y #lynx_z #lynx_x #LYNX");
        await alice.PostAsync("#lynx_secret", "private");
        await fixture.SettledAsync();

        Assert.Equal(["LYNX", "lynx_x", "lynx_y", "lynx_z"], await HashtagsAsync(bob, "%23Lynx"));
        Assert.Equal(["lynx_x", "lynx_y", "lynx_z"], await HashtagsAsync(bob, "lynx_"));
        Assert.Equal(["lynx_y"], await HashtagsAsync(bob, "lynx", "&limit=1&offset=2"));
        Assert.Empty(await HashtagsAsync(bob, "%25"));
        Assert.Empty(await HashtagsAsync(bob, bob.Handle));
    }

    [Fact]
    public async Task Accounts_are_found_as_they_are_written_and_then_nothing_else_is()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        await alice.PostAsync($"Hello {bob.Handle} #{bob.Username}");
        await fixture.SettledAsync();
        var host = alice.Address.Authority;

        foreach (var query in new[] { bob.Handle, $"{bob.Username}@{host}", $"@{bob.Username.ToUpperInvariant()}@{host.ToUpperInvariant()}" })
        {
            var found = (await alice.GetAsync($"/api/v2/search?resolve=true&q={Uri.EscapeDataString(query)}")).Ok();
            Assert.Equal([bob.Id], found["accounts"].EnumerateArray().Select(Answer.IdOf));
            Assert.Equal((0, 0), (found["statuses"].GetArrayLength(), found["hashtags"].GetArrayLength()));
        }
        Assert.Equal(0, (await alice.GetAsync($"/api/v2/search?q={bob.Username}@elsewhere.example")).Ok()["accounts"].GetArrayLength());
    }

    [Fact]
    public async Task An_address_of_this_server_finds_exactly_what_it_names()
    {
        var (alice, bob) = await fixture.People.AliceAndBobAsync();
        var (open, closed) = (await alice.PostAsync("numbat"), await alice.PostAsync("numbat", "private"));
        await fixture.SettledAsync();
        var status = (await bob.GetAsync($"/api/v1/statuses/{open}")).Ok();

        foreach (var url in new[] { status["url"].GetString()!, status["uri"].GetString()! })
        {
            Assert.Equal([open], await StatusesAsync(bob, url));
        }
        foreach (var url in new[] { status["account"].GetProperty("url").GetString()!, status["account"].GetProperty("uri").GetString()! })
        {
            var found = (await bob.GetAsync($"/api/v2/search?q={Uri.EscapeDataString(url)}")).Ok();
            Assert.Equal([alice.Id], found["accounts"].EnumerateArray().Select(Answer.IdOf));
            Assert.Equal(0, found["statuses"].GetArrayLength());
        }
        var secret = new Uri(alice.Address, $"/@{alice.Username}/{closed}").AbsoluteUri;
        Assert.Empty(await StatusesAsync(bob, secret));
        Assert.Equal([closed], await StatusesAsync(alice, secret));
        Assert.Empty(await StatusesAsync(bob, new Uri(alice.Address, $"/@{bob.Username}/{open}").AbsoluteUri));
    }

    private static async Task<List<long>> StatusesAsync(Client reader, string query, string more = "") =>
        [.. (await reader.GetAsync($"/api/v2/search?type=statuses&q={Uri.EscapeDataString(query)}{more}")).Ok()["statuses"].EnumerateArray().Select(Answer.IdOf)];

    private static async Task<List<string?>> HashtagsAsync(Client reader, string query, string more = "") =>
        [.. (await reader.GetAsync($"/api/v2/search?type=hashtags&q={query}{more}")).Ok()["hashtags"].EnumerateArray().Select((JsonElement tag) => tag.GetProperty("name").GetString())];
}
