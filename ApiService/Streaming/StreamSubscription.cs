using Microblog.ApiService.OAuth;

namespace Microblog.ApiService.Streaming;

/// <summary>One stream of one connection. Sends each event once, whichever way and however often it comes.</summary>
/// <param name="connection">Where to.</param>
/// <param name="name">Which stream.</param>
/// <param name="memory">What was sent before.</param>
/// <param name="wantsCursor">Whether the client can resume and gets a cursor with each event.</param>
public sealed class StreamSubscription(StreamConnection connection, StreamName name, StreamMemory memory, bool wantsCursor)
{
    private readonly Lock _lock = new();
    private List<(StreamEvent Event, bool IsCatchUp)>? _waiting;
    private bool _isEnded;

    /// <summary>Where to.</summary>
    public StreamConnection Connection => connection;

    /// <summary>Which stream.</summary>
    public StreamName Name => name;

    /// <summary>Whose stream.</summary>
    public long AccountId => connection.AccountId;

    /// <summary>Whether notifications belong in it.</summary>
    public bool HasNotifications { get; } =
        name.Content is StreamContent.Notifications || (name.Content is StreamContent.Home && Scopes.Grant(connection.Caller.Scopes, "read:notifications"));

    /// <summary>Sends an event, or keeps it while the past is being sent.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="isCatchUp">True when it was found in the database rather than heard of: it may be older than the stream.</param>
    public void Offer(StreamEvent happened, bool isCatchUp)
    {
        lock (_lock)
        {
            if (_waiting is not { } waiting)
            {
                Send(happened, isCatchUp);
            }
            else if (waiting.Count < connection.Options.Queue)
            {
                waiting.Add((happened, isCatchUp));
            }
            else
            {
                connection.End(StreamEnd.Slow);
            }
        }
    }

    /// <summary>Holds events back from now on; the position and the marks from which the past has to be read.</summary>
    public (long Floor, Func<StreamMark, bool> IsKnown) BeginReplay()
    {
        lock (_lock)
        {
            _waiting ??= [];
            return (memory.Floor, mark => memory.Contains(mark));
        }
    }

    /// <summary>Sends an event of the past, as fast as the client takes it.</summary>
    public async Task ReplayAsync(StreamEvent happened, CancellationToken cancellationToken)
    {
        await connection.RoomAsync(cancellationToken);
        lock (_lock)
        {
            Send(happened, isCatchUp: false, isReplay: true);
        }
    }

    /// <summary>Sends what was held back.</summary>
    public void EndReplay()
    {
        lock (_lock)
        {
            var waiting = _waiting ?? [];
            _waiting = null;
            foreach (var (happened, isCatchUp) in waiting)
            {
                Send(happened, isCatchUp);
            }
        }
    }

    /// <summary>Owes nothing before a position any more.</summary>
    public void Restart(long now)
    {
        lock (_lock)
        {
            memory.Restart(now);
        }
    }

    /// <summary>Sends nothing more, even if an event is on its way already.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
        }
    }

    private void Send(StreamEvent happened, bool isCatchUp, bool isReplay = false)
    {
        if (_isEnded)
        {
            return;
        }
        if (happened.Mark is { } mark)
        {
            var lag = DateTimeOffset.UtcNow - StreamMark.Time(mark.Position);
            if ((isCatchUp && memory.IsBefore(mark)) || !memory.Add(mark, isReplay || isCatchUp ? TimeSpan.Zero : lag))
            {
                return;
            }
        }
        connection.Send(name, happened, wantsCursor ? memory.Cursor() : null);
    }
}
