using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microblog.AppHost.Tests;

/// <summary>What the documents say is there is there, and what they tell to type works.</summary>
public sealed partial class ReadmeTests(WholeSystem system)
{
    private static readonly TimeSpan TourTimeout = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/operations.md")]
    [InlineData("docs/restricted-feeds.md")]
    public void Every_file_that_a_document_links_to_exists(string document)
    {
        var path = Path.Combine(Repository.Root, document);
        var links = LinkPattern().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value).Where(link => !link.Contains(':', StringComparison.Ordinal)).ToList();

        var missing = links.Where(link => !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, link.Split('#')[0]))).ToList();

        Assert.NotEmpty(links);
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_command_of_the_README_exists_and_may_be_executed()
    {
        var commands = CommandPattern().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.Superset(new HashSet<string> { "run", "test", "seed" }, commands.ToHashSet());
        foreach (var command in commands)
        {
            var path = Path.Combine(Repository.Root, command);
            Assert.True(File.Exists(path), $"./{command}");
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute), $"./{command} is not executable");
        }
    }

    [Fact]
    public async Task The_tour_of_the_README_works_as_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The tour is written for a POSIX shell.");
        var running = await system.RunningAsync();
        var blocks = BlockPattern().Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"))).Select(match => match.Groups[1].Value).ToList();
        // One shell for all blocks, as for a reader; each home is printed on a line of its own for the checks below.
        var script = "set -euo pipefail\n" + string.Join("\necho\n", blocks);
        var start = new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MICROBLOG_URL"] = running.Api.ToString().TrimEnd('/');

        using var bash = Process.Start(start)!;
        var (output, errors) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.WaitForExitAsync().WaitAsync(TourTimeout);

        Assert.True(bash.ExitCode == 0, await errors);
        Assert.Equal(4, blocks.Count);
        var answers = JsonAnswers(await output);
        var posted = answers.Single(answer => answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty("content", out _)).GetProperty("id").GetString();
        Assert.Contains(answers, answer => answer.ValueKind is JsonValueKind.Array && answer[0].TryGetProperty("content", out _) && answer[0].GetProperty("id").GetString() == posted);
        Assert.Contains(answers, answer => answer.ValueKind is JsonValueKind.Array && answer[0].TryGetProperty("type", out var type) && type.GetString() == "mention");
        Assert.Equal(256, answers[^1].GetProperty("configuration").GetProperty("statuses").GetProperty("max_characters").GetInt32());
    }

    /// <summary>curl prints one answer right behind the other.</summary>
    private static List<JsonElement> JsonAnswers(string output)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(output);
        var answers = new List<JsonElement>();
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            answers.Add(JsonElement.ParseValue(ref reader));
        }
        return answers;
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"(?<![\w./])\./(\w+)")]
    private static partial Regex CommandPattern();

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex BlockPattern();
}
