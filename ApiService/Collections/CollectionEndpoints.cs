using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Collections;

/// <summary>Collections of accounts that somebody recommends (https://docs.joinmastodon.org/methods/collections/).</summary>
public static class CollectionEndpoints
{
    /// <summary>Most collections of an account.</summary>
    public const int MaxCollections = 10;

    /// <summary>Maps <c>/api/v1/collections</c>.</summary>
    public static void MapCollections(this IEndpointRouteBuilder routes)
    {
        var collections = routes.MapGroup("/api/v1/collections");
        collections.MapPost("", CreateAsync).RequireScope("write:collections").Describe("Make a collection", $"Recommends accounts to others. An account has at most {MaxCollections}, each of at most {CollectionItems.MaxItems} accounts.", it => it
            .Fields(isNew: true)
            .Body("account_ids", "Whom to recommend.", ParameterKind.Ids, max: CollectionItems.MaxItems, example: "115548829612032000")
            .Returns("The collection."));
        collections.MapGet("/{id:long}", ShowAsync).AllowAnonymousOrScope("read:collections").Describe("Show a collection", "With its owner and the accounts in it, without those that have a block with the caller.", it => it.Open().Returns("The collection and the accounts."));
        collections.MapPatch("/{id:long}", ChangeAsync).RequireScope("write:collections").Describe("Change a collection", "What is not sent stays as it is.", it => it.Fields(isNew: false).Error(403, "It is somebody else's.").Returns("The collection."));
        collections.MapPut("/{id:long}", ChangeAsync).RequireScope("write:collections").Describe("Change a collection (PUT)", "The same as PATCH.", it => it.Fields(isNew: false).Error(403, "It is somebody else's.").Returns("The collection."));
        collections.MapDelete("/{id:long}", DeleteAsync).RequireScope("write:collections").Describe("Delete a collection", "It is gone at once.", it => it.Error(403, "It is somebody else's.").Returns("Nothing."));
    }

    private static OperationDescription Fields(this OperationDescription it, bool isNew) => it
        .Body("name", "Its name.", required: isNew, max: CollectionDraft.MaxName, example: "Nice accounts")
        .Body("description", "More about it.", max: CollectionDraft.MaxDescription, example: "These accounts are very nice")
        .Body("language", "Language of name and description.", example: "en")
        .Body("tag_name", "A hashtag that it is about.", max: TagStore.MaxName, example: "#accounts")
        .Body("sensitive", "Hidden behind a warning.", ParameterKind.Flag, byDefault: false, example: false)
        .Body("discoverable", "Shown to others in lists.", ParameterKind.Flag, byDefault: false, example: true);

    private static async Task<Ok<WrappedCollectionEntity>> CreateAsync(HttpContext context, RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        const string Count = "SELECT count(*) FROM collections WHERE account_id = @account";
        const string Sql =
            """
            INSERT INTO collections (account_id, name, description, language, hashtag, tag_name, sensitive, discoverable)
            VALUES (@account, @Name, @description, @Language, @Hashtag, @TagName, @sensitive, @discoverable) RETURNING id
            """;
        var draft = CollectionDraft.Read(fields, isNew: true);
        if (fields.List("account_ids").Count > CollectionItems.MaxItems)
        {
            throw ApiException.Unprocessable($"A collection has at most {CollectionItems.MaxItems} accounts");
        }
        var targets = fields.Ids("account_ids", CollectionItems.MaxItems);
        var account = caller.Account;
        var (id, _) = await idempotency.WriteAsync(db, async write =>
        {
            await write.ScalarAsync<long>(TagStore.LockAccount, new { account });
            if (await write.ScalarAsync<long>(Count, new { account }) >= MaxCollections)
            {
                throw ApiException.Unprocessable($"You have reached the maximum number of collections ({MaxCollections})");
            }
            var id = await write.ScalarAsync<long>(Sql, new
            {
                account,
                draft.Name,
                description = draft.Description ?? "",
                draft.Language,
                draft.Hashtag,
                draft.TagName,
                sensitive = draft.Sensitive ?? false,
                discoverable = draft.Discoverable ?? false,
            });
            foreach (var target in targets)
            {
                await CollectionItems.AddAsync(write, account, id, target);
            }
            return id;
        }, cancellationToken);
        return await WrappedAsync(context, account, id, db, cancellationToken);
    }

    private static async Task<Ok<CollectionWithAccountsEntity>> ShowAsync(long id, HttpContext context, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var (row, items) = await CollectionStore.FindAsync(db, caller.AccountId, id, cancellationToken);
        var accounts = await db.ReadAsync(caller.AccountId, connection =>
            AccountStore.InOrderAsync(connection, [row.AccountId, .. items.Select(item => item.TargetId).Where(target => target != row.AccountId)], cancellationToken), cancellationToken);
        var baseUrl = BaseUrl.Of(context);
        return TypedResults.Ok(new CollectionWithAccountsEntity([.. accounts.Select(account => account.ToEntity(baseUrl))], row.ToEntity(baseUrl, items)));
    }

    private static async Task<Ok<WrappedCollectionEntity>> ChangeAsync(long id, HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            UPDATE collections SET name = coalesce(@Name, name), description = coalesce(@Description, description),
                language = CASE WHEN @SetsLanguage THEN @Language ELSE language END,
                hashtag = CASE WHEN @SetsTag THEN @Hashtag ELSE hashtag END, tag_name = CASE WHEN @SetsTag THEN @TagName ELSE tag_name END,
                sensitive = coalesce(@Sensitive, sensitive), discoverable = coalesce(@Discoverable, discoverable), updated_at = now()
            WHERE account_id = @account AND id = @id
            """;
        await CollectionStore.ThrowIfNotOwnAsync(db, caller.Account, id, cancellationToken);
        var draft = CollectionDraft.Read(fields, isNew: false);
        await db.WriteAsync(caller.Account, write => write.ExecuteAsync(Sql, new
        {
            account = caller.Account,
            id,
            draft.Name,
            draft.Description,
            draft.Language,
            draft.Hashtag,
            draft.TagName,
            draft.Sensitive,
            draft.Discoverable,
            draft.SetsLanguage,
            draft.SetsTag,
        }), cancellationToken);
        return await WrappedAsync(context, caller.Account, id, db, cancellationToken);
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        await CollectionStore.ThrowIfNotOwnAsync(db, caller.Account, id, cancellationToken);
        await db.WriteAsync(caller.Account, write => write.ExecuteAsync("DELETE FROM collections WHERE account_id = @account AND id = @id", new { account = caller.Account, id }), cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }

    private static async Task<Ok<WrappedCollectionEntity>> WrappedAsync(HttpContext context, long viewer, long id, Db db, CancellationToken cancellationToken)
    {
        var (row, items) = await CollectionStore.FindAsync(db, viewer, id, cancellationToken);
        return TypedResults.Ok(new WrappedCollectionEntity(row.ToEntity(BaseUrl.Of(context), items)));
    }
}
