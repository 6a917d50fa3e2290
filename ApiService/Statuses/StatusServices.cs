using Microblog.ApiService.Bookmarks;
using Microblog.ApiService.Favourites;
using Microblog.ApiService.Pins;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Quotes;
using Microblog.ApiService.Reblogs;
using Microblog.ApiService.Scheduled;

namespace Microblog.ApiService.Statuses;

/// <summary>Statuses and what hangs on them.</summary>
public static class StatusServices
{
    /// <summary>Adds what runs in the background.</summary>
    public static void AddStatusServices(this IServiceCollection services)
    {
        services.AddSingleton<PollCloser>().AddHostedService(provider => provider.GetRequiredService<PollCloser>());
        services.AddSingleton<ScheduledPublisher>().AddHostedService(provider => provider.GetRequiredService<ScheduledPublisher>());
        services.AddSingleton<DeletionExpiry>().AddHostedService(provider => provider.GetRequiredService<DeletionExpiry>());
    }

    /// <summary>Maps the routes.</summary>
    public static void MapStatusRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapStatuses();
        routes.MapStatusEdits();
        routes.MapAccountStatuses();
        routes.MapThreads();
        routes.MapDeletions();
        routes.MapFavourites();
        routes.MapReblogs();
        routes.MapQuotes();
        routes.MapBookmarks();
        routes.MapPins();
        routes.MapPolls();
        routes.MapScheduledStatuses();
    }
}
