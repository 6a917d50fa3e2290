using System.Text.RegularExpressions;

namespace Microblog.Clients.Tests;

/// <summary>Node and the packages that <c>node/package-lock.json</c> names, installed by <c>npm ci</c> when they are not there yet.</summary>
public sealed partial class NodePackages
{
    private const int OldestNode = 18;

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(4);

    private readonly Lazy<Task<string>> _node = new(InstallAsync);

    /// <summary>The directory of the scripts.</summary>
    internal static string Scripts { get; } = Path.Combine(Tool.Here, "node");

    /// <summary>Runs a script and returns how it ended.</summary>
    internal async Task<ToolRun> RunAsync(Uri api, TimeSpan timeout, params string[] arguments) =>
        await Tool.RunAsync(await _node.Value, arguments, new Dictionary<string, string> { ["MICROBLOG_URL"] = api.ToString().TrimEnd('/'), ["NO_COLOR"] = "1" }, timeout, directory: Scripts);

    private static async Task<string> InstallAsync()
    {
        var (node, npm) = (Tool.Find("nodejs", "node"), Tool.Find("npm", "npm"));
        var nothing = new Dictionary<string, string>();
        var version = (await Tool.RunAsync(node, ["--version"], nothing, TimeSpan.FromSeconds(10))).Ok();
        Assert.True(int.Parse(VersionPattern().Match(version).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= OldestNode, $"Node {OldestNode} or newer is needed, and here is {version}");
        var (wanted, installed) = (Path.Combine(Scripts, "package-lock.json"), Path.Combine(Scripts, "node_modules", ".package-lock.json"));
        if (File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(wanted))
        {
            (await Tool.RunAsync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], nothing, InstallTimeout, directory: Scripts)).Ok();
            File.SetLastWriteTimeUtc(installed, DateTime.UtcNow);
        }
        return node;
    }

    [GeneratedRegex(@"^v(\d+)")]
    private static partial Regex VersionPattern();
}
