using Microblog.Contracts;

namespace Microblog.FeedWorker.Tests;

/// <summary>What a reader makes of several lists; pure.</summary>
public sealed class TimelinePageTests
{
    [Fact]
    public void Joined_lists_answer_only_as_far_down_as_each_of_them_does()
    {
        var joined = TimelinePage.Join([new TimelinePage(true, [9, 5, 3], 2), new TimelinePage(true, [8, 5, 4], 4), new TimelinePage(true, [], 0)]);

        Assert.Equal((true, 4), (joined.IsWarm, joined.Floor));
        Assert.Equal([9, 8, 5, 4, 3], joined.Ids);
        Assert.False(TimelinePage.Join([joined, TimelinePage.Cold]).IsWarm);
    }
}
