using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Filters;

/// <summary>Single statuses in filters (https://docs.joinmastodon.org/methods/filters/#statuses-get).</summary>
public static class FilterStatusEndpoints
{
    /// <summary>Maps the routes about statuses below <c>/api/v2/filters</c>.</summary>
    public static void MapFilterStatuses(this IEndpointRouteBuilder filters)
    {
        filters.MapGet("/{filterId:long}/statuses", async (long filterId, Caller caller, FilterStore store, CancellationToken cancellationToken) =>
            TypedResults.Ok((await store.SingleAsync(caller.Account, filterId, cancellationToken)).Statuses)).RequireScope("read:filters")
            .Describe("Statuses of a filter", "Single ones that it hides.", it => it.Returns("The entries."));
        filters.MapPost("/{filterId:long}/statuses", CreateAsync).RequireScope("write:filters").Describe("Filter a status", "Adds a single one to a filter.", it => it
            .Body("status_id", "The status.", ParameterKind.Id, required: true, example: "115548829612032000")
            .Error(422, "It is in the filter already, or the filter is full.")
            .Returns("The entry."));
        filters.MapGet("/statuses/{id:long}", async (long id, Caller caller, Db db, CancellationToken cancellationToken) =>
            TypedResults.Ok(await LoadAsync(db, caller.Account, id, cancellationToken))).RequireScope("read:filters")
            .Describe("One status of a filter", "By the id of the entry.", it => it.Path("id", "Id of the entry.", ParameterKind.Id, "115548829612032000").Returns("The entry."));
        filters.MapDelete("/statuses/{id:long}", DeleteAsync).RequireScope("write:filters").Describe("Stop filtering a status", "Removes the entry.", it => it.Path("id", "Id of the entry.", ParameterKind.Id, "115548829612032000").Returns("Nothing to say."));
    }

    private static async Task<Ok<FilterStatusEntity>> CreateAsync(long filterId, RequestFields fields, Caller caller, Idempotency idempotency, FilterStore store, Db db, CancellationToken cancellationToken)
    {
        const string Insert = "INSERT INTO filter_statuses (account_id, filter_id, status_id) VALUES (@account, @filterId, @status) RETURNING id";
        // Locked, so that it is still there when the row refers to it.
        var find = $"SELECT s.id FROM statuses s WHERE s.id = @status AND {StatusStore.IsVisible} FOR KEY SHARE OF s";
        var status = fields.Id("status_id") ?? throw ApiException.NotFound();
        try
        {
            var id = await store.CreateAsync(idempotency, caller, async write =>
            {
                await FilterStore.ExpectAsync(write, caller.Account, filterId);
                if (await write.ScalarAsync<long>(find, new { status, viewer = caller.Account }) == 0)
                {
                    throw ApiException.NotFound();
                }
                await FilterStore.HasRoomForStatusAsync(write, caller.Account, filterId);
                return await write.ScalarAsync<long>(Insert, new { account = caller.Account, filterId, status });
            }, cancellationToken);
            return TypedResults.Ok(await LoadAsync(db, caller.Account, id, cancellationToken));
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw ValidationException.Of("status", "ERR_TAKEN", "has already been taken");
        }
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, Caller caller, FilterStore store, CancellationToken cancellationToken)
    {
        var deleted = await store.ChangeAsync(caller.Account, async write =>
            await write.ExecuteAsync("DELETE FROM filter_statuses WHERE account_id = @account AND id = @id", new { account = caller.Account, id }) == 1, cancellationToken);
        return deleted ? TypedResults.Ok(new EmptyBody()) : throw ApiException.NotFound();
    }

    private static async Task<FilterStatusEntity> LoadAsync(Db db, long account, long id, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT filter_id, id, status_id FROM filter_statuses WHERE account_id = @account AND id = @id";
        var row = await db.ReadAsync(account, connection => connection.SingleAsync<FilterStatusRow>(Sql, new { account, id }, cancellationToken), cancellationToken);
        return row?.ToEntity() ?? throw ApiException.NotFound();
    }
}
