namespace Microblog.Contracts;

/// <summary>Where fan-out changes its way of working.</summary>
public static class FanOutLimits
{
    /// <summary>Most deliveries of one message. Larger fan-outs are cut, so that workers share them and a redelivery repeats little.</summary>
    public const int SliceSize = 2_000;

    /// <summary>Followers from which an author's statuses are merged in at read instead of pushed, unless <c>Microblog:MergeAtFollowers</c> says otherwise.</summary>
    public const int MergeAtFollowers = 50_000;

    /// <summary>Lists that one read merges at most; a reader of more such authors is served from PostgreSQL.</summary>
    public const int MaxMergedAuthors = 100;

    /// <summary>How long the statuses of a newly merged author are still pushed as well, until every reader knows.</summary>
    public static readonly TimeSpan MergeGrace = TimeSpan.FromSeconds(60);
}
