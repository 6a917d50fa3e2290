using System.Text.RegularExpressions;
using Microblog.Infra.Tests.Graph;
using Microblog.Infra.Tests.Policies;
using YamlDotNet.Serialization;

namespace Microblog.Infra.Tests.Deploy;

/// <summary>Rules that every workflow keeps to; what they do is in the scripts.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, ".github");

    public static TheoryData<string> Workflows => [.. Directory.GetFiles(Path.Combine(Folder, "workflows")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_may_do_little_ends_in_time_and_does_not_run_twice_at_once(string file)
    {
        var workflow = Read(Path.Combine(Folder, "workflows", file));

        Assert.Equal(["contents: read"], Map(workflow["permissions"]).Select(permission => $"{permission.Key}: {permission.Value}"));
        foreach (var (name, job) in Map(workflow["jobs"]).Select(pair => ((string)pair.Key, Map(pair.Value))).Where(job => !job.Item2.ContainsKey("uses")))
        {
            Assert.True(job.ContainsKey("timeout-minutes"), $"{file}, {name}: no time-out");
            Assert.True(job.ContainsKey("concurrency") || workflow.ContainsKey("concurrency"), $"{file}, {name}: no concurrency group");
        }
    }

    [Fact]
    public void Actions_of_others_are_pinned_to_a_commit_with_the_version_beside_it()
    {
        var uses = Directory.GetFiles(Folder, "*.yml", SearchOption.AllDirectories).SelectMany(File.ReadAllLines).Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToList();

        Assert.True(uses.Count > 10);
        Assert.All(uses, line => Assert.Matches(line.Contains("uses: ./", StringComparison.Ordinal) ? @"uses: \./\.github/[\w/.-]+$" : @"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line));
        Assert.All(uses.Where(line => line.Contains("uses: ./", StringComparison.Ordinal)), line => Assert.True(Path.Exists(Path.Combine(Repository.Root, line.Split("./", 2)[1])), line));
    }

    [Fact]
    public void Every_script_that_a_workflow_runs_exists()
    {
        var scripts = Directory.GetFiles(Folder, "*.yml", SearchOption.AllDirectories).SelectMany(path => Script().Matches(File.ReadAllText(path))).Select(match => match.Value).Distinct().ToList();

        Assert.Superset(new HashSet<string> { ".ci/run", "eng/deploy/push-images", "eng/deploy/migrate", "eng/deploy/shift-traffic", "eng/deploy/roll-back" }, scripts.ToHashSet());
        Breach.None(scripts.Where(script => !Path.Exists(Path.Combine(Repository.Root, script))));
    }

    [Fact]
    public void A_release_goes_the_way_of_the_script_for_a_release_by_hand_and_back_when_anything_fails()
    {
        var deploy = Map(Map(Read(Path.Combine(Folder, "workflows", "deploy.yml"))["jobs"])["deploy"]);
        var steps = ((List<object>)deploy["steps"]).Select(Map).ToList();
        var ran = steps.SelectMany(step => Step().Matches(Text(step, "run")).Select(match => match.Groups[1].Value)).ToList();
        var byHand = Step().Matches(File.ReadAllText(Path.Combine(Repository.Root, "eng", "deploy", "release"))[1..]).Select(match => match.Groups[1].Value).Where(name => name is not ("roll-back" or "push-images" or "release")).ToList();

        Assert.Equal(["push-images", .. byHand, "roll-back"], ran);
        Assert.Equal("failure() || cancelled()", Text(steps[^1], "if"));
        Assert.True(deploy.ContainsKey("environment"));
        Assert.Equal("test", (string)deploy["needs"]);
        Assert.Equal("false", (string)Map(deploy["concurrency"])["cancel-in-progress"]);
    }

    [Fact]
    public void No_workflow_knows_a_secret()
    {
        foreach (var path in Directory.GetFiles(Folder, "*.yml", SearchOption.AllDirectories))
        {
            Assert.DoesNotMatch(@"\$\{\{[^}]*secrets\.", File.ReadAllText(path));
        }
    }

    private static Dictionary<object, object> Read(string path) => new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(File.ReadAllText(path));

    private static Dictionary<object, object> Map(object value) => (Dictionary<object, object>)value;

    private static string Text(Dictionary<object, object> map, string key) => map.TryGetValue(key, out var value) ? (string)value : "";

    [GeneratedRegex(@"(?<![\w/.])(?:\.ci|eng)/(?:deploy/)?[\w-]+(?:\.sh)?(?![\w/*])")]
    private static partial Regex Script();

    [GeneratedRegex(@"(?m)(?<!Usage: )(?<!')(?<!with the file that )eng/deploy/([\w-]+) ""\$")]
    private static partial Regex Step();
}
