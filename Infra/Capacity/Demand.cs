namespace Microblog.Infra.Capacity;

/// <summary>What arrives per second. <see cref="Peak"/> is what sizes have to bear, <see cref="Mean"/> what is paid for by use.</summary>
public sealed record Demand
{
    private const double SecondsPerDay = 86_400;

    /// <summary>Push messages to services of others per status: mentions and followers that want every status told.</summary>
    private const double PushesPerStatus = 0.5;

    /// <summary>Seconds of a month of 730 hours, as prices count.</summary>
    public const double SecondsPerMonth = 730 * 3_600;

    /// <summary>Home timelines read.</summary>
    public required double HomeReads { get; init; }

    /// <summary>Other requests, statuses posted and small writes included.</summary>
    public required double OtherRequests { get; init; }

    /// <summary>Statuses posted.</summary>
    public required double Posts { get; init; }

    /// <summary>Favourites, follows and the like.</summary>
    public required double SmallWrites { get; init; }

    /// <summary>Images uploaded.</summary>
    public required double Uploads { get; init; }

    /// <summary>Media files requested by clients.</summary>
    public required double MediaViews { get; init; }

    /// <summary>Followers looked up for fan-outs.</summary>
    public required double FollowersScanned { get; init; }

    /// <summary>Ids pushed to timelines that are in the cache: those of readers who came within a week.</summary>
    public required double Deliveries { get; init; }

    /// <summary>Messages published.</summary>
    public required double Messages { get; init; }

    /// <summary>Requests to the API.</summary>
    public double ApiRequests => HomeReads + OtherRequests;

    /// <summary>The busiest minutes of a normal day after the growth that is planned for.</summary>
    public static Demand Peak(Load load) => Of(load, load.PeakToMean * load.Growth);

    /// <summary>The day's mean as it is, without growth.</summary>
    public static Demand Mean(Load load) => Of(load, 1);

    private static Demand Of(Load load, double factor)
    {
        var users = load.DailyActiveUsers * factor / SecondsPerDay;
        var posts = users * load.PostsPerUserAndDay;
        var pushed = Followers(load).PushedPerStatus(CodeFacts.MergeAtFollowers);
        var smallWrites = users * load.SmallWritesPerUserAndDay;
        return new Demand
        {
            HomeReads = users * load.HomeReadsPerUserAndDay,
            OtherRequests = users * load.OtherRequestsPerUserAndDay,
            Posts = posts,
            SmallWrites = smallWrites,
            Uploads = posts * load.MediaPerPost,
            MediaViews = users * load.HomeReadsPerUserAndDay * load.MediaViewsPerHomeRead,
            FollowersScanned = posts * pushed,
            Deliveries = posts * pushed * load.WeeklyActiveShare,
            Messages = (posts * (1 + PushesPerStatus + (pushed / CodeFacts.SliceSize))) + smallWrites,
        };
    }

    /// <summary>The load's followers.</summary>
    public static FollowerDistribution Followers(Load load) => new(load.AverageFollowers, load.FollowersP99);
}
