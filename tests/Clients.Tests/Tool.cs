using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Microblog.Clients.Tests;

/// <summary>A program that others wrote, run to its end.</summary>
internal static class Tool
{
    /// <summary>The directory of this project.</summary>
    public static string Here { get; } = SourceDirectory();

    /// <summary>
    /// Path of an installed program. Where <c>./test</c> can install it, it has to be there; elsewhere the test is skipped.
    /// </summary>
    public static string Find(string package, params string[] candidates)
    {
        var path = candidates.FirstOrDefault(File.Exists) ?? OnPath(candidates[^1]);
        Assert.SkipWhen(path is null && OnPath("apt-get") is null, $"{package} is not installed.");
        return path ?? throw new InvalidOperationException($"{package} is not installed: ./test installs it, or apt-get install {package}.");
    }

    /// <summary>Runs a program and returns what it said, however it ended.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it has been killed, and the message holds what it said until then.</exception>
    public static async Task<ToolRun> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, TimeSpan timeout, string input = "", string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Here,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{Path.GetFileName(program)} {string.Join(' ', start.ArgumentList)} did not end within {timeout.TotalSeconds:0} s.\n{await output}\n{await errors}");
        }
        catch (IOException)
        {
            // It ended without reading what it was given.
            await process.WaitForExitAsync(limit.Token);
        }
        return new ToolRun($"{Path.GetFileName(program)} {string.Join(' ', start.ArgumentList)}", process.ExitCode, await output, await errors);
    }

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    private static string SourceDirectory([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}

/// <summary>How a run of a program ended.</summary>
/// <param name="Command">The command line.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Errors">What it printed as errors.</param>
internal sealed record ToolRun(string Command, int ExitCode, string Output, string Errors)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Command}: exit code {ExitCode}\n{Output}\n{Errors}".TrimEnd();

    /// <summary>What it printed, when it succeeded; otherwise the test fails and shows everything.</summary>
    public string Ok()
    {
        Assert.True(ExitCode == 0, ToString());
        return Output;
    }
}
