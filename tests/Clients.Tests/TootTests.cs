namespace Microblog.Clients.Tests;

/// <summary>The command <c>toot</c>, as Debian packages it, in the hands of two people.</summary>
/// <param name="system">The system.</param>
public sealed class TootTests(TestModeSystem system)
{
    private static readonly string Picture = Path.Combine(Tool.Here, "files", "picture.png");

    [Fact]
    public async Task Logs_in_and_tells_who_one_is_and_where()
    {
        var api = await system.AddressAsync();
        using var alice = await Toot.LogInAsync(api, "alice");
        using var bob = await Toot.LogInAsync(api, "bob");

        Assert.Contains($"{alice.Username}@{api.Authority}", await alice.RunAsync("auth"));
        Assert.Contains(alice.Handle, await alice.RunAsync("whoami"));
        foreach (var spelling in new[] { bob.Username, bob.Handle, $"{bob.Username}@{api.Authority}", bob.Username.ToUpperInvariant() })
        {
            Assert.Contains(bob.Handle, await alice.RunAsync("whois", spelling));
        }
        var instance = await alice.InstanceAsync();
        Assert.Contains(api.Authority, instance);
        Assert.Contains("running Mastodon 4.", instance);
    }

    [Fact]
    public async Task A_wrong_password_does_not_log_in()
    {
        var api = await system.AddressAsync();
        using var alice = await Toot.LogInAsync(api, "alice");

        var run = await alice.TryLogInAsync(api, "not the password");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("Login failed", run.Errors);
    }

    [Fact]
    public async Task Follows_reads_home_and_is_notified()
    {
        var api = await system.AddressAsync();
        using var alice = await Toot.LogInAsync(api, "alice");
        using var bob = await Toot.LogInAsync(api, "bob");

        Assert.Contains($"You are now following {alice.Username}", await bob.RunAsync("follow", alice.Username));
        Assert.Contains(alice.Handle, await bob.RunAsync("following", bob.Username));
        Assert.Contains(bob.Handle, await alice.RunAsync("followers", alice.Username));
        var first = await alice.PostAsync($"Hello {bob.Handle}, this is the #first", "--visibility", "private", "--spoiler-text", "a greeting", "--language", "en");
        var home = await bob.ShowsAsync(first, "timeline", "--once");
        Assert.Contains("this is the #first", home);
        Assert.Contains("mentioned you", await bob.ShowsAsync(first, "notifications", "--mentions"));
        Assert.Contains("now follows you", await alice.ShowsAsync(bob.Handle, "notifications"));
        await bob.RunAsync("notifications", "--clear");
        Assert.Matches("(?i)no notification", await bob.RunAsync("notifications"));

        Assert.Contains($"You are no longer following {alice.Username}", await bob.RunAsync("unfollow", alice.Username));
        Assert.DoesNotContain(alice.Handle, await bob.RunAsync("following", bob.Username));
        Assert.DoesNotContain(first, await bob.RunAsync("timeline", "--once"));
    }

    [Fact]
    public async Task Answers_in_a_thread()
    {
        var api = await system.AddressAsync();
        using var alice = await Toot.LogInAsync(api, "alice");
        using var bob = await Toot.LogInAsync(api, "bob");

        var question = await alice.PostAsync("Is anybody there?");
        var answer = await bob.PostAsync($"{alice.Handle} I am", "--reply-to", question);
        var thanks = await alice.PostAsync($"{bob.Handle} Good", "--reply-to", answer);

        var thread = await bob.RunAsync("thread", answer);
        Assert.Equal([question, answer, thanks], new[] { question, answer, thanks }.OrderBy(id => thread.IndexOf($"ID {id}", StringComparison.Ordinal)));
        Assert.All([question, answer, thanks], id => Assert.Contains($"ID {id}", thread));
    }

    [Fact]
    public async Task Favourites_reblogs_bookmarks_pins_and_deletes()
    {
        var api = await system.AddressAsync();
        using var alice = await Toot.LogInAsync(api, "alice");
        using var bob = await Toot.LogInAsync(api, "bob");
        var status = await alice.PostAsync("An opinion");

        Assert.Contains("Status reblogged", await bob.RunAsync("reblog", status));
        Assert.Contains("Status favourited", await bob.RunAsync("favourite", status));
        Assert.Contains(bob.Handle, await alice.RunAsync("reblogged_by", status));
        var notifications = await alice.ShowsAsync("favourited your status", "notifications");
        Assert.Matches("(reblogged|boosted) your status", notifications);
        Assert.Contains("Status unfavourited", await bob.RunAsync("unfavourite", status));
        Assert.Contains("Status unreblogged", await bob.RunAsync("unreblog", status));
        Assert.DoesNotContain(bob.Handle, await alice.RunAsync("reblogged_by", status));

        Assert.Contains("Status bookmarked", await bob.RunAsync("bookmark", status));
        Assert.Contains(status, await bob.RunAsync("bookmarks", "--once"));
        Assert.Contains("Status unbookmarked", await bob.RunAsync("unbookmark", status));
        Assert.DoesNotContain(status, await bob.RunAsync("bookmarks", "--once"));

        Assert.Contains("Status pinned", await alice.RunAsync("pin", status));
        Assert.Contains("Status unpinned", await alice.RunAsync("unpin", status));
        Assert.Contains("Status deleted", await alice.RunAsync("delete", status));
        Assert.NotEqual(0, (await bob.TryAsync(["thread", status])).ExitCode);
    }

    [Fact]
    public async Task Uploads_a_picture_with_a_description()
    {
        using var alice = await Toot.LogInAsync(await system.AddressAsync(), "alice");

        var uploaded = await alice.RunAsync("upload", Picture, "--description", "A gradient");
        Assert.Matches("Successfully uploaded media ID [0-9]+, type 'image'", uploaded);
        var status = await alice.PostAsync("Look", "--media", Picture, "--description", "A gradient", "--sensitive");
        Assert.Matches(@"(?i)media.*\s+.*http://localhost", await alice.RunAsync("thread", status));
    }

    [Fact]
    public async Task Searches_and_reads_public_and_tag_timelines()
    {
        using var alice = await Toot.LogInAsync(await system.AddressAsync(), "alice");
        var tag = $"tag{Guid.NewGuid():N}"[..12];
        var (tagged, other) = (await alice.PostAsync($"About #{tag}"), await alice.PostAsync("About nothing"));

        Assert.Contains($"* {alice.Handle}", await alice.RunAsync("search", alice.Username));
        Assert.Contains($"#{tag}", await alice.RunAsync("search", $"#{tag}"));
        var timeline = await alice.RunAsync("timeline", "--tag", tag, "--once");
        Assert.Contains(tagged, timeline);
        Assert.DoesNotContain(other, timeline);
        Assert.Contains(other, await alice.RunAsync("timeline", "--public", "--local", "--once", "--count", "20"));
    }

    [Fact]
    public async Task Follows_tags()
    {
        using var alice = await Toot.LogInAsync(await system.AddressAsync(), "alice");

        Assert.Contains("You are now following #microblog", await alice.TagsAsync("follow", "microblog"));
        Assert.Contains("#microblog", await alice.TagsAsync("followed"));
        Assert.Contains("You are no longer following #microblog", await alice.TagsAsync("unfollow", "microblog"));
        Assert.Contains("You're not following any hashtags", await alice.TagsAsync("followed"));
    }

    [Fact]
    public async Task Mutes_and_blocks()
    {
        var api = await system.AddressAsync();
        using var alice = await Toot.LogInAsync(api, "alice");
        using var bob = await Toot.LogInAsync(api, "bob");
        await alice.RunAsync("follow", bob.Username);
        var status = await bob.PostAsync("Something loud");
        await alice.ShowsAsync(status, "timeline", "--once");

        Assert.Contains($"You have muted {bob.Username}", await alice.RunAsync("mute", bob.Username));
        Assert.DoesNotContain(status, await alice.RunAsync("timeline", "--once"));
        Assert.Contains($"{bob.Username} is no longer muted", await alice.RunAsync("unmute", bob.Username));
        await alice.ShowsAsync(status, "timeline", "--once");
        Assert.Contains($"You are now blocking {bob.Username}", await alice.RunAsync("block", bob.Username));
        Assert.NotEqual(0, (await bob.TryAsync(["follow", alice.Username])).ExitCode);
        Assert.Contains($"{bob.Username} is no longer blocked", await alice.RunAsync("unblock", bob.Username));
        await bob.RunAsync("follow", alice.Username);
    }
}
