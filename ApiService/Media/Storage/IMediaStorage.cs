using Microblog.ApiService.Http;

namespace Microblog.ApiService.Media.Storage;

/// <summary>
/// Where images are kept, each under a key that nobody can guess and that never stands for anything else. All processes see the same.
/// Failures of the storage itself are <see cref="MediaStorageException"/>s.
/// </summary>
public interface IMediaStorage
{
    /// <summary>Stores a file, whole or not at all.</summary>
    Task SaveAsync(MediaKey key, string path, CancellationToken cancellationToken);

    /// <summary>Opens a file at its beginning; the stream can seek. Null when there is none.</summary>
    Task<Stream?> OpenAsync(MediaKey key, CancellationToken cancellationToken);

    /// <summary>Deletes a file; one that is not there is deleted already.</summary>
    Task DeleteAsync(MediaKey key, CancellationToken cancellationToken);
}

/// <summary>The storage does not answer, is full, or may not be used: 503, and worth another try.</summary>
public sealed class MediaStorageException(Exception cause)
    : ApiException(StatusCodes.Status503ServiceUnavailable, "Media cannot be stored or read at the moment, please try again", cause: cause);
