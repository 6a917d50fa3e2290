using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Timelines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Follows;

/// <summary>What the caller does to another account, always answered with how the two stand to each other then.</summary>
public sealed class Relations(Db db, AccountStore accounts, FollowStore follows, MergedAuthors merged)
{
    /// <summary>403 for what nobody may do to themselves, and for following across a block.</summary>
    public static ApiException NotAllowed() => new(StatusCodes.Status403Forbidden, "This action is not allowed");

    /// <summary>Applies a change to the pair of the caller and another account.</summary>
    /// <exception cref="ApiException">404 when there is no such account, 403 when it is the caller.</exception>
    public async Task<Ok<RelationshipEntity>> ChangeAsync(Caller caller, long other, Idempotency idempotency, Func<Write, Task> change, CancellationToken cancellationToken)
    {
        _ = await accounts.ByIdAsync(caller.Account, other, cancellationToken) ?? throw ApiException.NotFound();
        if (other == caller.Account)
        {
            throw NotAllowed();
        }
        await idempotency.WriteAsync(db, async write =>
        {
            await change(write);
            return 0;
        }, cancellationToken);
        merged.Forget(caller.Account);
        merged.Forget(other);
        var relationships = await follows.RelationshipsAsync(caller.Account, [other], cancellationToken: cancellationToken);
        return TypedResults.Ok(relationships.SingleOrDefault() ?? throw ApiException.NotFound());
    }
}
