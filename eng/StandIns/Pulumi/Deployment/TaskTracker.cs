namespace Pulumi;

/// <summary>Every output and registration of a run, so that the run ends when there is nothing left to wait for.</summary>
internal sealed class TaskTracker
{
    private readonly Lock _gate = new();
    private readonly List<Exception> _failures = [];
    private int _running;
    private TaskCompletionSource? _ended;

    public void Add(Task task)
    {
        lock (_gate)
        {
            _running++;
        }

        _ = task.ContinueWith(End, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>The first failure, and what failed at the same time; nothing when all ended well.</summary>
    public async Task<IReadOnlyList<Exception>> WhenIdleOrFailedAsync()
    {
        Task ended;
        lock (_gate)
        {
            _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Signal();
            ended = _ended.Task;
        }

        await ended.ConfigureAwait(false);
        lock (_gate)
        {
            // One failure fails everything made from it.
            return [.. _failures.Distinct()];
        }
    }

    private void End(Task task)
    {
        lock (_gate)
        {
            _running--;
            if (task.IsCanceled)
            {
                _failures.Add(new TaskCanceledException(task));
            }
            else if (task.Exception is { } exception)
            {
                _failures.AddRange(exception.InnerExceptions);
            }

            Signal();
        }
    }

    private void Signal()
    {
        if (_running == 0 || _failures.Count > 0)
        {
            _ended?.TrySetResult();
        }
    }
}
