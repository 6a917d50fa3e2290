namespace Microblog.ApiService.Outbox;

/// <summary>
/// Wakes the relay of this process when something was committed to the outbox; a poll would be the larger part of the way to a
/// follower's timeline. PostgreSQL's NOTIFY would reach every process, but serialises commits; the relays poll slowly instead.
/// </summary>
public sealed class OutboxSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    /// <summary>Wakes the relay. Waking it twice before it looks is as good as once.</summary>
    public void Wake()
    {
        if (_signal.CurrentCount == 0)
        {
            try
            {
                _signal.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else woke it between the look and the call.
            }
        }
    }

    /// <summary>Waits until woken, but not longer than <paramref name="longest"/>.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken) => _signal.WaitAsync(longest, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();
}
