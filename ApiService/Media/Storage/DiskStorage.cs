namespace Microblog.ApiService.Media.Storage;

/// <summary>
/// Keeps files in a directory that the processes of one machine share. In development; and in production only where that directory is
/// a volume that all machines see.
/// </summary>
public sealed class DiskStorage(string directory) : IMediaStorage
{
    /// <inheritdoc/>
    public Task SaveAsync(MediaKey key, string path, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        var target = PathOf(key);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var unfinished = target + ".new";
        try
        {
            await using (var from = File.OpenRead(path))
            await using (var to = File.Create(unfinished))
            {
                await from.CopyToAsync(to, cancellationToken);
            }
            File.Move(unfinished, target);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
        return true;
    });

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(MediaKey key, CancellationToken cancellationToken) => GuardAsync<Stream?>(() =>
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    });

    /// <inheritdoc/>
    public Task DeleteAsync(MediaKey key, CancellationToken cancellationToken) => GuardAsync(() =>
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (DirectoryNotFoundException)
        {
        }
        return Task.FromResult(true);
    });

    /// <summary>256 directories: some file systems are slow with very many files in one.</summary>
    private string PathOf(MediaKey key) => Path.Combine(directory, key.Text[..2], key.Text);

    private static async Task<T> GuardAsync<T>(Func<Task<T>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MediaStorageException(exception);
        }
    }
}
