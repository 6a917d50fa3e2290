using Microblog.ApiService.Database;
using Microblog.ApiService.Media.Imaging;
using Microblog.ApiService.Media.Storage;

namespace Microblog.ApiService.Media;

/// <summary>Puts processed images into the storage so that none is ever left there that nobody knows of.</summary>
public sealed class MediaFiles(Db db, IMediaStorage storage)
{
    /// <summary>
    /// Stores the images and returns their keys. Each key is entered as discarded first; the row that names it takes it out again (a trigger does), and
    /// without such a row within an hour <see cref="MediaCleanup"/> deletes the file.
    /// </summary>
    /// <exception cref="MediaStorageException">The storage does not work.</exception>
    public async Task<string[]> SaveAsync(IReadOnlyList<ImageFile> images, CancellationToken cancellationToken)
    {
        const string Sql = "INSERT INTO discarded_files (key, not_before) SELECT key, now() + interval '1 hour' FROM unnest(@keys) AS key";
        var keys = new MediaKey[images.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = await MediaKey.NewAsync(images[i].Path, images[i].Type, cancellationToken);
        }
        string[] names = [.. keys.Select(key => key.Text)];
        await db.WriteAsync(accountId: null, write => write.ExecuteAsync(Sql, new { keys = names }), cancellationToken);
        for (var i = 0; i < keys.Length; i++)
        {
            await storage.SaveAsync(keys[i], images[i].Path, cancellationToken);
        }
        return names;
    }
}
