namespace Microblog.ApiService.Media.Imaging;

/// <summary>Where one upload is worked on; gone with everything in it when disposed of.</summary>
public sealed class WorkDirectory : IDisposable
{
    private const string Prefix = "microblog-upload-";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory(Prefix);
    private int _files;

    /// <summary>The path of a new file.</summary>
    public string NewFile(string extension) => Path.Combine(_directory.FullName, $"{Interlocked.Increment(ref _files)}.{extension}");

    /// <summary>Removes what a process left behind that was killed in the middle of an upload, and returns how many.</summary>
    public static int RemoveOlderThan(TimeSpan age)
    {
        var removed = 0;
        foreach (var directory in new DirectoryInfo(Path.GetTempPath()).EnumerateDirectories(Prefix + "*"))
        {
            if (directory.LastWriteTimeUtc < DateTime.UtcNow - age)
            {
                Remove(directory);
                removed++;
            }
        }
        return removed;
    }

    /// <inheritdoc/>
    public void Dispose() => Remove(_directory);

    private static void Remove(DirectoryInfo directory)
    {
        try
        {
            directory.Delete(recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or gone meanwhile; the next round tries again.
        }
    }
}
