namespace Microblog.AppHost.Tests;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    /// <summary>Directory of the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        // The sources, not the build output, which may be anywhere.
        for (var directory = new DirectoryInfo(SourceDirectory()); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Microblog.sln")))
            {
                return directory.FullName;
            }
        }
        throw new InvalidOperationException("Microblog.sln was not found above the tests.");
    }

    private static string SourceDirectory([System.Runtime.CompilerServices.CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
