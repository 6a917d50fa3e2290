using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Filters;

/// <summary>Keywords of filters, one by one (https://docs.joinmastodon.org/methods/filters/#keywords-get).</summary>
public static class FilterKeywordEndpoints
{
    /// <summary>SQL that changes a keyword; null leaves a column as it is.</summary>
    internal const string Update =
        "UPDATE filter_keywords SET keyword = coalesce(@keyword, keyword), whole_word = coalesce(@wholeWord, whole_word) WHERE account_id = @account AND id = @id";

    /// <summary>Maps the routes about keywords below <c>/api/v2/filters</c>.</summary>
    public static void MapFilterKeywords(this IEndpointRouteBuilder filters)
    {
        filters.MapGet("/{filterId:long}/keywords", async (long filterId, Caller caller, FilterStore store, CancellationToken cancellationToken) =>
            TypedResults.Ok((await store.SingleAsync(caller.Account, filterId, cancellationToken)).Keywords)).RequireScope("read:filters")
            .Describe("Keywords of a filter", "All of them.", it => it.Returns("The keywords."));
        filters.MapPost("/{filterId:long}/keywords", CreateAsync).RequireScope("write:filters").Describe("Add a keyword", $"A filter may have {StatusFilters.MaxKeywords}.", it => Fields(it, isNew: true).Returns("The keyword."));
        filters.MapGet("/keywords/{id:long}", async (long id, Caller caller, Db db, CancellationToken cancellationToken) =>
            TypedResults.Ok(await LoadAsync(db, caller.Account, id, cancellationToken))).RequireScope("read:filters")
            .Describe("One keyword", "By its own id.", it => it.Returns("The keyword."));
        filters.MapPut("/keywords/{id:long}", UpdateAsync).RequireScope("write:filters").Describe("Change a keyword", "What is not sent stays.", it => Fields(it, isNew: false).Returns("The keyword."));
        filters.MapDelete("/keywords/{id:long}", DeleteAsync).RequireScope("write:filters").Describe("Remove a keyword", "From its filter.", it => it.Returns("Nothing to say."));
    }

    private static OperationDescription Fields(OperationDescription it, bool isNew) => it
        .Body("keyword", "The text to look for, in any case of letters.", required: isNew, max: KeywordDraft.MaxKeyword, example: "spoiler")
        .Body("whole_word", "Whether it has to be a whole word.", ParameterKind.Flag, byDefault: isNew ? true : null, example: true);

    /// <summary>Adds a keyword to a filter of the account and returns its id.</summary>
    internal static async Task<long> AddAsync(Write write, long account, long filter, KeywordDraft draft)
    {
        const string Sql = "INSERT INTO filter_keywords (account_id, filter_id, keyword, whole_word) VALUES (@account, @filter, @keyword, coalesce(@wholeWord, true)) RETURNING id";
        await FilterStore.HasRoomForKeywordAsync(write, account, filter);
        return await write.ScalarAsync<long>(Sql, new { account, filter, keyword = draft.Keyword, wholeWord = draft.WholeWord });
    }

    private static async Task<Ok<FilterKeywordEntity>> CreateAsync(long filterId, RequestFields fields, Caller caller, Idempotency idempotency, FilterStore store, Db db, CancellationToken cancellationToken)
    {
        var draft = KeywordDraft.Of(fields, isNew: true);
        var id = await store.CreateAsync(idempotency, caller, async write =>
        {
            await FilterStore.ExpectAsync(write, caller.Account, filterId);
            return await AddAsync(write, caller.Account, filterId, draft);
        }, cancellationToken);
        return TypedResults.Ok(await LoadAsync(db, caller.Account, id, cancellationToken));
    }

    private static async Task<Ok<FilterKeywordEntity>> UpdateAsync(long id, RequestFields fields, Caller caller, FilterStore store, Db db, CancellationToken cancellationToken)
    {
        var draft = KeywordDraft.Of(fields, isNew: false);
        var changed = await store.ChangeAsync(caller.Account, async write =>
            await write.ExecuteAsync(Update, new { account = caller.Account, id, keyword = draft.Keyword, wholeWord = draft.WholeWord }) == 1, cancellationToken);
        return changed ? TypedResults.Ok(await LoadAsync(db, caller.Account, id, cancellationToken)) : throw ApiException.NotFound();
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, Caller caller, FilterStore store, CancellationToken cancellationToken)
    {
        var deleted = await store.ChangeAsync(caller.Account, async write =>
            await write.ExecuteAsync("DELETE FROM filter_keywords WHERE account_id = @account AND id = @id", new { account = caller.Account, id }) == 1, cancellationToken);
        return deleted ? TypedResults.Ok(new EmptyBody()) : throw ApiException.NotFound();
    }

    private static async Task<FilterKeywordEntity> LoadAsync(Db db, long account, long id, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT filter_id, id, keyword, whole_word FROM filter_keywords WHERE account_id = @account AND id = @id";
        var row = await db.ReadAsync(account, connection => connection.SingleAsync<FilterKeywordRow>(Sql, new { account, id }, cancellationToken), cancellationToken);
        return row?.ToEntity() ?? throw ApiException.NotFound();
    }
}
