using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Timelines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Follows;

/// <summary>Follow, unfollow, and the lists of both sides (https://docs.joinmastodon.org/methods/accounts/#follow).</summary>
public static class FollowEndpoints
{
    private const int MaxRelationships = 80;

    /// <summary>Maps the routes about follows below <c>/api/v1/accounts</c>.</summary>
    public static void MapFollows(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/accounts");
        accounts.MapPost("/{id:long}/follow", FollowAsync).RequireScope("write:follows");
        accounts.MapPost("/{id:long}/unfollow", UnfollowAsync).RequireScope("write:follows");
        accounts.MapGet("/{id:long}/followers", (HttpContext context, long id, RequestFields fields, Caller caller, AccountStore store, Db db, CancellationToken cancellationToken) =>
            ListAsync("target_id", "account_id", context, id, fields, caller, store, db, cancellationToken)).AllowAnonymousOrScope("read:accounts");
        accounts.MapGet("/{id:long}/following", (HttpContext context, long id, RequestFields fields, Caller caller, AccountStore store, Db db, CancellationToken cancellationToken) =>
            ListAsync("account_id", "target_id", context, id, fields, caller, store, db, cancellationToken)).AllowAnonymousOrScope("read:accounts");
        accounts.MapGet("/relationships", RelationshipsAsync).RequireScope("read:follows");
    }

    private static async Task<Ok<RelationshipEntity>> FollowAsync(long id, RequestFields fields, Caller caller, AccountStore accounts, FollowStore follows, MergedAuthors merged, CancellationToken cancellationToken)
    {
        _ = await accounts.ByIdAsync(caller.Account, id, cancellationToken) ?? throw ApiException.NotFound();
        if (id == caller.Account)
        {
            throw new ApiException(StatusCodes.Status403Forbidden, "This action is not allowed");
        }
        var languages = fields.List("languages") is { Count: > 0 } codes ? codes.Take(MaxRelationships).ToArray() : null;
        await follows.FollowAsync(caller.Account, id, fields.Flag("reblogs"), fields.Flag("notify"), languages, cancellationToken);
        merged.Forget(caller.Account);
        return TypedResults.Ok((await follows.RelationshipsAsync(caller.Account, [id], cancellationToken)).Single());
    }

    private static async Task<Ok<RelationshipEntity>> UnfollowAsync(long id, Caller caller, AccountStore accounts, FollowStore follows, CancellationToken cancellationToken)
    {
        _ = await accounts.ByIdAsync(caller.Account, id, cancellationToken) ?? throw ApiException.NotFound();
        await follows.UnfollowAsync(caller.Account, id, cancellationToken);
        return TypedResults.Ok((await follows.RelationshipsAsync(caller.Account, [id], cancellationToken)).Single());
    }

    private static async Task<Ok<IReadOnlyList<RelationshipEntity>>> RelationshipsAsync(RequestFields fields, Caller caller, FollowStore follows, CancellationToken cancellationToken) =>
        TypedResults.Ok(await follows.RelationshipsAsync(caller.Account, fields.Ids("id", MaxRelationships), cancellationToken));

    /// <summary>Accounts on one side of the follows of an account; the cursor is the follow's id, newest first.</summary>
    private static async Task<Ok<IReadOnlyList<AccountEntity>>> ListAsync(
        string owner, string other, HttpContext context, long id, RequestFields fields, Caller caller, AccountStore store, Db db, CancellationToken cancellationToken)
    {
        _ = await store.ByIdAsync(caller.AccountId, id, cancellationToken) ?? throw ApiException.NotFound();
        var page = IdPage.Of(context, fields, defaultLimit: 40, maxLimit: 80);
        var sql = $"SELECT f.id, f.{other} AS account_id FROM follows f WHERE f.{owner} = @id AND f.id < @max AND f.id > @min ORDER BY f.id {page.Order} LIMIT @take";
        var accounts = await db.ReadAsync(caller.AccountId, async connection =>
        {
            var follows = page.Finish(await connection.ListAsync<FollowRow>(sql, new { id, max = page.Max, min = page.Min, take = page.Take }, cancellationToken), follow => follow.Id);
            var rows = await AccountStore.ByIdsAsync(connection, [.. follows.Select(follow => follow.AccountId)], cancellationToken);
            return follows.Where(follow => rows.ContainsKey(follow.AccountId)).Select(follow => rows[follow.AccountId]).ToList();
        }, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<AccountEntity>>([.. accounts.Select(account => account.ToEntity(BaseUrl.Of(context)))]);
    }

    private sealed record FollowRow(long Id, long AccountId);
}
