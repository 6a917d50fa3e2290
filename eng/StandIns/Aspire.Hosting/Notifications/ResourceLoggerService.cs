using System.Runtime.CompilerServices;

namespace Aspire.Hosting.ApplicationModel;

public class ResourceLoggerService : IDisposable
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    public void Dispose()
    {
        foreach (var log in _logs.Values)
        {
            log.Complete();
        }

        GC.SuppressFinalize(this);
    }

    public ILogger GetLogger(IResource resource) => new ResourceLogger([.. resource.Ids().Select(Find)]);

    public ILogger GetLogger(string resourceName) => new ResourceLogger([Find(resourceName)]);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => Merge(resource, Watch);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => Watch(resourceName);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => Merge(resource, All);

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName) => All(resourceName);

    public void Complete(IResource resource)
    {
        foreach (var id in resource.Ids())
        {
            Complete(id);
        }
    }

    public void Complete(string name)
    {
        if (_logs.TryGetValue(name, out var log))
        {
            log.Complete();
        }
    }

    public void ClearBacklog(string resourceName)
    {
        if (_logs.TryGetValue(resourceName, out var log))
        {
            log.Clear();
        }
    }

    internal ResourceLog Find(string id) => _logs.GetOrAdd(id, _ => new ResourceLog());

    // The iterators exist to let WithCancellation reach the log, which the public signatures have no parameter for.
    private async IAsyncEnumerable<IReadOnlyList<LogLine>> Watch(string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var lines in Find(id).WatchAsync(cancellationToken))
        {
            yield return lines;
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> All(string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        cancellationToken.ThrowIfCancellationRequested();
        yield return Find(id).Lines();
    }

    private static async IAsyncEnumerable<IReadOnlyList<LogLine>> Merge(IResource resource, Func<string, CancellationToken, IAsyncEnumerable<IReadOnlyList<LogLine>>> read, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = System.Threading.Channels.Channel.CreateUnbounded<IReadOnlyList<LogLine>>();
        var readers = Task.WhenAll(resource.Ids().Select(async id =>
        {
            await foreach (var lines in read(id, cancellationToken))
            {
                channel.Writer.TryWrite(lines);
            }
        }));
        _ = readers.ContinueWith(done => channel.Writer.TryComplete(done.Exception), TaskScheduler.Default);
        await foreach (var lines in channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return lines;
        }
    }
}

public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);
