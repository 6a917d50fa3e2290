using System.Globalization;
using System.Text.RegularExpressions;
using Microblog.TestSupport;

namespace Microblog.Clients.Tests;

/// <summary>Somebody who uses the command <c>toot</c>, with a home directory of their own.</summary>
/// <param name="person">Who it is.</param>
/// <param name="home">The home directory.</param>
/// <param name="minor">Version 0.what the command is: distributions have some from before and some from after 0.40, which took other options.</param>
internal sealed partial class Toot(Person person, string home, int minor) : IDisposable
{
    private const int FirstWithSubcommands = 40;

    // Python starts slowly on a busy machine.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Name of the account.</summary>
    public string Username => person.Username;

    /// <summary>How others mention the person.</summary>
    public string Handle => person.Handle;

    /// <summary>Signs somebody up, and logs in with the command.</summary>
    public static async Task<Toot> LogInAsync(Uri api, string name)
    {
        var person = await new People(api).SignUpAsync($"{name}{Guid.NewGuid():N}"[..16]);
        var home = Directory.CreateTempSubdirectory("microblog-toot-").FullName;
        var version = VersionPattern().Match(await new Toot(person, home, 0).RunAsync("env"));
        Assert.True(version.Success, "toot env does not say which version it is");
        var toot = new Toot(person, home, int.Parse(version.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.Contains("Successfully logged in", (await toot.TryLogInAsync(api, People.Password)).Ok());
        return toot;
    }

    /// <summary>Logs in with a password, right or wrong.</summary>
    public Task<ToolRun> TryLogInAsync(Uri api, string password)
    {
        var email = $"{person.Username}@example.org";
        return minor < FirstWithSubcommands
            ? TryAsync(["login_cli", "--instance", api.Authority, "--email", email, "--disable-https"], password)
            : TryAsync(["login_cli", "--instance", api.ToString().TrimEnd('/'), "--email", email, "--password", password]);
    }

    /// <summary>Asks what the server is.</summary>
    public Task<string> InstanceAsync() => minor < FirstWithSubcommands ? RunAsync("instance", "--disable-https") : RunAsync("instance");

    /// <summary>Runs a command about tags: <c>follow</c>, <c>unfollow</c> or <c>followed</c>.</summary>
    public Task<string> TagsAsync(string command, params string[] tag) =>
        minor < FirstWithSubcommands ? RunAsync([$"tags_{command}", .. tag]) : RunAsync(["tags", command, .. tag]);

    /// <summary>Runs a command that has to succeed, and returns what it printed.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await TryAsync(arguments)).Ok();

    /// <summary>Runs a command.</summary>
    public Task<ToolRun> TryAsync(string[] arguments, string input = "") => Tool.RunAsync(
        Tool.Find("toot", "toot"),
        arguments,
        new Dictionary<string, string> { ["HOME"] = home, ["XDG_CONFIG_HOME"] = Path.Combine(home, ".config"), ["LC_ALL"] = "C.UTF-8", ["PYTHONIOENCODING"] = "utf-8" },
        Longest,
        input);

    /// <summary>Posts, and returns the id from the address that the command prints.</summary>
    public async Task<string> PostAsync(params string[] arguments)
    {
        var output = await RunAsync(["post", .. arguments]);
        var posted = PostedPattern().Match(output);
        Assert.True(posted.Success, output);
        return posted.Groups[1].Value;
    }

    /// <summary>Repeats a command until it prints this; what the worker delivers takes its moment.</summary>
    public Task<string> ShowsAsync(string expected, params string[] arguments) =>
        Eventually.BecomesAsync($"toot {string.Join(' ', arguments)} to show \"{expected}\"", () => RunAsync(arguments), output => output.Contains(expected, StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(home, recursive: true);

    [GeneratedRegex(@"toot 0\.(\d+)")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"Toot posted: https?://[^/]+/[^/]+/(\d+)\s*$")]
    private static partial Regex PostedPattern();
}
