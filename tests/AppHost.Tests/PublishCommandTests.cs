using System.Diagnostics;

namespace Microblog.AppHost.Tests;

/// <summary>The command that a build server runs, which goes on by its exit code.</summary>
public sealed class PublishCommandTests
{
    private static readonly string[] Command = ["run", "--no-build", "--project", Path.Combine(Repository.Root, "AppHost"), "--", "--operation", "publish"];

    [Fact]
    public async Task Publishing_ends_with_0_when_the_contract_is_written()
    {
        using var directory = new TemporaryDirectory();
        var (exitCode, output) = await RunAsync("--step", "publish-pulumi", "--output-path", directory.Path);

        Assert.True(exitCode == 0, output);
        Assert.True(File.Exists(Path.Combine(directory.Path, "app-model.json")));
    }

    [Fact]
    public async Task A_step_that_fails_fails_the_command_and_says_why()
    {
        using var directory = new TemporaryDirectory();
        var (exitCode, output) = await RunAsync("--step", "publish-pulumi", "--output-path", directory.Path, "--services", "none");

        Assert.Equal(1, exitCode);
        Assert.Contains("Step 'publish-pulumi' failed: The model has no service to publish; leave out --services none.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_does_not_exist_fails_the_command_and_lists_those_that_do()
    {
        var (exitCode, output) = await RunAsync("--step", "no-such-step");

        Assert.Equal(1, exitCode);
        Assert.Matches("Step 'no-such-step' not found in pipeline. Available steps: .*'publish-pulumi'", output);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [.. Command, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }
}
