using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Follows;

/// <summary>Requests to follow the caller (https://docs.joinmastodon.org/methods/follow_requests/). The id in a path is that of the account that asks.</summary>
public static class FollowRequestEndpoints
{
    private static readonly AccountPage Requests = new("follow_requests", "target_id", "account_id");

    /// <summary>Maps <c>/api/v1/follow_requests</c>.</summary>
    public static void MapFollowRequests(this IEndpointRouteBuilder routes)
    {
        var requests = routes.MapGroup("/api/v1/follow_requests");
        requests.MapGet("", (HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
            Requests.ReadAsync(context, fields, db, caller.Account, caller.Account, cancellationToken)).RequireScope("read:follows")
            .Describe("Requests to follow", "Who asks to follow the caller, the latest first. The cursors are those of `Link`, not account ids.", it => it.Paged(byDefault: 40, max: 80).Returns("A page of accounts."));
        requests.MapPost("/{id:long}/authorize", AuthorizeAsync).RequireScope("write:follows").Describe("Accept a follower", "The id is that of the account that asks.", it => it.Error(404, "The account does not ask.").Returns("How the caller stands to the account now."));
        requests.MapPost("/{id:long}/reject", RejectAsync).RequireScope("write:follows").Describe("Reject a follower", "The id is that of the account that asks; it is not told.", it => it.Error(404, "The account does not ask.").Returns("How the caller stands to the account now."));
    }

    private static Task<Ok<RelationshipEntity>> AuthorizeAsync(long id, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken) =>
        relations.ChangeAsync(caller, id, idempotency, async write => ThrowIfNone(await FollowWriter.AcceptAsync(write, caller.Account, id)), cancellationToken);

    private static Task<Ok<RelationshipEntity>> RejectAsync(long id, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken) =>
        relations.ChangeAsync(caller, id, idempotency, async write =>
        {
            const string Sql = "SELECT count(*) FROM follow_requests WHERE account_id = @id AND target_id = @account";
            await PairLock.TakeAsync(write, caller.Account, id);
            ThrowIfNone(await write.ScalarAsync<int>(Sql, new { id, account = caller.Account }));
            await FollowWriter.EndAsync(write, id, caller.Account);
        }, cancellationToken);

    private static void ThrowIfNone(int requests)
    {
        if (requests == 0)
        {
            throw ApiException.NotFound();
        }
    }
}
