using System.Text.RegularExpressions;
using Microblog.Infra.Settings;
using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Settings;

public sealed partial class DocumentedKeysTests
{
    private static readonly string Project = File.ReadAllText(Path.Combine(Repository.Root, "Infra", "Pulumi.yaml"));

    [Fact]
    public void Pulumi_yaml_describes_every_key_that_is_read_and_no_other()
    {
        var file = StackFile.Read("prod").Secret("alertWebhook", "https://hooks.example/1");
        var asked = Asked(file);
        foreach (var key in asked.Where(key => key.StartsWith("broker", StringComparison.Ordinal) && file.Secrets.Contains(StackConfig.Key(key))))
        {
            file.Set(key, null);
        }
        asked = [.. asked, .. Asked(file.Set("managedBroker", "true").Secret("brokerUrl", "amqps://user:hush@broker.example"))];

        var declared = Declared().Matches(Project).Select(match => match.Groups[1].Value);
        var described = Described().Matches(Project[Project.IndexOf("\n# ", StringComparison.Ordinal)..]).SelectMany(match => match.Groups[1].Value.Split(", "));

        Assert.Equal(asked.Distinct().Order(StringComparer.Ordinal), declared.Concat(described).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_pulumi_yaml_calls_a_default_is_the_default()
    {
        var defaults = Default().Matches(Project).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('"'));
        var bare = new StackConfigValues(StackFile.Read("prod"));
        foreach (var key in defaults.Keys)
        {
            bare.Values.Remove(StackConfig.Key(key));
        }
        bare.Values[StackConfig.Key("brokerSshKey")] = "ssh-ed25519 AAAA";
        var full = bare.Values.ToDictionary();
        foreach (var (key, value) in defaults.Where(pair => pair.Value.Length > 0))
        {
            full[StackConfig.Key(key)] = value;
        }

        Assert.True(defaults.Count > 10);
        // As text, because addresses do not like to be compared member by member.
        Assert.Equal($"{SettingsReader.Read(new StackConfig(full, bare.Secrets), "prod")}", $"{SettingsReader.Read(new StackConfig(bare.Values, bare.Secrets), "prod")}");
    }

    private static IReadOnlyList<string> Asked(StackFile file)
    {
        var config = new StackConfig(file.Values, file.Secrets);
        _ = Inputs.Read(config, file.Stack);
        return [.. config.Asked.Where(key => key.StartsWith("microblog:", StringComparison.Ordinal)).Select(key => key["microblog:".Length..])];
    }

    private sealed class StackConfigValues(StackFile file)
    {
        public Dictionary<string, string> Values { get; } = file.Values.ToDictionary();

        public IReadOnlySet<string> Secrets => file.Secrets;
    }

    [GeneratedRegex(@"^  (\w+):\r?\n    type:", RegexOptions.Multiline)]
    private static partial Regex Declared();

    [GeneratedRegex(@"^#   (\w+(?:, \w+)*)(?:,?$|\s{2,})", RegexOptions.Multiline)]
    private static partial Regex Described();

    [GeneratedRegex(@"^  (\w+):\r?\n    type: \w+\r?\n    default: ([^\r\n]*)", RegexOptions.Multiline)]
    private static partial Regex Default();
}
