using System.Net;
using Microblog.Seed.Client;
using Microblog.Seed.Community;
using Microblog.Seed.Progress;

namespace Microblog.Seed.Phases;

/// <summary>Makes the accounts follow each other.</summary>
internal sealed class FollowPhase(MastodonApi api, CommunityPlan plan, Session[] sessions)
{
    private int _refused;

    /// <summary>How many follows the server refused, as between accounts that somebody made block each other.</summary>
    public int Refused => _refused;

    /// <summary>Runs the phase.</summary>
    public Task RunAsync(PhaseCounter counter, ParallelOptions parallel) =>
        Parallel.ForEachAsync(plan.Graph.Edges, parallel, async (edge, cancellationToken) =>
        {
            try
            {
                await api.FollowAsync(sessions[edge.Follower].Token, sessions[edge.Target].Id, cancellationToken);
            }
            catch (ApiException error) when (error.Status is HttpStatusCode.Forbidden)
            {
                Interlocked.Increment(ref _refused);
            }

            counter.Step();
        });
}
