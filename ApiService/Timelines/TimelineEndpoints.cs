using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Timelines;

/// <summary>Home timeline, and the routes of all timelines (https://docs.joinmastodon.org/methods/timelines/).</summary>
public static class TimelineEndpoints
{
    /// <summary>Maps <c>/api/v1/timelines</c>.</summary>
    public static void MapTimelines(this IEndpointRouteBuilder routes)
    {
        var timelines = routes.MapGroup("/api/v1/timelines");
        timelines.MapGet("/home", HomeAsync).RequireScope("read:statuses");
        timelines.MapGet("/public", PublicTimeline.PublicAsync);
        timelines.MapGet("/tag/{hashtag}", PublicTimeline.TagAsync);
    }

    private static async Task<Ok<IReadOnlyList<StatusEntity>>> HomeAsync(HttpContext context, RequestFields fields, Caller caller, HomeReader reader, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields);
        var statuses = page.Finish(await reader.ReadAsync(caller.Account, page, cancellationToken), status => status.Status.Id);
        return TypedResults.Ok<IReadOnlyList<StatusEntity>>([.. statuses.Select(status => status.ToEntity(context))]);
    }
}
