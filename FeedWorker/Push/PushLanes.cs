namespace Microblog.FeedWorker.Push;

/// <summary>
/// Keeps one push service from holding up those of others: it gets half of the handlers at most, and a single one while it is slow or
/// failing. What finds no place is put off by the broker instead of waiting here.
/// </summary>
public sealed class PushLanes
{
    /// <summary>Requests at once to one service.</summary>
    public const int Places = 16;

    /// <summary>How long an answer may take before the service counts as slow.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    /// <summary>Services that are remembered as slow; more than that are forgotten, and get their chance again.</summary>
    private const int MaxRemembered = 1000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Lane> _lanes = [];

    /// <summary>Runs a request to a service, which returns whether the service does its work.</summary>
    /// <exception cref="PushDelayedException">There is no place for it now.</exception>
    public async Task RunAsync(string service, Func<Task<bool>> request, CancellationToken cancellationToken)
    {
        var lane = Enter(service);
        bool? works = null;
        try
        {
            if (!await lane.Free.WaitAsync(LongestWait, cancellationToken))
            {
                throw new PushDelayedException($"{service} has {Places} requests already");
            }
            try
            {
                var started = Environment.TickCount64;
                works = false;
                works = await request() && Environment.TickCount64 - started < Slow.TotalMilliseconds;
            }
            finally
            {
                lane.Free.Release();
            }
        }
        finally
        {
            Leave(service, lane, works);
        }
    }

    private Lane Enter(string service)
    {
        lock (_lanes)
        {
            if (!_lanes.TryGetValue(service, out var lane))
            {
                _lanes[service] = lane = new Lane();
            }
            if (!lane.Works && lane.Users > 0)
            {
                throw new PushDelayedException($"{service} is slow or failing");
            }
            lane.Users++;
            return lane;
        }
    }

    private void Leave(string service, Lane lane, bool? works)
    {
        lock (_lanes)
        {
            lane.Works = works ?? lane.Works;
            if (--lane.Users == 0 && (lane.Works || _lanes.Count > MaxRemembered))
            {
                _lanes.Remove(service);
            }
        }
    }

    private sealed class Lane
    {
        public SemaphoreSlim Free { get; } = new(Places, Places);

        public int Users { get; set; }

        public bool Works { get; set; } = true;
    }
}

/// <summary>A push that has to be tried again later.</summary>
/// <param name="reason">Why.</param>
public sealed class PushDelayedException(string reason) : Exception(reason);
