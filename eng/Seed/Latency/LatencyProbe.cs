using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microblog.Seed.Client;
using Microblog.Seed.Community;

namespace Microblog.Seed.Latency;

/// <summary>Measures when a status shows up in a follower's home timeline, for one in <paramref name="every"/> statuses.</summary>
/// <param name="api">The API.</param>
/// <param name="every">Measure one status in this many; 0 measures none.</param>
internal sealed class LatencyProbe(MastodonApi api, int every)
{
    private const int PageLength = 10;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentBag<(TimeSpan SinceSent, TimeSpan SinceAnswer)> _seen = [];
    private int _missed;

    /// <summary>The figures so far.</summary>
    public LatencyReport Report() => new(
        _seen.Count + _missed,
        _missed,
        LatencyFigures.From(_seen.Select(times => times.SinceAnswer.TotalMilliseconds)),
        LatencyFigures.From(_seen.Select(times => times.SinceSent.TotalMilliseconds)));

    /// <summary>
    /// The follower whose timeline is watched for this status, or null when it is not measured. Replies are left out:
    /// they reach only followers of both people.
    /// </summary>
    public int? ChooseWatcher(CommunityPlan plan, int index)
    {
        var status = plan.Statuses[index];
        var followers = plan.Graph.Followers[status.Author];
        var isMeasured = every > 0 && index % every == 0 && status.ReplyTo is null && followers.Count > 0;
        return isMeasured ? followers[(index / every) % followers.Count] : null;
    }

    /// <summary>Reads the timeline once, so that a rebuild of one unused for long is not part of the figure.</summary>
    public Task WarmUpAsync(string token, CancellationToken cancellationToken) => api.HomeAsync(token, 1, null, cancellationToken);

    /// <summary>Polls the timeline until the status is in it.</summary>
    /// <param name="token">The follower.</param>
    /// <param name="id">The status.</param>
    /// <param name="sent">When the post was sent (a <see cref="Stopwatch"/> timestamp).</param>
    /// <param name="answered">When its answer had arrived.</param>
    /// <param name="cancellationToken">Stops polling.</param>
    public async Task MeasureAsync(string token, string id, long sent, long answered, CancellationToken cancellationToken)
    {
        while (!await HasArrivedAsync(token, id, cancellationToken))
        {
            if (Stopwatch.GetElapsedTime(answered) > Patience)
            {
                Interlocked.Increment(ref _missed);
                return;
            }

            await Task.Delay(PollInterval, cancellationToken);
        }

        var seen = Stopwatch.GetTimestamp();
        _seen.Add((Stopwatch.GetElapsedTime(sent, seen), Stopwatch.GetElapsedTime(answered, seen)));
    }

    private async Task<bool> HasArrivedAsync(string token, string id, CancellationToken cancellationToken)
    {
        var page = await api.HomeAsync(token, PageLength, null, cancellationToken);
        if (page.Any(status => status.Id == id))
        {
            return true;
        }

        // In a busy timeline newer statuses may have pushed this one off the first page between two polls.
        var number = long.Parse(id, CultureInfo.InvariantCulture);
        if (page.Count < PageLength || long.Parse(page[^1].Id, CultureInfo.InvariantCulture) < number)
        {
            return false;
        }

        var older = await api.HomeAsync(token, 1, number + 1, cancellationToken);
        return older.Any(status => status.Id == id);
    }
}
