using Microblog.ApiService.Reports;

namespace Microblog.ApiService.Moderation;

/// <summary>Reports, and what moderators do about them.</summary>
public static class ModerationRoutes
{
    /// <summary>Maps the routes.</summary>
    public static void MapModerationRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapReports();
        routes.MapAdminReports();
        routes.MapAdminAccounts();
    }
}
