namespace Microblog.Infra.Tests.Graph;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>Its top folder.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Microblog.sln")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("Microblog.sln is above no folder of the tests.");
    }
}
