using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Accounts;

/// <summary>Sign up, look up, and an account's statuses (https://docs.joinmastodon.org/methods/accounts/).</summary>
public static class AccountEndpoints
{
    /// <summary>Maps <c>/api/v1/accounts</c>, follows apart.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/accounts");
        accounts.MapPost("", async (HttpContext context, RequestFields fields, Caller caller, SignUp signUp, CancellationToken cancellationToken) =>
            TypedResults.Ok(await signUp.CreateAsync(fields, caller, BaseUrl.Of(context), cancellationToken))).RequireApplicationScope("write:accounts");
        accounts.MapGet("/verify_credentials", VerifyCredentialsAsync).RequireScope("read:me");
        accounts.MapGet("/lookup", LookUpAsync).AllowAnonymousOrScope("read:accounts");
        accounts.MapGet("/{id:long}", ShowAsync).AllowAnonymousOrScope("read:accounts");
        accounts.MapGet("/{id:long}/statuses", StatusesAsync).AllowAnonymousOrScope("read:statuses");
    }

    private static async Task<Ok<CredentialAccountEntity>> VerifyCredentialsAsync(HttpContext context, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var account = await accounts.ByIdAsync(caller.Account, caller.Account, cancellationToken) ?? throw ApiException.NotFound();
        return TypedResults.Ok(account.ToCredentialEntity(BaseUrl.Of(context)));
    }

    private static async Task<Ok<AccountEntity>> LookUpAsync(HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var handle = (fields.Text("acct") ?? "").TrimStart('@').Split('@', 2);
        var isLocal = handle.Length == 1 || string.Equals(handle[1], new Uri(BaseUrl.Of(context)).Authority, StringComparison.OrdinalIgnoreCase);
        var account = isLocal ? await accounts.ByUsernameAsync(caller.AccountId, handle[0], cancellationToken) : null;
        return TypedResults.Ok((account ?? throw ApiException.NotFound()).ToEntity(BaseUrl.Of(context)));
    }

    private static async Task<Ok<AccountEntity>> ShowAsync(HttpContext context, long id, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var account = await accounts.ByIdAsync(caller.AccountId, id, cancellationToken) ?? throw ApiException.NotFound();
        return TypedResults.Ok(account.ToEntity(BaseUrl.Of(context)));
    }

    private static async Task<Ok<IReadOnlyList<StatusEntity>>> StatusesAsync(
        HttpContext context, long id, RequestFields fields, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        _ = await accounts.ByIdAsync(caller.AccountId, id, cancellationToken) ?? throw ApiException.NotFound();
        var page = IdPage.Of(context, fields);
        // No status has media yet, and none can be pinned: both filters match nothing.
        var matchesNothing = (fields.Flag("only_media") ?? false) || (fields.Flag("pinned") ?? false);
        var sql =
            $"""
            SELECT s.id FROM statuses s
            WHERE s.account_id = @id AND s.id < @max AND s.id > @min AND NOT @matchesNothing AND {StatusStore.IsVisible}
                AND (NOT @excludeReplies OR s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id)
                AND (@tagged IS NULL OR EXISTS (SELECT FROM status_hashtags h WHERE h.hashtag = @tagged AND h.status_id = s.id))
            ORDER BY s.id {page.Order} LIMIT @take
            """;
        var arguments = new
        {
            id,
            max = page.Max,
            min = page.Min,
            take = page.Take,
            viewer = caller.AccountId,
            matchesNothing,
            excludeReplies = fields.Flag("exclude_replies") ?? false,
            tagged = fields.Text("tagged") is { Length: > 0 } tag ? Statuses.Text.HashtagName.Normalize(tag) : null,
        };
        var statuses = await db.ReadAsync(caller.AccountId, async connection =>
        {
            var ids = page.Finish(await connection.ListAsync<long>(sql, arguments, cancellationToken), status => status);
            return await StatusStore.VisibleAsync(connection, caller.AccountId, ids.ToArray(), cancellationToken);
        }, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<StatusEntity>>([.. statuses.Select(status => status.ToEntity(BaseUrl.Of(context)))]);
    }
}
