using System.Diagnostics;

namespace Aspire.Hosting.Processes;

internal sealed record ProcessSpec(string Command, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);

/// <summary>A running process of ours with its output. It lives in a session of its own, so that Ctrl-C reaches only the AppHost, which stops things in order.</summary>
internal sealed class ManagedProcess
{
    // What a daemon left behind may hold the output open for ever.
    private static readonly TimeSpan OutputDrain = TimeSpan.FromSeconds(1);

    private readonly Process _process;

    private ManagedProcess(Process process, Action<string, bool> output)
    {
        _process = process;
        Identity = ProcessIdentity.Of(process.Id) ?? new ProcessIdentity(process.Id, "");
        var readers = Task.WhenAll(ReadAsync(process.StandardOutput, line => output(line, false)), ReadAsync(process.StandardError, line => output(line, true)));
        Exited = WaitAsync(readers);
    }

    public ProcessIdentity Identity { get; }

    /// <summary>Its exit code, once it has ended and its output has been read.</summary>
    public Task<int> Exited { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Set by the first who tells of the end; the others wait for <see cref="EndPublished"/>.</summary>
    public bool EndTold;

    public TaskCompletionSource EndPublished { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static ManagedProcess Start(ProcessSpec spec, Action<string, bool> output)
    {
        if (!Directory.Exists(spec.WorkingDirectory))
        {
            throw new DistributedApplicationException($"The working directory '{spec.WorkingDirectory}' does not exist.");
        }

        var command = CommandPath.Find(spec.Command, spec.WorkingDirectory)
            ?? throw new DistributedApplicationException($"The command '{spec.Command}' was not found{(spec.Command.Contains(Path.DirectorySeparatorChar) ? "" : " on the PATH")}.");
        var session = OperatingSystem.IsWindows() ? null : CommandPath.Find("setsid", "/");
        var start = new ProcessStartInfo(session ?? command)
        {
            WorkingDirectory = spec.WorkingDirectory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (session is not null)
        {
            start.ArgumentList.Add(command);
        }

        foreach (var argument in spec.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new DistributedApplicationException($"The command '{spec.Command}' could not be started.");
        process.StandardInput.Close();
        return new ManagedProcess(process, output);
    }

    public Task StopAsync(TimeSpan grace) => ProcessTree.StopAsync(Identity, grace);

    private async Task<int> WaitAsync(Task readers)
    {
        await _process.WaitForExitAsync();
        await Task.WhenAny(readers, Task.Delay(OutputDrain));
        return _process.ExitCode;
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> write)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                write(line);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The pipe broke with its process.
        }
    }
}
