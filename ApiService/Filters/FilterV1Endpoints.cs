using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Filters;

/// <summary>https://docs.joinmastodon.org/entities/V1_Filter/: a keyword with what its filter says.</summary>
public sealed record FilterV1Entity(string Id, string Phrase, IReadOnlyList<string> Context, bool WholeWord, DateTime? ExpiresAt, bool Irreversible);

/// <summary>The filters as older clients know them (https://docs.joinmastodon.org/methods/filters/#v1): each keyword is one.</summary>
public static class FilterV1Endpoints
{
    private const string Several =
        "These parameters cannot be changed from this application because they apply to more than one filter keyword. Use a more recent application.";

    /// <summary>Maps <c>/api/v1/filters</c>.</summary>
    public static void MapFiltersV1(this IEndpointRouteBuilder filters)
    {
        filters.MapGet("", async (Caller caller, Db db, CancellationToken cancellationToken) => TypedResults.Ok(await ReadAsync(db, caller.Account, null, cancellationToken))).RequireScope("read:filters")
            .Describe("Filters, version 1", "For older clients: each keyword is one.", it => it.Returns("All of them."));
        filters.MapGet("/{id:long}", async (long id, Caller caller, Db db, CancellationToken cancellationToken) => TypedResults.Ok(await SingleAsync(db, caller.Account, id, cancellationToken))).RequireScope("read:filters")
            .Describe("One filter, version 1", "By the id of its keyword.", it => it.Returns("The filter."));
        filters.MapPost("", CreateAsync).RequireScope("write:filters").Describe("Make a filter, version 1", "A filter with one keyword.", it => Fields(it, isNew: true).Returns("The filter."));
        filters.MapPut("/{id:long}", UpdateAsync).RequireScope("write:filters").Describe("Change a filter, version 1", "What is not sent stays.", it => Fields(it, isNew: false)
            .Error(422, "A field is wrong, or it would change a filter that has more keywords.")
            .Returns("The filter."));
        filters.MapDelete("/{id:long}", DeleteAsync).RequireScope("write:filters").Describe("Delete a filter, version 1", "The keyword; and its filter, when that has nothing left.", it => it.Returns("Nothing to say."));
    }

    private static OperationDescription Fields(OperationDescription it, bool isNew) => it
        .Body("phrase", "The text to look for, in any case of letters.", required: isNew, max: KeywordDraft.MaxKeyword, example: "spoiler")
        .Body("context", "Where it applies.", ParameterKind.Texts, required: isNew, min: 1, max: FilterDraft.Contexts.Length, oneOf: FilterDraft.Contexts)
        .Body("irreversible", "Whether clients show nothing instead of a warning.", ParameterKind.Flag, byDefault: isNew ? false : null, example: false)
        .Body("whole_word", "Whether it has to be a whole word.", ParameterKind.Flag, byDefault: isNew ? true : null, example: true)
        .Body("expires_in", "Seconds until it ends; empty for never.", ParameterKind.Number, min: 0, example: 86400);

    private static async Task<Ok<FilterV1Entity>> CreateAsync(RequestFields fields, Caller caller, Idempotency idempotency, FilterStore store, Db db, CancellationToken cancellationToken)
    {
        var phrase = KeywordDraft.TextOf(fields, "phrase", isNew: true)!;
        var errors = new FieldErrors();
        var context = FilterDraft.ContextOf(fields, isNew: true, errors);
        var (_, expiresAt) = FilterDraft.ExpiryOf(fields, errors);
        errors.ThrowIfAny();
        var id = await store.CreateAsync(idempotency, caller, async write =>
        {
            await FilterStore.HasRoomForFilterAsync(write, caller.Account);
            var filter = await write.ScalarAsync<long>(FilterEndpoints.Insert, new { account = caller.Account, title = phrase, context, action = Action(fields) ?? "warn", expiresAt });
            return await FilterKeywordEndpoints.AddAsync(write, caller.Account, filter, new KeywordDraft(null, phrase, fields.Flag("whole_word"), IsRemoved: false));
        }, cancellationToken);
        return TypedResults.Ok(await SingleAsync(db, caller.Account, id, cancellationToken));
    }

    private static async Task<Ok<FilterV1Entity>> UpdateAsync(long id, RequestFields fields, Caller caller, FilterStore store, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            UPDATE filters f SET context = coalesce(@context, context), action = coalesce(@action, action),
                expires_at = CASE WHEN @hasExpiry THEN @expiresAt ELSE expires_at END,
                -- Named after its only keyword.
                title = CASE WHEN @isSingle AND title = @before THEN coalesce(@phrase, title) ELSE title END
            WHERE account_id = @account AND id = @filter
            """;
        const string Find =
            """
            SELECT k.filter_id, k.keyword, NOT EXISTS (SELECT FROM filter_keywords o WHERE o.account_id = k.account_id AND o.filter_id = k.filter_id AND o.id <> k.id) AS is_single
            FROM filter_keywords k WHERE k.account_id = @account AND k.id = @id
            """;
        var phrase = KeywordDraft.TextOf(fields, "phrase", isNew: false);
        var errors = new FieldErrors();
        var context = FilterDraft.ContextOf(fields, isNew: false, errors);
        var (hasExpiry, expiresAt) = FilterDraft.ExpiryOf(fields, errors);
        errors.ThrowIfAny();
        var before = await SingleAsync(db, caller.Account, id, cancellationToken);
        await store.ChangeAsync(caller.Account, async write =>
        {
            var keyword = await write.SingleAsync<SingleRow>(Find, new { account = caller.Account, id }) ?? throw ApiException.NotFound();
            var action = Action(fields) is { } wanted && wanted == "hide" != before.Irreversible ? wanted : null;
            var changesFilter = (context is not null && !context.SequenceEqual(before.Context)) || action is not null || expiresAt is not null || (hasExpiry && before.ExpiresAt is not null);
            if (!keyword.IsSingle && changesFilter)
            {
                throw ApiException.Unprocessable($"Validation failed: {Several}");
            }
            await write.ExecuteAsync(FilterKeywordEndpoints.Update, new { account = caller.Account, id, keyword = phrase, wholeWord = fields.Flag("whole_word") });
            await write.ExecuteAsync(Sql, new { account = caller.Account, filter = keyword.FilterId, context, action, hasExpiry, expiresAt, isSingle = keyword.IsSingle, before = keyword.Keyword, phrase });
            return true;
        }, cancellationToken);
        return TypedResults.Ok(await SingleAsync(db, caller.Account, id, cancellationToken));
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, Caller caller, FilterStore store, CancellationToken cancellationToken)
    {
        const string Remove = "DELETE FROM filter_keywords WHERE account_id = @account AND id = @id RETURNING filter_id";
        // Older clients cannot see a filter without keywords, and so could not remove it.
        const string RemoveEmpty =
            """
            DELETE FROM filters f WHERE f.account_id = @account AND f.id = @filter
                AND NOT EXISTS (SELECT FROM filter_keywords k WHERE k.account_id = @account AND k.filter_id = f.id)
                AND NOT EXISTS (SELECT FROM filter_statuses x WHERE x.account_id = @account AND x.filter_id = f.id)
            """;
        var deleted = await store.ChangeAsync(caller.Account, async write =>
        {
            var filter = await write.ScalarAsync<long>(Remove, new { account = caller.Account, id });
            return filter > 0 && await write.ExecuteAsync(RemoveEmpty, new { account = caller.Account, filter }) >= 0;
        }, cancellationToken);
        return deleted ? TypedResults.Ok(new EmptyBody()) : throw ApiException.NotFound();
    }

    private static string? Action(RequestFields fields) => fields.Flag("irreversible") switch { true => "hide", false => "warn", null => null };

    private static async Task<FilterV1Entity> SingleAsync(Db db, long account, long id, CancellationToken cancellationToken) =>
        (await ReadAsync(db, account, id, cancellationToken)).SingleOrDefault() ?? throw ApiException.NotFound();

    private static async Task<IReadOnlyList<FilterV1Entity>> ReadAsync(Db db, long account, long? id, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT k.id, k.keyword, f.context, k.whole_word, f.expires_at, f.action = 'hide' AS irreversible
            FROM filter_keywords k JOIN filters f ON f.account_id = k.account_id AND f.id = k.filter_id
            WHERE k.account_id = @account AND (@id::bigint IS NULL OR k.id = @id)
            ORDER BY k.id LIMIT 40000
            """;
        var rows = await db.ReadAsync(account, connection => connection.ListAsync<V1Row>(Sql, new { account, id }, cancellationToken), cancellationToken);
        return [.. rows.Select(row => new FilterV1Entity(row.Id.ToApi(), row.Keyword, row.Context, row.WholeWord, row.ExpiresAt, row.Irreversible))];
    }

    private sealed record SingleRow(long FilterId, string Keyword, bool IsSingle);

    private sealed record V1Row(long Id, string Keyword, string[] Context, bool WholeWord, DateTime? ExpiresAt, bool Irreversible);
}
