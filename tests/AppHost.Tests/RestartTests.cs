using System.Diagnostics;
using System.Text.Json;
using Microblog.TestSupport;

namespace Microblog.AppHost.Tests;

/// <summary>The AppHost as a process of its own, the way people run it: killed, and started again over the same data.</summary>
public sealed class RestartTests(WholeSystem system) : IAsyncLifetime
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(1);

    private readonly string _data = Directory.CreateTempSubdirectory("microblog-restart-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Killed_and_started_again_it_has_everything_and_stopped_it_leaves_nothing_behind()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Native servers run on Linux and macOS.");
        // The shared system runs meanwhile: two AppHosts side by side must not disturb each other.
        var beside = await system.RunningAsync();
        var first = await StartAsync();
        var alice = await new People(first.Api).AliceAsync();
        var status = await alice.PostAsync("This must survive");
        Kill(first.Pid);

        var second = await StartAsync();
        var again = alice.At(second.Api);
        Assert.Equal(status, (await again.HomeIdsAsync())[0]);
        var next = await again.PostAsync("And it goes on");
        Assert.Equal([next, status], await again.HomeIdsAsync());
        Assert.False(IsAlive(first.Pid));

        await StopAsync(second);
        Assert.Empty(ProcessesOver(_data));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await beside.People.Nobody.GetAsync("/api/v1/instance")).Status);
    }

    private async Task<Started> StartAsync()
    {
        var start = new ProcessStartInfo(
            "dotnet", ["run", "--no-build", "--no-launch-profile", "--project", Path.Combine(Repository.Root, "AppHost"), "--", "--backing", "native", "--data", _data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Not the launch profile: its dashboard port may be taken by a system that the developer has up.
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPIRE_ALLOW_UNSECURED_TRANSPORT"] = "true";
        start.Environment["ASPNETCORE_URLS"] = $"http://localhost:{FreePort()}";
        var process = Process.Start(start)!;
        var log = new System.Collections.Concurrent.ConcurrentQueue<string?>();
        process.OutputDataReceived += (_, line) => log.Enqueue(line.Data);
        process.ErrorDataReceived += (_, line) => log.Enqueue(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var file = Path.Combine(_data, "running.json");
        var known = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
        var text = await Eventually.BecomesAsync(
            "the system to be up",
            async () => process.HasExited ? throw new InvalidOperationException($"The AppHost ended: {string.Join('\n', log)}") : File.Exists(file) ? await File.ReadAllTextAsync(file) : "",
            content => content.Length > 0 && content != known,
            StartTimeout);
        var running = JsonSerializer.Deserialize<JsonElement>(text);
        return new Started(process, new Uri(running.GetProperty("apiUrl").GetString()!), running.GetProperty("pid").GetInt32());
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Kill(int pid) => Process.GetProcessById(pid).Kill();

    private static async Task StopAsync(Started system)
    {
        using var interrupt = Process.Start("kill", ["-INT", $"{system.Pid}"]);
        await interrupt.WaitForExitAsync();
        await system.Process.WaitForExitAsync().WaitAsync(StopTimeout);
    }

    private static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);

    /// <summary>Processes with the data directory on their command line; servers and scripts have it there.</summary>
    private static List<string> ProcessesOver(string data)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-eo", "pid,args", "-ww"]) { RedirectStandardOutput = true })!;
        return [.. ps.StandardOutput.ReadToEnd().Split('\n').Where(line => line.Contains(data, StringComparison.Ordinal))];
    }

    private sealed record Started(Process Process, Uri Api, int Pid);
}
