using Microblog.ApiService.Database;
using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Discovery;

/// <summary>What many people use and like at present (https://docs.joinmastodon.org/methods/trends/), as <see cref="TrendsJob"/> found it last.</summary>
public static class TrendEndpoints
{
    /// <summary>Maps <c>/api/v1/trends</c>.</summary>
    public static void MapTrends(this IEndpointRouteBuilder routes)
    {
        var trends = routes.MapGroup("/api/v1/trends");
        trends.MapGet("", TagsAsync).AllowAnonymousOrScope("read:statuses")
            .Describe("Trending hashtags (older name)", "The same as `trends/tags`.", it => it.Open().Ranked(byDefault: 10, max: 20).Returns("A page of hashtags."));
        trends.MapGet("/tags", TagsAsync).AllowAnonymousOrScope("read:statuses")
            .Describe("Trending hashtags", "What more people use than before, found every few minutes.", it => it.Open().Ranked(byDefault: 10, max: 20).Returns("A page of hashtags."));
        trends.MapGet("/statuses", StatusesAsync).AllowAnonymousOrScope("read:statuses")
            .Describe("Trending statuses", "Public ones that are favourited and reblogged much, of accounts that let themselves be found.", it => it.Open().Ranked(byDefault: 20, max: 40).Returns("A page of statuses."));
        // Statuses have no preview cards, which are what this list is made of.
        trends.MapGet("/links", () => TypedResults.Ok<IReadOnlyList<EmptyBody>>([])).AllowAnonymousOrScope("read:statuses")
            .Describe("Trending links", "Links have no previews here, so there are none.", it => it.Open().Returns("An empty list."));
    }

    private static async Task<Ok<IReadOnlyList<TagEntity>>> TagsAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT hashtag FROM trending_tags ORDER BY score DESC, hashtag LIMIT @take OFFSET @offset";
        var page = OffsetPage.Of(context, fields, defaultLimit: 10, maxLimit: 20);
        return TypedResults.Ok(await db.ReadAsync(caller.AccountId, async connection =>
        {
            var names = page.Finish(await connection.ListAsync<string>(Sql, new { take = page.Take, offset = page.Offset }, cancellationToken));
            return await TagStore.InOrderAsync(connection, caller.AccountId, BaseUrl.Of(context), [.. names], cancellationToken);
        }, cancellationToken));
    }

    private static async Task<Ok<IReadOnlyList<StatusEntity>>> StatusesAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        // What can change between two runs is asked again.
        var sql =
            $"""
            SELECT s.id FROM trending_statuses t JOIN statuses s ON s.id = t.status_id JOIN accounts a ON a.id = s.account_id
            WHERE NOT s.sensitive AND s.spoiler_text = '' AND a.discoverable AND a.limited_at IS NULL AND a.suspended_at IS NULL AND {StatusStore.IsShown}
            ORDER BY t.score DESC, s.id DESC LIMIT @take OFFSET @offset
            """;
        var page = OffsetPage.Of(context, fields, defaultLimit: 20, maxLimit: 40);
        var statuses = await db.ReadAsync(caller.AccountId, async connection =>
        {
            var ids = page.Finish(await connection.ListAsync<long>(sql, new { take = page.Take, offset = page.Offset, viewer = caller.AccountId }, cancellationToken));
            return await StatusStore.InOrderAsync(connection, caller.AccountId, [.. ids], cancellationToken);
        }, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<StatusEntity>>([.. statuses.Select(status => status.ToEntity(BaseUrl.Of(context)))]);
    }
}
