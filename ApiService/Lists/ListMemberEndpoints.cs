using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Lists;

/// <summary>Who is in a list (https://docs.joinmastodon.org/methods/lists/#accounts).</summary>
public static class ListMemberEndpoints
{
    private const int DefaultLimit = 40;
    private const int MaxLimit = 80;

    /// <summary>Maps <c>/api/v1/lists/:id/accounts</c>.</summary>
    public static void MapListMembers(this IEndpointRouteBuilder routes)
    {
        var members = routes.MapGroup("/api/v1/lists/{id:long}/accounts");
        members.MapGet("", MembersAsync).RequireScope("read:lists")
            .Describe("Accounts in a list", "The latest added first. The cursors are those of `Link`, not account ids; `limit=0` returns everybody.", it => it.Paged(DefaultLimit, MaxLimit).Returns("A page of accounts."));
        members.MapPost("", AddAsync).RequireScope("write:lists").Describe("Add accounts to a list", "All of them or none. The caller has to follow them.", it => it
            .Body("account_ids", "Ids of the accounts.", ParameterKind.Ids, required: true, max: ListStore.MaxMembers, example: "115548829612032000")
            .Error(404, "There is no such list, or the caller does not follow one of the accounts.")
            .Error(422, "One of the accounts is in the list already, or the list is full.")
            .Returns("Nothing to say."));
        members.MapDelete("", RemoveAsync).RequireScope("write:lists").Describe("Remove accounts from a list", "Who is not in it is passed over.", it => it
            .Query("account_ids", "Ids of the accounts.", ParameterKind.Ids, required: true, max: ListStore.MaxMembers, example: "115548829612032000")
            .Returns("Nothing to say."));
    }

    private static async Task<Ok<IReadOnlyList<AccountEntity>>> MembersAsync(HttpContext context, long id, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        _ = await ListStore.FindAsync(db, caller.Account, id, cancellationToken) ?? throw ApiException.NotFound();
        // A limit of 0 asks for everybody.
        var page = fields.Number("limit") == 0
            ? IdPage.Of(context, fields, ListStore.MaxMembers, ListStore.MaxMembers)
            : IdPage.Of(context, fields, DefaultLimit, MaxLimit);
        return AccountPage.Entities(context, await ListStore.Members.RowsAsync(page, db, caller.Account, id, cancellationToken));
    }

    private static async Task<Ok<EmptyBody>> AddAsync(long id, RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var accounts = Accounts(fields);
        await idempotency.WriteAsync(db, async write =>
        {
            await ListStore.AddAsync(write, caller.Account, id, accounts);
            return id;
        }, cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }

    private static async Task<Ok<EmptyBody>> RemoveAsync(long id, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var accounts = Accounts(fields);
        _ = await ListStore.FindAsync(db, caller.Account, id, cancellationToken) ?? throw ApiException.NotFound();
        await db.WriteAsync(caller.Account, write => ListStore.RemoveAsync(write, caller.Account, id, accounts), cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }

    private static long[] Accounts(RequestFields fields)
    {
        var sent = fields.List("account_ids").Distinct().Count();
        if (sent > ListStore.MaxMembers)
        {
            throw ApiException.Unprocessable($"Validation failed: A list can have {ListStore.MaxMembers} accounts at most");
        }
        var accounts = fields.Ids("account_ids", ListStore.MaxMembers);
        // What is no id names nobody.
        return accounts.Length == sent ? accounts : throw ApiException.NotFound();
    }
}
