namespace Microblog.ApiService.Lists;

/// <summary>Lists, who is in them, and what they show.</summary>
public static class ListRoutes
{
    /// <summary>Maps the routes.</summary>
    public static void MapListRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapLists();
        routes.MapListMembers();
        routes.MapListTimeline();
    }
}
