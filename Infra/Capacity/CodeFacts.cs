namespace Microblog.Infra.Capacity;

/// <summary>Figures of the services' code that sizes depend on. Infra does not refer to the services; a test compares these with their sources.</summary>
public static class CodeFacts
{
    /// <summary>Contracts/FanOutLimits.cs, <c>MergeAtFollowers</c>: followers from which statuses are merged at read.</summary>
    public const int MergeAtFollowers = 50_000;

    /// <summary>Contracts/FanOutLimits.cs, <c>MaxMergedAuthors</c>: lists that one read merges at most.</summary>
    public const int MaxMergedAuthors = 100;

    /// <summary>Contracts/FanOutLimits.cs, <c>SliceSize</c>: deliveries of one message at most.</summary>
    public const int SliceSize = 2_000;

    /// <summary>Contracts/TimelineList.cs, <c>HomeTimeline.DefaultMaxItems</c>: ids of a home timeline.</summary>
    public const int HomeItems = 800;

    /// <summary>Contracts/TimelineList.cs, <c>AuthorTimeline.DefaultMaxItems</c>: ids of a merged author's list.</summary>
    public const int AuthorItems = 200;

    /// <summary>Contracts/TimelineList.cs, <c>TrimSlack</c>: ids over the cap before a trim.</summary>
    public const int TrimSlack = 20;

    /// <summary>Contracts/TimelineList.cs, <c>Lifetime</c>: days that a timeline outlives its reader's last visit.</summary>
    public const int TimelineDays = 7;

    /// <summary>ApiService/ApiApp.cs, <c>MaxConnections</c>: connections of an API process to each database server.</summary>
    public const int ApiConnections = 30;

    /// <summary>FeedWorker/FeedApp.cs, <c>MaxConnections</c>: connections of a worker process to the primary.</summary>
    public const int WorkerConnections = 20;

    /// <summary>Contracts/TimelineList.cs, <c>PeekAsync</c> and <c>ReadAsync</c>: calls per list read (range, last element, expiry).</summary>
    public const int RedisCallsPerList = 3;
}
