using Microblog.Contracts;

namespace Microblog.ApiService.Timelines;

/// <summary>What timelines need.</summary>
public static class TimelineServices
{
    /// <summary>Adds the readers of timelines and the builder of homes.</summary>
    public static void AddTimelineServices(this IServiceCollection services)
    {
        services.AddSingleton<HomeTimeline>().AddSingleton<AuthorTimeline>().AddSingleton<OwnTimeline>().AddSingleton<MergedAuthors>().AddSingleton<HomeReader>();
        services.AddSingleton<TimelineBuilder>().AddHostedService(provider => provider.GetRequiredService<TimelineBuilder>());
    }
}
