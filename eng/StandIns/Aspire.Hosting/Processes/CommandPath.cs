namespace Aspire.Hosting.Processes;

internal static class CommandPath
{
    /// <summary>The program that a command means: a path as it stands, a plain name as the PATH has it; null if there is none.</summary>
    public static string? Find(string command, string workingDirectory)
    {
        if (command.Contains(Path.DirectorySeparatorChar) || command.Contains(Path.AltDirectorySeparatorChar))
        {
            return Runnable(Path.GetFullPath(command, workingDirectory));
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Runnable(Path.Combine(directory, command)))
            .FirstOrDefault(path => path is not null);
    }

    /// <summary>The dotnet command of the installation that runs this process, so that children run on the same.</summary>
    public static string Dotnet()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var root = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory().TrimEnd('/', '\\'))));
        string?[] candidates = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"), root is null ? null : Path.Combine(root, name)];
        return candidates.FirstOrDefault(File.Exists) ?? "dotnet";
    }

    private static string? Runnable(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return new[] { path, path + ".exe", path + ".cmd" }.FirstOrDefault(File.Exists);
        }

        const UnixFileMode anyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (File.GetUnixFileMode(path) & anyExecute) != 0 ? path : null;
    }
}
