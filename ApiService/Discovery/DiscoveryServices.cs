using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Search;

namespace Microblog.ApiService.Discovery;

/// <summary>How people find what they do not follow yet: search, hashtags, trends, suggestions, the directory.</summary>
public static class DiscoveryServices
{
    /// <summary>Adds what runs in the background.</summary>
    public static void AddDiscoveryServices(this IServiceCollection services) =>
        services.AddSingleton<TrendsJob>().AddHostedService(provider => provider.GetRequiredService<TrendsJob>());

    /// <summary>Maps the routes.</summary>
    public static void MapDiscoveryRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapSearch();
        routes.MapTags();
        routes.MapFeaturedTags();
        routes.MapTrends();
        routes.MapSuggestions();
        routes.MapDirectory();
    }
}
