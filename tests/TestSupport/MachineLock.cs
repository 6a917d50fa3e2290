namespace Microblog.TestSupport;

/// <summary>
/// Lets one test process of the machine at a time start servers: <c>dotnet test</c> on a solution runs the assemblies side by
/// side, and two whole systems on two cores make every test wait for the other's.
/// </summary>
public sealed class MachineLock : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private readonly FileStream _file;

    private MachineLock(FileStream file) => _file = file;

    /// <summary>Waits for the lock. The operating system frees it when the process ends, in whatever way.</summary>
    /// <exception cref="TimeoutException">Others held it for ten minutes.</exception>
    public static async Task<MachineLock> TakeAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), "microblog-tests.lock");
        var file = await Eventually.BecomesAsync($"the lock {path}, held by another test run", () => Task.FromResult(TryOpen(path)), opened => opened is not null, Longest);
        return new MachineLock(file!);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
