using System.Security.Cryptography;
using System.Text;
using Microblog.AppHost.Startup;

namespace Microblog.AppHost.Data;

/// <summary>
/// The directory that holds all data of one system. One AppHost at a time: <see cref="Open"/> locks it, which the
/// operating system undoes even when the process is killed.
/// </summary>
public sealed class DataDirectory(string path) : IDisposable
{
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Passable = OnlyOwner | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const int DeleteAttempts = 30;
    private static readonly TimeSpan DeletePause = TimeSpan.FromMilliseconds(100);

    private FileStream? _lock;
    private bool _delete;

    /// <summary>The absolute path.</summary>
    public string FullPath { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Short name for this directory, the same in every run.</summary>
    public string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(System.IO.Path.GetFullPath(path))))[..12];

    /// <summary>Where data lives that another system user must reach, when <see cref="FullPath"/> is closed to it.</summary>
    private string Outside => System.IO.Path.Combine("/var/lib/microblog", Id);

    /// <summary>Creates and locks the directory; with <paramref name="fresh"/> it is emptied first.</summary>
    /// <param name="fresh">Delete what earlier runs left.</param>
    /// <param name="ephemeral">Delete everything when this object is disposed.</param>
    /// <exception cref="AppHostException">Another AppHost uses it, or it cannot be written.</exception>
    public void Open(bool fresh, bool ephemeral)
    {
        try
        {
            Directory.CreateDirectory(FullPath);
            _lock = new FileStream(File("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException)
        {
            throw new AppHostException($"The data directory {FullPath} cannot be written; choose another with --data.");
        }
        catch (IOException) when (System.IO.File.Exists(File("lock")))
        {
            throw new AppHostException($"Another AppHost is running over {FullPath}; stop it, or give this one its own directory with --data.");
        }

        _delete = ephemeral;
        System.IO.File.Delete(File(RunningSystem.FileName));
        if (fresh)
        {
            Clear();
        }

        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(FullPath, Passable);
        }
    }

    /// <summary>The path of a file or directory inside.</summary>
    public string File(string name) => System.IO.Path.Combine(FullPath, name);

    /// <summary>Writes a file that only its owner can read, in one step.</summary>
    public void WritePrivate(string name, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OnlyOwner;
        }

        var temporary = File(name + ".new");
        System.IO.File.Delete(temporary);
        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(text);
        }

        System.IO.File.Move(temporary, File(name), overwrite: true);
    }

    /// <summary>
    /// The directory of one server that runs as another system user. Below a directory closed to that user (a
    /// repository in root's home, say) it lies outside, and a link in the data directory points there.
    /// </summary>
    public string ReachableHome(string server)
    {
        if (OperatingSystem.IsWindows() || Ancestors().All(IsPassable))
        {
            return File(server);
        }

        var home = System.IO.Path.Combine(Outside, server);
        Directory.CreateDirectory(home);
        if (new FileInfo(File(server)).LinkTarget is null && !Directory.Exists(File(server)))
        {
            Directory.CreateSymbolicLink(File(server), home);
        }

        return home;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The last server may still be writing its farewell.
        for (var attempt = 0; _lock is not null && _delete && attempt < DeleteAttempts; attempt++)
        {
            try
            {
                Clear();
                _delete = false;
            }
            catch (IOException)
            {
                Thread.Sleep(DeletePause);
            }
        }

        _lock?.Dispose();
        _lock = null;
    }

    // The lock file stays: deleting it would let a second AppHost lock another file of the same name.
    private void Clear()
    {
        if (!OperatingSystem.IsWindows())
        {
            Orphans.Kill(FullPath, Outside);
        }

        foreach (var entry in new DirectoryInfo(FullPath).EnumerateFileSystemInfos().Where(entry => entry.Name != "lock"))
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }

        if (Directory.Exists(Outside))
        {
            Directory.Delete(Outside, recursive: true);
        }
    }

    private static bool IsPassable(string directory) =>
        OperatingSystem.IsWindows() || System.IO.File.GetUnixFileMode(directory).HasFlag(UnixFileMode.OtherExecute);

    private IEnumerable<string> Ancestors()
    {
        for (var directory = Directory.GetParent(FullPath); directory is not null; directory = directory.Parent)
        {
            if (directory.Exists)
            {
                yield return directory.FullName;
            }
        }
    }
}
