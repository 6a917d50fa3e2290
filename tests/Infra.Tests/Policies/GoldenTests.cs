using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Policies;

/// <summary>
/// The resources of each stack as a list that a reviewer reads: one line a resource. A change of the program shows there as added and removed lines.
/// </summary>
public sealed class GoldenTests
{
    private const string Rewrite = "MICROBLOG_WRITE_GOLDEN";

    [Theory]
    [MemberData(nameof(StackRun.Stacks), MemberType = typeof(StackRun))]
    public async Task The_list_of_resources_is_the_committed_one(string stack)
    {
        var path = Path.Combine(Repository.Root, "tests", "Infra.Tests", "Golden", $"{stack}.txt");
        var list = string.Concat((await StackRun.OfAsync(stack)).Resources.Select(one => $"{one.Type["azure-native:".Length..]} {one.Name}{(one.IsProtected ? " (protected)" : "")}\n"));
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
        {
            await File.WriteAllTextAsync(path, list, TestContext.Current.CancellationToken);
        }

        var committed = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");

        var added = list.Split('\n').Except(committed.Split('\n')).Select(line => $"+ {line}");
        var removed = committed.Split('\n').Except(list.Split('\n')).Select(line => $"- {line}");
        Assert.True(committed == list, $"{path} is stale; look at the difference, then write it with: {Rewrite}=1 dotnet test tests/Infra.Tests --filter GoldenTests\n{string.Join('\n', added.Concat(removed))}");
    }
}
