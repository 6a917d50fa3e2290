using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
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
            TypedResults.Ok(await signUp.CreateAsync(fields, caller, BaseUrl.Of(context), cancellationToken))).RequireApplicationScope("write:accounts")
            .Describe("Sign up", "Makes an account. The token of the application decides what the new account's token may do.", it => it
                .Body("username", "Letters, digits and underscores.", required: true, max: 30, example: "alice")
                .Body("email", "E-mail address, never shown.", required: true, max: 320, example: "alice@example.org")
                .Body("password", "Password.", required: true, min: 8, max: 128, example: "correct-horse")
                .Body("agreement", "That the rules are accepted.", ParameterKind.Flag, required: true, example: true)
                .Body("locale", "Language of the account.", byDefault: "en", example: "en")
                .Returns("A token of the new account."));
        accounts.MapGet("/verify_credentials", ProfileEndpoints.ShowAsync).RequireScope("read:me")
            .Describe("Show one's own account", "The account whose token makes the call, with what only its owner sees.", it => it.Returns("The account."));
        accounts.MapGet("/lookup", LookUpAsync).AllowAnonymousOrScope("read:accounts").Describe("Find an account by its name", "Only the exact name, in any case of letters.", it => it
            .Open()
            .Query("acct", "User name, with or without this server's domain.", required: true, example: "alice")
            .Error(404, "Nobody here has this name.")
            .Returns("The account."));
        accounts.MapGet("/{id:long}", ShowAsync).AllowAnonymousOrScope("read:accounts").Describe("Show an account", "The account as everybody sees it.", it => it.Open().Returns("The account."));
        accounts.MapGet("/{id:long}/statuses", StatusesAsync).AllowAnonymousOrScope("read:statuses").Describe("Statuses of an account", "Those the caller may see, newest first.", it => it
            .Open()
            .Query("only_media", "Only statuses with media.", ParameterKind.Flag, example: false)
            .Query("exclude_replies", "Without replies to others; an author's replies to themselves stay.", ParameterKind.Flag, example: true)
            .Query("pinned", "Only pinned statuses.", ParameterKind.Flag, example: false)
            .Query("tagged", "Only statuses with this hashtag.", example: "microblog")
            .Paged(byDefault: 20, max: 40)
            .Returns("A page of statuses."));
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
        // No status has media yet: the filter matches nothing.
        var matchesNothing = fields.Flag("only_media") ?? false;
        var sql =
            $"""
            SELECT s.id FROM statuses s
            WHERE s.account_id = @id AND s.id < @max AND s.id > @min AND NOT @matchesNothing AND {StatusStore.IsVisible}
                AND (NOT @pinned OR EXISTS (SELECT FROM status_pins p WHERE p.account_id = @id AND p.status_id = s.id))
                AND (NOT @excludeReblogs OR s.reblog_of_id IS NULL)
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
            pinned = fields.Flag("pinned") ?? false,
            excludeReblogs = fields.Flag("exclude_reblogs") ?? false,
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
