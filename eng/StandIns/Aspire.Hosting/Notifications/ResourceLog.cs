using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The last lines that one instance and the engine wrote, and whoever follows them.</summary>
internal sealed class ResourceLog
{
    private const int MaxLines = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<Entry> _entries = new();
    private readonly List<ChannelWriter<Entry>> _followers = [];
    private bool _completed;

    public void Write(string content, bool isError)
    {
        var entry = new Entry($"{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffffffK} {content}", isError);
        lock (_lock)
        {
            if (_entries.Count == MaxLines)
            {
                _entries.Dequeue();
            }

            _entries.Enqueue(entry);
            _followers.ForEach(f => f.TryWrite(entry));
        }
    }

    public IReadOnlyList<LogLine> Lines()
    {
        lock (_lock)
        {
            return [.. _entries.Select((e, i) => new LogLine(i + 1, e.Content, e.IsError))];
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<Entry>();
        lock (_lock)
        {
            foreach (var entry in _entries)
            {
                channel.Writer.TryWrite(entry);
            }

            if (_completed)
            {
                channel.Writer.Complete();
            }

            _followers.Add(channel.Writer);
        }

        try
        {
            var number = 0;
            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var batch = new List<LogLine>();
                while (channel.Reader.TryRead(out var entry))
                {
                    batch.Add(new LogLine(++number, entry.Content, entry.IsError));
                }

                yield return batch;
            }
        }
        finally
        {
            lock (_lock)
            {
                _followers.Remove(channel.Writer);
            }
        }
    }

    public void Complete()
    {
        lock (_lock)
        {
            _completed = true;
            _followers.ForEach(f => f.TryComplete());
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _completed = false;
        }
    }

    private sealed record Entry(string Content, bool IsError);
}

/// <summary>Writes the engine's and the callbacks' own remarks about a resource beside the output of its processes.</summary>
internal sealed class ResourceLogger(IReadOnlyList<ResourceLog> logs) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var content = formatter(state, exception) + (exception is null ? "" : Environment.NewLine + exception);
        foreach (var log in logs)
        {
            log.Write(content, logLevel >= LogLevel.Error);
        }
    }
}
