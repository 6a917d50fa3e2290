namespace Microblog.ApiService.Instance;

/// <summary>What this server says about itself.</summary>
public static class InstanceRoutes
{
    /// <summary>Maps the routes.</summary>
    public static void MapInstanceRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapInstance();
        routes.MapInstanceDetails();
        routes.MapNodeInfo();
        routes.MapWellKnown();
    }
}
