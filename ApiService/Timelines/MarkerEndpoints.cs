using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Timelines;

/// <summary>How far somebody has read (https://docs.joinmastodon.org/methods/markers/).</summary>
public static class MarkerEndpoints
{
    /// <summary>Also the order in which they are locked.</summary>
    private static readonly string[] Timelines = ["home", "notifications"];

    /// <summary>Maps <c>/api/v1/markers</c>.</summary>
    public static void MapMarkers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/markers", ShowAsync).RequireScope("read:statuses").Describe("Reading positions", "How far the caller has read, by timeline. A timeline without a position is left out.", it => it
            .Query("timeline", "The timelines.", ParameterKind.Texts, required: true, max: Timelines.Length, oneOf: Timelines)
            .Returns("The positions by timeline."));
        routes.MapPost("/api/v1/markers", SaveAsync).RequireScope("write:statuses").Describe("Save reading positions", "Remembers how far the caller has read, for their other clients.", it => it
            .Body("home[last_read_id]", "The newest status read in the home timeline.", ParameterKind.Id, example: "115548829612032000")
            .Body("notifications[last_read_id]", "The newest notification read.", ParameterKind.Id, example: "115548829612032000")
            .Error(409, "Another client saves at the same moment; try again.")
            .Returns("The positions saved, by timeline."));
    }

    private static Task<Ok<IReadOnlyDictionary<string, MarkerEntity>>> ShowAsync(RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
        ReadAsync([.. Timelines.Intersect(fields.List("timeline"))], caller, db, cancellationToken);

    private static async Task<Ok<IReadOnlyDictionary<string, MarkerEntity>>> ReadAsync(string[] timelines, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT timeline, last_read_id, version, updated_at FROM markers WHERE account_id = @account AND timeline = ANY(@timelines)";
        var rows = await db.ReadAsync(caller.Account, connection => connection.ListAsync<MarkerRow>(Sql, new { account = caller.Account, timelines }, cancellationToken), cancellationToken);
        return Answer(rows);
    }

    private static async Task<Ok<IReadOnlyDictionary<string, MarkerEntity>>> SaveAsync(RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        // NOWAIT: whoever meets another client's save is told so, and decides on what it then reads.
        const string Lock = "SELECT FROM markers WHERE account_id = @account AND timeline = @timeline FOR UPDATE NOWAIT";
        const string Save =
            """
            INSERT INTO markers (account_id, timeline, last_read_id, version, updated_at) VALUES (@account, @timeline, @id, 0, now())
            ON CONFLICT (account_id, timeline) DO UPDATE SET last_read_id = excluded.last_read_id, version = markers.version + 1, updated_at = now()
            """;
        var saved = Timelines.Where(timeline => fields.Has($"{timeline}[last_read_id]"))
            .Select(timeline => (Timeline: timeline, Id: fields.Id($"{timeline}[last_read_id]") ?? throw ValidationException.Of($"{timeline}[last_read_id]", "ERR_INVALID", "is not an id")))
            .ToList();
        if (saved.Count == 0)
        {
            return Answer([]);
        }
        try
        {
            await idempotency.WriteAsync(db, async write =>
            {
                foreach (var (timeline, id) in saved)
                {
                    await write.ExecuteAsync(Lock, new { account = caller.Account, timeline });
                    await write.ExecuteAsync(Save, new { account = caller.Account, timeline, id });
                }
                return 0;
            }, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable)
        {
            throw new ApiException(StatusCodes.Status409Conflict, "Conflict during update, please try again");
        }
        return await ReadAsync([.. saved.Select(marker => marker.Timeline)], caller, db, cancellationToken);
    }

    private static Ok<IReadOnlyDictionary<string, MarkerEntity>> Answer(IEnumerable<MarkerRow> rows) =>
        TypedResults.Ok<IReadOnlyDictionary<string, MarkerEntity>>(rows.ToDictionary(row => row.Timeline, row => new MarkerEntity(row.LastReadId.ToApi(), row.Version, row.UpdatedAt)));

    private sealed record MarkerRow(string Timeline, long LastReadId, int Version, DateTime UpdatedAt);
}

/// <summary>https://docs.joinmastodon.org/entities/Marker/</summary>
/// <param name="LastReadId">The newest item read.</param>
/// <param name="Version">Grows with each save.</param>
/// <param name="UpdatedAt">When it was saved.</param>
public sealed record MarkerEntity(string LastReadId, int Version, DateTime UpdatedAt);
