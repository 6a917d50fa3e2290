using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
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
        timelines.MapGet("/home", HomeAsync).RequireScope("read:statuses")
            .Describe("Home timeline", "Statuses of the accounts one follows and one's own, newest first, down to the first.", it => it.Paged(byDefault: 20, max: 40).Returns("A page of statuses."));
        timelines.MapGet("/public", PublicTimeline.PublicAsync).AllowAnonymousOrScope("read:statuses").Describe("Public timeline", "Everybody's public statuses that do not answer somebody else, newest first.", it => it
            .Open()
            .Query("local", "Only of this server; all are.", ParameterKind.Flag, example: true)
            .Query("remote", "Only of other servers; there are none.", ParameterKind.Flag, example: false)
            .Query("only_media", "Only statuses with media.", ParameterKind.Flag, example: false)
            .Paged(byDefault: 20, max: 40)
            .Returns("A page of statuses."));
        timelines.MapGet("/tag/{hashtag}", PublicTimeline.TagAsync).AllowAnonymousOrScope("read:statuses");
    }

    private static async Task<Ok<IReadOnlyList<StatusEntity>>> HomeAsync(HttpContext context, RequestFields fields, Caller caller, HomeReader reader, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields);
        var statuses = page.Finish(await reader.ReadAsync(caller.Account, page, cancellationToken), status => status.Status.Id);
        return TypedResults.Ok<IReadOnlyList<StatusEntity>>([.. statuses.Select(status => status.ToEntity(context))]);
    }
}
