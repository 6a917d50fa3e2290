using Microblog.ApiService.Http;
using StackExchange.Redis;

namespace Microblog.ApiService.Timelines;

/// <summary>Operations on the cached timelines, for operators and the dashboard; on the management port only.</summary>
public static class TimelineManagement
{
    private const int ScanPage = 1000;

    private static readonly TimeSpan DeleteTimeout = TimeSpan.FromSeconds(30);

    private static readonly string[] Patterns = ["home:*", "author:*"];

    /// <summary>Maps the routes below <c>/manage</c>.</summary>
    public static void MapTimelineManagement(this RouteGroupBuilder manage) => manage.MapPost("/timelines/rebuild", RebuildAsync);

    /// <summary>Forgets every cached timeline; each is rebuilt from PostgreSQL when its reader comes back. SCAN, so Redis is not held up.</summary>
    private static async Task<IResult> RebuildAsync(IConnectionMultiplexer redis, CancellationToken cancellationToken)
    {
        var dropped = 0L;
        // Nodes of a cluster each know their own keys; what a replica repeats is gone already.
        foreach (var server in redis.GetEndPoints().Select(endPoint => redis.GetServer(endPoint)).Where(server => server.IsConnected))
        {
            foreach (var pattern in Patterns)
            {
                foreach (var keys in server.Keys(redis.GetDatabase().Database, pattern, ScanPage).Chunk(ScanPage))
                {
                    var deletions = await Task.WhenAll(keys.Select(key => redis.GetDatabase().KeyDeleteAsync(key))).WaitAsync(DeleteTimeout, cancellationToken);
                    dropped += deletions.LongCount(deleted => deleted);
                }
            }
        }
        return TypedResults.Ok(new Done($"{dropped} cached timelines dropped; each is rebuilt at its next read."));
    }
}
