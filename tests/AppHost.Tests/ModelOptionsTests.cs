using System.Diagnostics;
using System.Text.RegularExpressions;
using Microblog.AppHost.Options;
using Microsoft.Extensions.Configuration;

namespace Microblog.AppHost.Tests;

/// <summary>Mistakes on the command line end in one sentence that says what would be right.</summary>
public sealed class ModelOptionsTests
{
    [Theory]
    [InlineData("--backing", "docker", "--backing is \"docker\"; it must be one of auto, containers, native.")]
    [InlineData("--services", "some", "--services is \"some\"; it must be one of all, none.")]
    [InlineData("--api-replicas", "0", "--api-replicas is \"0\"; it must be a number from 1 to 32.")]
    [InlineData("--api-port", "http", "--api-port is \"http\"; it must be a number from 1 to 65535.")]
    [InlineData("--fresh=perhaps", "--ephemeral", "--fresh is \"perhaps\"; it must be one of false, true.")]
    public async Task An_unknown_value_is_refused_with_the_values_that_are_known(string option, string value, string expected)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Model.CreateAsync(option, value));
        Assert.Contains(expected, Messages(error));
    }

    [Fact]
    public async Task A_value_that_is_missing_is_asked_for()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Model.CreateAsync("--backing"));
        Assert.Contains("--backing needs a value", Messages(error));
    }

    [Theory]
    [InlineData("--apiport")]
    [InlineData("--data-directory=/tmp")]
    [InlineData("-h")]
    [InlineData("fresh")]
    public async Task An_unknown_option_is_refused_and_help_is_offered(string option)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Model.CreateAsync(option));
        Assert.Contains($"{option.Split('=')[0]} is not an option; --help lists them all.", Messages(error));
    }

    [Fact]
    public void Whatever_the_tools_of_Aspire_say_is_passed_on()
    {
        string[] theirs = ["--operation", "publish", "--step", "publish", "--yes", "--output-path", "out"];
        Assert.Equal(theirs, AppHostArguments.Normalize(theirs));
    }

    [Fact]
    public async Task Configuration_by_its_full_name_is_passed_on()
    {
        await using var model = await Model.CreateAsync("--Microblog:ApiReplicas=4", "--Logging:LogLevel:Default", "Debug");
        Assert.Equal("Debug", model.Configuration["Logging:LogLevel:Default"]);
        Assert.Equal("4", model.Configuration["Microblog:ApiReplicas"]);
    }

    [Theory]
    [InlineData(".microblog-test", true, true, "--test-mode")]
    [InlineData(".microblog-test", false, true, "--test-mode", "--fresh=false")]
    [InlineData("kept", false, false, "--test-mode", "--data", "kept")]
    [InlineData(".microblog", false, false)]
    public void Test_mode_throws_away_a_directory_of_its_own_and_none_that_was_named(string directory, bool fresh, bool ephemeral, params string[] arguments)
    {
        var options = Read(arguments);
        Assert.Equal((Path.Combine(Repository.Root, directory), fresh, ephemeral), (options.Data, options.Fresh, options.Ephemeral));
    }

    [Fact]
    public void Test_mode_is_at_the_address_that_the_suites_call()
    {
        Assert.Equal("http://localhost:3000", Read("--test-mode").TestUrl);
        Assert.Equal("http://localhost:4000", Read("--test-mode", "--api-port", "4000").TestUrl);
        Assert.Null(Read().ApiPort);
    }

    [Fact]
    public void Help_names_every_option_and_the_run_command_prints_the_same_text()
    {
        var listed = Regex.Matches(AppHostArguments.Usage, "^  (--[a-z-]+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order();
        Assert.Equal(["--api-port", "--api-replicas", "--backing", "--data", "--ephemeral", "--fresh", "--help", "--services", "--test-mode", "--worker-replicas"], listed);

        var run = Bash("--help");
        Assert.Equal((0, AppHostArguments.Usage), (run.ExitCode, run.Output.Trim()));
    }

    [Fact]
    public void The_run_command_refuses_an_unknown_option_before_it_builds_anything()
    {
        var run = Bash("--apiport 80");
        Assert.Equal((1, "error: --apiport is not an option; --help lists them all."), (run.ExitCode, run.Output.Trim()));
    }

    private static AppHostOptions Read(params string[] arguments) =>
        AppHostOptions.Read(new ConfigurationBuilder().AddCommandLine(AppHostArguments.Normalize(arguments)).Build(), Repository.Root);

    private static (int ExitCode, string Output) Bash(string arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "./run is a POSIX script.");
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", $"./run {arguments} 2>&1"]) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true })!;
        var output = bash.StandardOutput.ReadToEnd();
        Assert.True(bash.WaitForExit(TimeSpan.FromSeconds(10)));
        return (bash.ExitCode, output);
    }

    private static string Messages(Exception? error) => error is null ? "" : $"{error.Message}\n{Messages(error.InnerException)}";
}
