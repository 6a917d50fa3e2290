using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Follows;

/// <summary>Follow, unfollow, and the lists of both sides (https://docs.joinmastodon.org/methods/accounts/#follow).</summary>
public static class FollowEndpoints
{
    private const int MaxRelationships = 80;

    private static readonly AccountPage Followers = new("follows", "target_id", "account_id", IsListed("target_id"));

    private static readonly AccountPage Following = new("follows", "account_id", "target_id", IsListed("account_id"));

    /// <summary>Maps the routes about follows below <c>/api/v1/accounts</c>.</summary>
    public static void MapFollows(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/accounts");
        accounts.MapPost("/{id:long}/follow", FollowAsync).RequireScope("write:follows").Describe("Follow an account", "Its statuses come into the caller's home. Following again changes the options.", it => it
            .Body("reblogs", "Whether its reblogs come too.", ParameterKind.Flag, byDefault: true, example: true)
            .Body("notify", "Whether each of its statuses is notified.", ParameterKind.Flag, byDefault: false, example: false)
            .Body("languages", "Only statuses in these languages.", ParameterKind.Texts, max: MaxRelationships, example: "en")
            .Error(403, "One cannot follow oneself, or the token lacks the scope.")
            .Returns("How the caller stands to the account now."));
        accounts.MapPost("/{id:long}/unfollow", UnfollowAsync).RequireScope("write:follows")
            .Describe("Unfollow an account", "Ends a follow; nothing happens when there is none.", it => it.Returns("How the caller stands to the account now."));
        accounts.MapPost("/{id:long}/remove_from_followers", RemoveFollowerAsync).RequireScope("write:follows")
            .Describe("Remove a follower", "The follower is not told; nothing happens when there is no follow.", it => it.Returns("How the caller stands to the account now."));
        accounts.MapGet("/{id:long}/followers", (HttpContext context, long id, RequestFields fields, Caller caller, AccountStore store, Db db, CancellationToken cancellationToken) =>
            ListAsync(Followers, context, id, fields, caller, store, db, cancellationToken)).AllowAnonymousOrScope("read:accounts")
            .Describe("Followers of an account", "Who follows it, latest first. The cursors are those of `Link`, not account ids.", it => it.Open().Paged(byDefault: 40, max: 80).Returns("A page of accounts."));
        accounts.MapGet("/{id:long}/following", (HttpContext context, long id, RequestFields fields, Caller caller, AccountStore store, Db db, CancellationToken cancellationToken) =>
            ListAsync(Following, context, id, fields, caller, store, db, cancellationToken)).AllowAnonymousOrScope("read:accounts")
            .Describe("Whom an account follows", "Latest first. The cursors are those of `Link`, not account ids.", it => it.Open().Paged(byDefault: 40, max: 80).Returns("A page of accounts."));
        accounts.MapGet("/relationships", RelationshipsAsync).RequireScope("read:follows").Describe("How the caller stands to accounts", "Follows, blocks and mutes in both directions. Unknown ids are left out.", it => it
            .Query("id", "Ids of the accounts.", ParameterKind.Ids, required: true, max: MaxRelationships, example: "115548829612032000")
            .Query("with_suspended", "Also accounts that are suspended.", ParameterKind.Flag, byDefault: false, example: true)
            .Returns("A relationship for each account."));
    }

    private static Task<Ok<RelationshipEntity>> FollowAsync(long id, RequestFields fields, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken)
    {
        var options = FollowOptions.Of(fields);
        return relations.ChangeAsync(caller, id, idempotency, write => FollowWriter.FollowAsync(write, caller.Account, id, options), cancellationToken);
    }

    private static Task<Ok<RelationshipEntity>> UnfollowAsync(long id, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken) =>
        relations.ChangeAsync(caller, id, idempotency, write => FollowWriter.EndAsync(write, caller.Account, id), cancellationToken);

    private static Task<Ok<RelationshipEntity>> RemoveFollowerAsync(long id, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken) =>
        relations.ChangeAsync(caller, id, idempotency, write => FollowWriter.EndAsync(write, id, caller.Account), cancellationToken);

    private static async Task<Ok<IReadOnlyList<RelationshipEntity>>> RelationshipsAsync(RequestFields fields, Caller caller, FollowStore follows, CancellationToken cancellationToken) =>
        TypedResults.Ok(await follows.RelationshipsAsync(caller.Account, fields.Ids("id", MaxRelationships), fields.Flag("with_suspended") ?? false, cancellationToken));

    /// <summary>Accounts on one side of the follows of an account; empty where it hides them, or one of the two blocks the other.</summary>
    private static async Task<Ok<IReadOnlyList<AccountEntity>>> ListAsync(
        AccountPage side, HttpContext context, long id, RequestFields fields, Caller caller, AccountStore store, Db db, CancellationToken cancellationToken)
    {
        const string IsBlocked = "SELECT EXISTS (SELECT FROM blocks WHERE (account_id = @id AND target_id = @viewer) OR (account_id = @viewer AND target_id = @id))";
        var owner = await store.ByIdAsync(caller.AccountId, id, cancellationToken) ?? throw ApiException.NotFound();
        var isHidden = id != caller.AccountId && (owner.HideCollections
            || (caller.AccountId is { } viewer && await db.ReadAsync(viewer, connection => connection.ScalarAsync<bool>(IsBlocked, new { id, viewer }, cancellationToken), cancellationToken)));
        return isHidden ? AccountPage.Entities(context, []) : await side.ReadAsync(context, fields, db, caller.AccountId, id, cancellationToken);
    }

    /// <summary>Others see a list without whom they block or mute and who blocks them; owners see theirs whole.</summary>
    private static string IsListed(string owner) => $"(x.{owner} = @viewer OR NOT ({ViewerRules.IsUnwanted("@viewer", "a.id")} OR {ViewerRules.IsBlockedBy("@viewer", "a.id")}))";
}
