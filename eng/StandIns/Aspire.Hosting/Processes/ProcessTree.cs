using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Processes;

/// <summary>Ends a process and everything it started: asks the process first, then takes the rest away.</summary>
internal static class ProcessTree
{
    private const int SigTerm = 15;
    private const int SigKill = 9;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(2);

    public static async Task StopAsync(ProcessIdentity root, TimeSpan grace)
    {
        var tree = Members(root);
        if (root.IsAlive)
        {
            Terminate(root.Id);
            await WaitAsync([root], grace);
            tree = [.. tree.Union(Members(root))];
        }

        foreach (var member in tree.Where(m => m.IsAlive))
        {
            Kill(member.Id);
        }

        await WaitAsync(tree, KillTimeout);
    }

    private static IReadOnlyList<ProcessIdentity> Members(ProcessIdentity root)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [root];
        }

        // A session is known by its leader's id. If that id belongs to somebody else by now, so may the session.
        return !root.IsOfThisBoot || (ProcessIdentity.Of(root.Id) is { } current && current != root)
            ? []
            : [.. ProcessTable.TreeOf(root.Id).Select(e => ProcessIdentity.Of(e.Id)).OfType<ProcessIdentity>()];
    }

    private static async Task WaitAsync(IReadOnlyList<ProcessIdentity> processes, TimeSpan timeout)
    {
        var started = Stopwatch.GetTimestamp();
        while (processes.Any(p => p.IsAlive) && Stopwatch.GetElapsedTime(started) < timeout)
        {
            await Task.Delay(Poll);
        }
    }

    private static void Terminate(int id)
    {
        if (OperatingSystem.IsWindows())
        {
            Kill(id);
        }
        else
        {
            _ = SendSignal(id, SigTerm);
        }
    }

    private static void Kill(int id)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SendSignal(id, SigKill);
            return;
        }

        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself in the meantime.
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
