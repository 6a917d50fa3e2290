using Microblog.ApiService.OAuth.Pages;

namespace Microblog.ApiService.OAuth;

/// <summary>How applications get tokens, and people give them.</summary>
public static class OAuthRoutes
{
    /// <summary>Maps the routes and pages.</summary>
    public static void MapOAuthRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapApplications();
        routes.MapTokens();
        routes.MapTokenInspection();
        routes.MapServerMetadata();
        routes.MapAuthorization();
    }
}
