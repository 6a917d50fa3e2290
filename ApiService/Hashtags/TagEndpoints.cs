using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Outbox;
using Microblog.ApiService.Paging;
using Microblog.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Hashtags;

/// <summary>Show, follow and feature hashtags (https://docs.joinmastodon.org/methods/tags/).</summary>
public static class TagEndpoints
{
    /// <summary>Followed hashtags of an account at most; each is asked when a home is built.</summary>
    public const int MaxFollowed = 500;

    /// <summary>Maps <c>/api/v1/tags</c> and <c>/api/v1/followed_tags</c>.</summary>
    public static void MapTags(this IEndpointRouteBuilder routes)
    {
        var tags = routes.MapGroup("/api/v1/tags/{name}");
        tags.MapGet("", ShowAsync).AllowAnonymousOrScope("read:follows").Describe("Show a hashtag", "How much it is used, and whether the caller follows it. One that nobody used yet is shown all the same.", it => Named(it.Open()));
        tags.MapPost("/follow", FollowAsync).RequireScope("write:follows").Describe("Follow a hashtag", $"Public statuses with it come into the caller's home. At most {MaxFollowed}.", it => Named(it));
        tags.MapPost("/unfollow", UnfollowAsync).RequireScope("write:follows").Describe("Unfollow a hashtag", "Nothing happens when it is not followed.", it => Named(it));
        tags.MapPost("/feature", FeatureAsync).RequireScope("write:accounts").Describe("Feature a hashtag", $"On the caller's profile. At most {FeaturedTagStore.MaxFeatured}.", it => Named(it));
        tags.MapPost("/unfeature", UnfeatureAsync).RequireScope("write:accounts").Describe("Stop featuring a hashtag", "Nothing happens when it is not featured.", it => Named(it));
        routes.MapGet("/api/v1/followed_tags", FollowedAsync).RequireScope("read:follows").Describe("Followed hashtags", "The latest first. The cursors are those of `Link`.", it => it.Paged(byDefault: 100, max: 200).Returns("A page of hashtags."));
    }

    private static OperationDescription Named(OperationDescription it) => it
        .Path("name", "The hashtag without `#`, in any case of letters.", example: "microblog")
        .Error(404, "That is no hashtag.")
        .Returns("The hashtag.");

    private static async Task<Ok<TagEntity>> ShowAsync(HttpContext context, string name, Caller caller, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await LoadAsync(context, db, caller, name, cancellationToken));

    private static async Task<Ok<TagEntity>> FollowAsync(HttpContext context, string name, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var hashtag = TagStore.Named(name);
        await idempotency.WriteAsync(db, async write =>
        {
            const string Sql =
                """
                INSERT INTO tag_follows (account_id, hashtag)
                SELECT @account, @hashtag WHERE (SELECT count(*) FROM tag_follows WHERE account_id = @account AND hashtag <> @hashtag) < @max
                ON CONFLICT DO NOTHING
                """;
            await write.ExecuteAsync(TagStore.LockAccount, new { account = caller.Account });
            await TagStore.EnsureAsync(write, hashtag, TagStore.Spelling(name));
            if (await write.ExecuteAsync(Sql, new { account = caller.Account, hashtag, max = MaxFollowed }) == 1)
            {
                await OutboxWriter.AddAsync(write, new HomeChanged(caller.Account));
            }
            else if (!await write.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM tag_follows WHERE account_id = @account AND hashtag = @hashtag)", new { account = caller.Account, hashtag }))
            {
                throw ApiException.Unprocessable($"Validation failed: You cannot follow more than {MaxFollowed} hashtags");
            }
            return 0;
        }, cancellationToken);
        return TypedResults.Ok(await LoadAsync(context, db, caller, name, cancellationToken));
    }

    private static async Task<Ok<TagEntity>> UnfollowAsync(HttpContext context, string name, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var hashtag = TagStore.Named(name);
        await idempotency.WriteAsync(db, async write =>
        {
            if (await write.ExecuteAsync("DELETE FROM tag_follows WHERE account_id = @account AND hashtag = @hashtag", new { account = caller.Account, hashtag }) == 1)
            {
                await OutboxWriter.AddAsync(write, new HomeChanged(caller.Account));
            }
            return 0;
        }, cancellationToken);
        return TypedResults.Ok(await LoadAsync(context, db, caller, name, cancellationToken));
    }

    private static async Task<Ok<TagEntity>> FeatureAsync(HttpContext context, string name, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var hashtag = TagStore.Named(name);
        await idempotency.WriteAsync(db, write => FeaturedTagStore.AddAsync(write, caller.Account, hashtag, TagStore.Spelling(name)), cancellationToken);
        return TypedResults.Ok(await LoadAsync(context, db, caller, name, cancellationToken));
    }

    private static async Task<Ok<TagEntity>> UnfeatureAsync(HttpContext context, string name, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var hashtag = TagStore.Named(name);
        await idempotency.WriteAsync(db, async write =>
        {
            await write.ExecuteAsync("DELETE FROM featured_tags WHERE account_id = @account AND hashtag = @hashtag", new { account = caller.Account, hashtag });
            return 0;
        }, cancellationToken);
        return TypedResults.Ok(await LoadAsync(context, db, caller, name, cancellationToken));
    }

    private static async Task<Ok<IReadOnlyList<TagEntity>>> FollowedAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields, defaultLimit: 100, maxLimit: 200);
        var sql = $"SELECT f.id, f.hashtag FROM tag_follows f WHERE f.account_id = @account AND f.id < @max AND f.id > @min ORDER BY f.id {page.Order} LIMIT @take";
        var tags = await db.ReadAsync(caller.Account, async connection =>
        {
            var read = await connection.ListAsync<FollowedRow>(sql, new { account = caller.Account, max = page.Max, min = page.Min, take = page.Take }, cancellationToken);
            var follows = page.Finish(read, follow => follow.Id);
            return await TagStore.InOrderAsync(connection, caller.Account, BaseUrl.Of(context), [.. follows.Select(follow => follow.Hashtag)], cancellationToken);
        }, cancellationToken);
        return TypedResults.Ok(tags);
    }

    /// <summary>The hashtag; one that nobody used yet in the spelling of the request.</summary>
    private static async Task<TagEntity> LoadAsync(HttpContext context, Db db, Caller caller, string name, CancellationToken cancellationToken)
    {
        var tag = (await db.ReadAsync(caller.AccountId, connection => TagStore.InOrderAsync(connection, caller.AccountId, BaseUrl.Of(context), [TagStore.Named(name)], cancellationToken), cancellationToken)).Single();
        return tag.Id.Length > 0 ? tag : tag with { Name = TagStore.Spelling(name) };
    }

    private sealed record FollowedRow(long Id, string Hashtag);
}
