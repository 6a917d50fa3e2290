using System.Diagnostics;

namespace Microblog.AppHost.Data;

/// <summary>
/// Servers of a killed AppHost. They end by themselves within seconds, and the start scripts wait for them; only
/// deleting their data cannot wait.
/// </summary>
internal static class Orphans
{
    private static readonly string[] PidFiles = ["postgres/data/postmaster.pid", "replica/data/postmaster.pid", "redis/redis.pid", "rabbitmq/server.pid"];

    /// <summary>Kills every server whose pid file lies below one of the directories and whose command line names it.</summary>
    public static void Kill(params string[] directories)
    {
        foreach (var directory in directories)
        {
            foreach (var file in PidFiles.Select(name => Path.Combine(directory, name)).Where(File.Exists))
            {
                if (int.TryParse(File.ReadLines(file).FirstOrDefault(), out var pid) && CommandLine(pid).Contains(directory, StringComparison.Ordinal))
                {
                    KillProcess(pid);
                }
            }
        }
    }

    private static void KillProcess(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill(entireProcessTree: true);
            process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (ArgumentException)
        {
            // It ended by itself in the meantime, which is what is wanted.
        }
    }

    private static string CommandLine(int pid)
    {
        using var ps = Process.Start(new ProcessStartInfo("ps", ["-p", $"{pid}", "-o", "args="]) { RedirectStandardOutput = true })!;
        var text = ps.StandardOutput.ReadToEnd();
        ps.WaitForExit();
        return text;
    }
}
