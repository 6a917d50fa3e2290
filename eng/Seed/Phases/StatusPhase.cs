using System.Diagnostics;
using System.Net;
using Microblog.Seed.Client;
using Microblog.Seed.Community;
using Microblog.Seed.Latency;
using Microblog.Seed.Progress;

namespace Microblog.Seed.Phases;

/// <summary>Posts the statuses and times how long some of them take to reach a follower.</summary>
internal sealed class StatusPhase(MastodonApi api, CommunityPlan plan, Session[] sessions, LatencyProbe probe)
{
    private readonly TaskCompletionSource<string>[] _ids = plan.Statuses
        .Select(_ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();

    private int _repeated;

    /// <summary>How many statuses were there already from an earlier run.</summary>
    public int Repeated => _repeated;

    /// <summary>Runs the phase. Statuses start in the order of the plan, so a reply never waits for one not yet started.</summary>
    public Task RunAsync(PhaseCounter counter, ParallelOptions parallel) =>
        Parallel.ForEachAsync(Enumerable.Range(0, plan.Statuses.Count), parallel, async (index, cancellationToken) =>
        {
            var status = plan.Statuses[index];
            var watcher = probe.ChooseWatcher(plan, index) is { } follower ? sessions[follower].Token : null;
            if (watcher is not null)
            {
                await probe.WarmUpAsync(watcher, cancellationToken);
            }

            var sent = Stopwatch.GetTimestamp();
            var posted = await PostAsync(index, status, cancellationToken);
            var answered = Stopwatch.GetTimestamp();
            _ids[index].SetResult(posted.Id);

            if (posted.CreatedAt < api.ConnectedAt)
            {
                Interlocked.Increment(ref _repeated);
            }
            else if (watcher is not null)
            {
                await probe.MeasureAsync(watcher, posted.Id, sent, answered, cancellationToken);
            }

            counter.Step();
        });

    private async Task<StatusAnswer> PostAsync(int index, StatusPlan status, CancellationToken cancellationToken)
    {
        var author = sessions[status.Author];
        var key = status.IdempotencyKey(plan.Seed, index, author.Username);
        var parent = status.ReplyTo is { } reply ? await _ids[reply].Task.WaitAsync(cancellationToken) : null;
        try
        {
            return await api.PostAsync(author.Token, status.Text, status.Visibility, parent, key, cancellationToken);
        }
        catch (ApiException error) when (error.Status is HttpStatusCode.NotFound && parent is not null)
        {
            // Somebody deleted the status that this one answers.
            return await api.PostAsync(author.Token, status.Text, status.Visibility, null, key, cancellationToken);
        }
    }
}
