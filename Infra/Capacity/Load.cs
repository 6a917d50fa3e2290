namespace Microblog.Infra.Capacity;

/// <summary>
/// What people do with an installation: the one input of all sizes. Every property is the stack's configuration key of the same name,
/// <c>microblog:dailyActiveUsers</c> for <see cref="DailyActiveUsers"/> and so on; <see cref="LoadReader"/> reads them.
/// </summary>
public sealed record Load
{
    /// <summary>Accounts that exist, active or not.</summary>
    public required long Accounts { get; init; }

    /// <summary>Accounts that come at least once on an average day.</summary>
    public required long DailyActiveUsers { get; init; }

    /// <summary>Share (0 to 1) of all accounts that come at least once in a week: as long as that a home timeline stays in Redis.</summary>
    public double WeeklyActiveShare { get; init; } = 0.6;

    /// <summary>Statuses per daily active user and day, replies and reblogs included.</summary>
    public double PostsPerUserAndDay { get; init; } = 1;

    /// <summary>Reads of a home timeline per daily active user and day, further pages and polling included.</summary>
    public double HomeReadsPerUserAndDay { get; init; } = 50;

    /// <summary>All other requests to the API per daily active user and day; media files are counted apart.</summary>
    public double OtherRequestsPerUserAndDay { get; init; } = 100;

    /// <summary>Favourites, reblogs, follows and the like per daily active user and day: small writes, part of <see cref="OtherRequestsPerUserAndDay"/>.</summary>
    public double SmallWritesPerUserAndDay { get; init; } = 5;

    /// <summary>Followers of the author of an average status: the mean over statuses, not over accounts.</summary>
    public double AverageFollowers { get; init; } = 200;

    /// <summary>Followers that 99 % of those authors stay below. At most 14 times the average; together they fix the distribution's tail, and so how many are merged at read.</summary>
    public double FollowersP99 { get; init; } = 2_600;

    /// <summary>Share (0 to 1) of statuses with media.</summary>
    public double MediaPerPost { get; init; } = 0.2;

    /// <summary>Bytes kept per medium: the image and its preview, re-encoded.</summary>
    public double MediaBytes { get; init; } = 700_000;

    /// <summary>Media files loaded per home read, beyond what the client has already.</summary>
    public double MediaViewsPerHomeRead { get; init; } = 2;

    /// <summary>Bytes of a medium as timelines show it.</summary>
    public double MediaViewBytes { get; init; } = 60_000;

    /// <summary>Days for which statuses and media add up before they are deleted, or until the next review of the sizes.</summary>
    public int RetentionDays { get; init; } = 365;

    /// <summary>Busiest minutes of a normal day relative to the day's mean.</summary>
    public double PeakToMean { get; init; } = 3;

    /// <summary>Share (0 to 1) of the daily active users who hold a stream open at the peak.</summary>
    public double StreamingShare { get; init; } = 0.03;

    /// <summary>Growth until the next review as a factor on accounts, users and stored data; 1.5 is half as many again.</summary>
    public double Growth { get; init; } = 1.5;

    /// <summary>Throws <see cref="CapacityException"/> naming the first key whose figure is impossible.</summary>
    public void Validate()
    {
        Require(Accounts is >= 1 and <= 10_000_000_000, nameof(Accounts), Accounts, "has to be between 1 and 10,000,000,000");
        Require(DailyActiveUsers >= 1 && DailyActiveUsers <= Accounts, nameof(DailyActiveUsers), DailyActiveUsers, $"has to be between 1 and the accounts ({Accounts})");
        Require(WeeklyActiveShare <= 1 && WeeklyActiveShare * Accounts >= DailyActiveUsers, nameof(WeeklyActiveShare), WeeklyActiveShare,
            $"has to be at most 1, and at least the share of daily active users ({(double)DailyActiveUsers / Accounts:0.###})");
        Between(nameof(PostsPerUserAndDay), PostsPerUserAndDay, 0, 1_000);
        Between(nameof(HomeReadsPerUserAndDay), HomeReadsPerUserAndDay, 0, 10_000);
        Between(nameof(OtherRequestsPerUserAndDay), OtherRequestsPerUserAndDay, 0, 10_000);
        Between(nameof(SmallWritesPerUserAndDay), SmallWritesPerUserAndDay, 0, OtherRequestsPerUserAndDay);
        Between(nameof(AverageFollowers), AverageFollowers, 1, 1_000_000);
        Between(nameof(FollowersP99), FollowersP99, AverageFollowers, AverageFollowers * FollowerDistribution.MaxP99ToMean);
        Between(nameof(MediaPerPost), MediaPerPost, 0, 1);
        Between(nameof(MediaBytes), MediaBytes, 1, 100_000_000);
        Between(nameof(MediaViewsPerHomeRead), MediaViewsPerHomeRead, 0, 100);
        Between(nameof(MediaViewBytes), MediaViewBytes, 1, 100_000_000);
        Between(nameof(RetentionDays), RetentionDays, 1, 3_650);
        Between(nameof(PeakToMean), PeakToMean, 1, 50);
        Between(nameof(StreamingShare), StreamingShare, 0, 1);
        Between(nameof(Growth), Growth, 1, 20);
    }

    private static void Between(string property, double value, double least, double most) =>
        Require(value >= least && value <= most, property, value, FormattableString.Invariant($"has to be between {least:#,0.###} and {most:#,0.###}"));

    /// <summary>False comparisons with NaN fail too.</summary>
    private static void Require(bool holds, string property, double value, string rule)
    {
        if (!holds)
        {
            throw new CapacityException(KeyName.InStack(property), FormattableString.Invariant($"{value:0.###} is impossible; it {rule}."));
        }
    }
}
