using Microblog.ApiService.Database;
using Microblog.Contracts;
using StackExchange.Redis;

namespace Microblog.ApiService.Timelines;

/// <summary>Writes an author's status through to the author's own home, so that it is there at once and not when the worker comes by.</summary>
public sealed partial class OwnTimeline(HomeTimeline home, RedisHealth health, ILogger<OwnTimeline> logger)
{
    /// <summary>Pushes the status. Redis being away is no failure of the post: the home is then read from PostgreSQL, and the worker pushes later.</summary>
    public async Task PushAsync(long author, long statusId)
    {
        if (!health.MayAsk())
        {
            return;
        }
        try
        {
            await health.AskAsync(home.PushAsync(statusId, [author]), TimelineList.ReadTimeout, CancellationToken.None);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            Log.NotPushed(logger, statusId, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Status {StatusId} was not written through to its author's home: {Reason}")]
        public static partial void NotPushed(ILogger logger, long statusId, string reason);
    }
}
