using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Filters;

/// <summary>Filters with their keywords (https://docs.joinmastodon.org/methods/filters/).</summary>
public static class FilterEndpoints
{
    /// <summary>Maps <c>/api/v2/filters</c>, and <c>/api/v1/filters</c> for older clients.</summary>
    public static void MapFilters(this IEndpointRouteBuilder routes)
    {
        var filters = routes.MapGroup("/api/v2/filters");
        filters.MapGet("", async (Caller caller, FilterStore store, CancellationToken cancellationToken) =>
            TypedResults.Ok(await store.ReadAsync(caller.Account, null, cancellationToken))).RequireScope("read:filters")
            .Describe("Filters", "The caller's, with their keywords and statuses.", it => it.Returns("All of them."));
        filters.MapGet("/{id:long}", async (long id, Caller caller, FilterStore store, CancellationToken cancellationToken) =>
            TypedResults.Ok(await store.SingleAsync(caller.Account, id, cancellationToken))).RequireScope("read:filters")
            .Describe("One filter", "With its keywords and statuses.", it => it.Returns("The filter."));
        filters.MapPost("", CreateAsync).RequireScope("write:filters").Describe("Make a filter", $"An account may have {StatusFilters.MaxFilters}. It takes effect at once: entities say in `filtered` what they meet.", it => Fields(it, isNew: true).Returns("The filter."));
        filters.MapPut("/{id:long}", UpdateAsync).RequireScope("write:filters").Describe("Change a filter", "What is not sent stays.", it => Fields(it, isNew: false).Returns("The filter."));
        filters.MapDelete("/{id:long}", DeleteAsync).RequireScope("write:filters").Describe("Delete a filter", "With its keywords and statuses.", it => it.Returns("Nothing to say."));
        filters.MapFilterKeywords();
        filters.MapFilterStatuses();
        routes.MapGroup("/api/v1/filters").MapFiltersV1();
    }

    private static OperationDescription Fields(OperationDescription it, bool isNew) => it
        .Body("title", "Name of the filter.", required: isNew, max: FilterDraft.MaxTitle, example: "Spoilers")
        .Body("context", "Where it applies.", ParameterKind.Texts, required: isNew, min: 1, max: FilterDraft.Contexts.Length, oneOf: FilterDraft.Contexts)
        .Body("filter_action", "What clients do: show a warning instead, show nothing, or blur the media.", byDefault: isNew ? "warn" : null, oneOf: ["warn", "hide", "blur"])
        .Body("expires_in", "Seconds until it ends; empty for never.", ParameterKind.Number, min: 0, example: 86400)
        .Body("keywords_attributes", "Keywords: a list of objects with `keyword` and `whole_word`; with `id` to change one, and with `_destroy` to remove it.", ParameterKind.Objects, max: StatusFilters.MaxKeywords, example: new Dictionary<string, object> { ["keyword"] = "spoiler", ["whole_word"] = true });

    /// <summary>SQL that makes a filter and returns its id.</summary>
    public const string Insert = "INSERT INTO filters (account_id, title, context, action, expires_at) VALUES (@account, @title, @context, @action, @expiresAt) RETURNING id";

    private static async Task<Ok<FilterEntity>> CreateAsync(RequestFields fields, Caller caller, Idempotency idempotency, FilterStore store, CancellationToken cancellationToken)
    {
        var draft = FilterDraft.Of(fields, isNew: true);
        var id = await store.CreateAsync(idempotency, caller, async write =>
        {
            await FilterStore.HasRoomForFilterAsync(write, caller.Account);
            var made = await write.ScalarAsync<long>(Insert, new { account = caller.Account, title = draft.Title, context = draft.Context, action = draft.Action ?? "warn", expiresAt = draft.ExpiresAt });
            await SaveAsync(write, caller.Account, made, draft.Keywords);
            return made;
        }, cancellationToken);
        return TypedResults.Ok(await store.SingleAsync(caller.Account, id, cancellationToken));
    }

    private static async Task<Ok<FilterEntity>> UpdateAsync(long id, RequestFields fields, Caller caller, FilterStore store, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            UPDATE filters SET title = coalesce(@title, title), context = coalesce(@context, context), action = coalesce(@action, action),
                expires_at = CASE WHEN @hasExpiry THEN @expiresAt ELSE expires_at END
            WHERE account_id = @account AND id = @id
            """;
        var draft = FilterDraft.Of(fields, isNew: false);
        await store.ChangeAsync(caller.Account, async write =>
        {
            var arguments = new { account = caller.Account, id, title = draft.Title, context = draft.Context, action = draft.Action, hasExpiry = draft.HasExpiry, expiresAt = draft.ExpiresAt };
            if (await write.ExecuteAsync(Sql, arguments) == 0)
            {
                throw ApiException.NotFound();
            }
            await SaveAsync(write, caller.Account, id, draft.Keywords);
            return true;
        }, cancellationToken);
        return TypedResults.Ok(await store.SingleAsync(caller.Account, id, cancellationToken));
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, Caller caller, FilterStore store, CancellationToken cancellationToken)
    {
        var deleted = await store.ChangeAsync(caller.Account, async write =>
            await write.ExecuteAsync("DELETE FROM filters WHERE account_id = @account AND id = @id", new { account = caller.Account, id }) == 1, cancellationToken);
        return deleted ? TypedResults.Ok(new EmptyBody()) : throw ApiException.NotFound();
    }

    /// <summary>Removes, changes and adds keywords of one filter; a keyword of another filter is none.</summary>
    private static async Task SaveAsync(Write write, long account, long filter, IReadOnlyList<KeywordDraft> keywords)
    {
        foreach (var keyword in keywords.Where(keyword => keyword.IsRemoved))
        {
            await write.ExecuteAsync("DELETE FROM filter_keywords WHERE account_id = @account AND filter_id = @filter AND id = @id", new { account, filter, id = keyword.Id });
        }
        foreach (var keyword in keywords.Where(keyword => !keyword.IsRemoved))
        {
            if (keyword.Id is { } id)
            {
                if (await write.ExecuteAsync($"{FilterKeywordEndpoints.Update} AND filter_id = @filter", new { account, filter, id, keyword = keyword.Keyword, wholeWord = keyword.WholeWord }) == 0)
                {
                    throw ApiException.NotFound();
                }
            }
            else
            {
                await FilterKeywordEndpoints.AddAsync(write, account, filter, keyword);
            }
        }
    }
}
