using System.Text.RegularExpressions;
using Microblog.Infra.Tests.Graph;
using Microblog.Infra.Tests.Policies;

namespace Microblog.Infra.Tests.Deploy;

/// <summary>What the document for operators names is there, and what operators hear of is in it.</summary>
public sealed partial class DocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));

    [Fact]
    public void Every_file_that_it_names_or_links_to_exists()
    {
        var links = Link().Matches(Text).Select(match => Path.GetFullPath(Path.Combine(Repository.Root, "docs", match.Groups[1].Value)));
        // Files of the reader's own stacks are their own business.
        var named = Named().Matches(Text).Select(match => match.Value).Where(path => path is not "Infra/Pulumi.prodb.yaml").Select(path => Path.Combine(Repository.Root, path));
        var files = links.Concat(named).Distinct().ToList();

        Assert.True(files.Count > 20, $"{files.Count} files");
        Breach.None(files.Where(path => !Path.Exists(path)));
    }

    [Fact]
    public void Every_part_of_it_that_it_refers_to_exists()
    {
        var parts = Heading().Matches(Text).Select(match => NoAnchor().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-')).ToHashSet();

        Breach.None(Anchor().Matches(Text).Select(match => match.Groups[1].Value).Where(anchor => !parts.Contains(anchor)));
    }

    [Fact]
    public void Every_script_that_it_tells_to_run_may_be_executed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Files have no such right there.");
        var scripts = Named().Matches(Text).Select(match => Path.Combine(Repository.Root, match.Value)).Where(path => File.Exists(path) && Path.GetExtension(path).Length == 0).Distinct().ToList();

        Assert.True(scripts.Count > 8, $"{scripts.Count} scripts");
        Breach.None(scripts.Where(path => !OperatingSystem.IsWindows() && !File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute)));
    }

    [Fact]
    public void Every_setting_that_it_names_is_one()
    {
        var described = File.ReadAllText(Path.Combine(Repository.Root, "Infra", "Pulumi.yaml"));
        var keys = Key().Matches(Text).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.True(keys.Count > 20, $"{keys.Count} settings");
        Breach.None(keys.Where(key => !Regex.IsMatch(described, $@"^(  |#.*\b){key}\b", RegexOptions.Multiline)));
    }

    /// <summary>A row may stand for several alerts, with a star for what differs in their names.</summary>
    [Fact]
    public async Task Every_alert_has_a_row_that_says_what_to_do_and_every_row_has_an_alert()
    {
        var alerts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var stack in StackRun.Stacks)
        {
            var run = await StackRun.OfAsync(stack.Data);
            alerts.UnionWith(run.All("monitor:MetricAlert").Concat(run.All("monitor:ScheduledQueryRule")).Concat(run.All("monitor:ActivityLogAlert")).Select(alert => alert.Name["alert-".Length..]));
        }
        var names = Row().Matches(Text[Text.IndexOf("\n## Alerts", StringComparison.Ordinal)..Text.IndexOf("\n## Destroying", StringComparison.Ordinal)])
            .SelectMany(row => Code().Matches(row.Groups[1].Value)).Select(match => match.Groups[1].Value).ToList();

        Assert.True(names.Count > 50, $"{names.Count} names");
        Breach.None(alerts.Where(alert => !names.Exists(name => Fits(name, alert))).Select(alert => $"{alert} has no row"));
        Breach.None(names.Where(name => !alerts.Any(alert => Fits(name, alert))).Select(name => $"{name} is the name of no alert"));
    }

    private static bool Fits(string name, string alert) => Regex.IsMatch(alert, $"^{Regex.Escape(name).Replace(@"\*", ".+", StringComparison.Ordinal)}$");

    [GeneratedRegex(@"\]\((?!http|#)([^)#\s]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/.-])(?:eng|docs|Infra|\.github)/[\w./-]*\w")]
    private static partial Regex Named();

    [GeneratedRegex(@"\]\(#([^)]+)\)")]
    private static partial Regex Anchor();

    [GeneratedRegex("^##+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"microblog:([a-z]\w+)")]
    private static partial Regex Key();

    [GeneratedRegex(@"^\| (`[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
