using System.ComponentModel;
using System.Diagnostics;

namespace Microblog.AppHost.Containers;

/// <summary>The container runtime's command line, in the order in which Aspire would choose one.</summary>
public static class ContainerRuntime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    /// <summary>The command whose server answers, or null.</summary>
    public static string? Find()
    {
        var configured = Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") ?? Environment.GetEnvironmentVariable("DOTNET_ASPIRE_CONTAINER_RUNTIME");
        string[] candidates = string.IsNullOrEmpty(configured) ? ["docker", "podman"] : [configured];
        return candidates.FirstOrDefault(command => Run(command, Timeout, "container", "ls", "--quiet", "--last", "1"));
    }

    /// <summary>Removes volumes; ones that do not exist or are in use are left alone.</summary>
    public static void RemoveVolumes(IEnumerable<string> names)
    {
        if (Find() is { } command)
        {
            foreach (var name in names)
            {
                Run(command, TimeSpan.FromSeconds(20), "volume", "rm", "--force", name);
            }
        }
    }

    private static bool Run(string command, TimeSpan timeout, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            if (process.WaitForExit(timeout))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false; // not installed
        }
    }
}
