using System.Globalization;
using System.Text.RegularExpressions;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Tests.Capacity;

/// <summary>docs/capacity.md shows what <see cref="StackLoads"/> says, deployments take what <c>Infra/Pulumi.{stack}.yaml</c> says.</summary>
public sealed partial class StackFileTests
{
    [Fact]
    public void A_stack_file_states_the_load_and_the_switches_that_the_tables_show()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Given.Repository, "Infra"), "Pulumi.*.yaml"))
        {
            var name = Path.GetFileName(file)["Pulumi.".Length..^".yaml".Length];
            var (_, load, topology) = Assert.Single(StackLoads.All, stack => stack.Name == name);
            var values = Entry().Matches(File.ReadAllText(file)).ToDictionary(match => match.Groups["key"].Value, match => match.Groups["value"].Value);

            Assert.Equal(load, LoadReader.Read(values.GetValueOrDefault));
            foreach (var property in typeof(Topology).GetProperties().Where(property => values.ContainsKey(Key(property.Name))))
            {
                Assert.Equal(Convert.ToString(property.GetValue(topology), CultureInfo.InvariantCulture), values[Key(property.Name)], ignoreCase: true);
            }
        }
    }

    private static string Key(string property) => char.ToLowerInvariant(property[0]) + property[1..];

    [GeneratedRegex("""^\s*microblog:(?<key>\w+):\s*"?(?<value>[^"#\s]+)"?\s*(#.*)?$""", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
