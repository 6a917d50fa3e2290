using Microblog.ApiService.Http;

namespace Microblog.ApiService.Media.Imaging;

/// <summary>
/// Keeps uploads from taking the service down. At most <c>Microblog:Media:MaxUploads</c> requests with files are under way in this
/// process, which bounds the disk they take, and at most <c>Microblog:Media:Concurrency</c> images are worked on, which bounds
/// processor and memory. Whoever finds it full is told to come back.
/// </summary>
public sealed class ImageQueue(IConfiguration configuration) : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _requests = new(configuration.GetValue("Microblog:Media:MaxUploads", 64));
    private readonly SemaphoreSlim _images = new(configuration.GetValue("Microblog:Media:Concurrency", 2));

    /// <summary>A place for a request, to be given back by disposing of it; null when there is none.</summary>
    public IDisposable? TryEnter() => _requests.Wait(0) ? new Place(_requests) : null;

    /// <summary>Works on an image as soon as it is its turn.</summary>
    /// <exception cref="ApiException">503 when the turn did not come in time.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (!await _images.WaitAsync(LongestWait, cancellationToken))
        {
            throw Full();
        }
        try
        {
            return await work();
        }
        finally
        {
            _images.Release();
        }
    }

    /// <summary>What those are told for whom there is no place.</summary>
    public static ApiException Full() => ApiException.Unavailable("Too many images are being processed at the moment, please try again");

    /// <inheritdoc/>
    public void Dispose()
    {
        _requests.Dispose();
        _images.Dispose();
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private int _returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
            {
                places.Release();
            }
        }
    }
}
