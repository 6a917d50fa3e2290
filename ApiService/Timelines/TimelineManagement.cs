using Microblog.ApiService.Http;
using StackExchange.Redis;

namespace Microblog.ApiService.Timelines;

/// <summary>Operations on the cache, for operators and the dashboard; on the management port only.</summary>
public static class TimelineManagement
{
    private const int ScanPage = 1000;

    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Maps the routes below <c>/manage</c>.</summary>
    public static void MapTimelineManagement(this RouteGroupBuilder manage)
    {
        manage.MapPost("/timelines/rebuild", RebuildAsync);
        manage.MapPost("/cache/flush", FlushAsync);
    }

    /// <summary>Forgets every cached timeline; each is rebuilt from PostgreSQL when its reader comes back. SCAN, so Redis is not held up.</summary>
    private static async Task<IResult> RebuildAsync(IConnectionMultiplexer redis, CancellationToken cancellationToken)
    {
        var dropped = 0L;
        foreach (var server in Primaries(redis))
        {
            foreach (var pattern in new[] { "home:*", "author:*" })
            {
                foreach (var keys in server.Keys(pattern: pattern, pageSize: ScanPage).Chunk(ScanPage))
                {
                    dropped += await redis.GetDatabase().KeyDeleteAsync(keys).WaitAsync(FlushTimeout, cancellationToken);
                }
            }
        }
        return TypedResults.Ok(new Done($"{dropped} cached timelines dropped; each is rebuilt at its next read."));
    }

    /// <summary>Empties Redis. Nothing is lost: everything there can be made again.</summary>
    private static async Task<IResult> FlushAsync(IConnectionMultiplexer redis, CancellationToken cancellationToken)
    {
        foreach (var server in Primaries(redis))
        {
            await server.FlushDatabaseAsync().WaitAsync(FlushTimeout, cancellationToken);
        }
        return TypedResults.Ok(new Done("Redis is empty; timelines are rebuilt as they are read."));
    }

    private static IEnumerable<IServer> Primaries(IConnectionMultiplexer redis) =>
        redis.GetEndPoints().Select(endPoint => redis.GetServer(endPoint)).Where(server => server is { IsConnected: true, IsSlave: false });
}
