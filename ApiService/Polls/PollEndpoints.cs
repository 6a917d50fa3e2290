using System.Globalization;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Statuses;
using Microblog.ApiService.Streaming;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Polls;

/// <summary>Shows polls and takes votes (https://docs.joinmastodon.org/methods/polls/). A poll's id is that of its status.</summary>
public static class PollEndpoints
{
    /// <summary>Maps <c>/api/v1/polls</c>.</summary>
    public static void MapPolls(this IEndpointRouteBuilder routes)
    {
        var polls = routes.MapGroup("/api/v1/polls/{id:long}");
        polls.MapGet("", async (long id, Caller caller, Db db, CancellationToken cancellationToken) => TypedResults.Ok(await LoadAsync(db, caller, id, cancellationToken))).AllowAnonymousOrScope("read:statuses")
            .Describe("Show a poll", "Its id is that of its status.", it => it.Open().Returns("The poll."));
        polls.MapPost("/votes", PostVoteAsync).RequireScope("write:statuses").Describe("Vote", "Once, and while the poll is open; one's own polls are for others.", it => it
            .Body("choices", "Positions of the options, from 0.", ParameterKind.Numbers, required: true, min: 1, max: PollDraft.MaxOptions, example: 0)
            .Error(422, "The poll has ended, is the caller's own or was voted in already, or a choice is none of its options.")
            .Returns("The poll."));
    }

    private static async Task<Ok<PollEntity>> PostVoteAsync(RequestFields fields, long id, Caller caller, Idempotency idempotency, Db db, StreamAnnouncer streams, CancellationToken cancellationToken)
    {
        int[] choices = [.. fields.List("choices").Select(Choice).Distinct().Order().Take(PollDraft.MaxOptions + 1)];
        await idempotency.WriteAsync(db, write => VoteAsync(write, caller.Account, id, choices), cancellationToken);
        streams.Voted(id);
        return TypedResults.Ok(await LoadAsync(db, caller, id, cancellationToken));
    }

    private static async Task<long> VoteAsync(Write write, long viewer, long id, int[] choices)
    {
        // The status first, as everywhere: a poll is taken away by an edit or a deletion that holds the status.
        const string Lock = $"SELECT {PollRow.Columns} FROM polls p WHERE p.status_id = @id FOR UPDATE";
        const string Earlier = "SELECT array_agg(choice) FROM poll_votes WHERE account_id = @viewer AND status_id = @id";
        const string Vote =
            """
            INSERT INTO poll_votes (account_id, status_id, choice) SELECT @viewer, @id, unnest(@choices);
            UPDATE polls SET
                tallies = ARRAY(SELECT t.tally + (CASE WHEN t.position - 1 = ANY(@choices) THEN 1 ELSE 0 END) FROM unnest(tallies) WITH ORDINALITY AS t (tally, position) ORDER BY t.position),
                voters_count = voters_count + @voters
            WHERE status_id = @id;
            """;
        _ = await StatusTarget.FindAsync(write, viewer, id) ?? throw ApiException.NotFound();
        var poll = await write.SingleAsync<PollRow>(Lock, new { id }) ?? throw ApiException.NotFound();
        // Read after the lock, so that of two votes at the same time one sees the other.
        var earlier = await write.ScalarAsync<short[]>(Earlier, new { viewer, id }) ?? [];
        if (PollRules.Refusal(poll, viewer, choices, earlier, DateTime.UtcNow) is { } refusal)
        {
            throw ApiException.Unprocessable($"Validation failed: {refusal}");
        }
        await write.ExecuteAsync(Vote, new { viewer, id, choices = choices.Select(choice => (short)choice).ToArray(), voters = earlier.Length == 0 ? 1 : 0 });
        return 0;
    }

    private static async Task<PollEntity> LoadAsync(Db db, Caller caller, long id, CancellationToken cancellationToken) =>
        await db.FindAsync(caller.AccountId, connection => FindAsync(connection, caller.AccountId, id, cancellationToken), cancellationToken) ?? throw ApiException.NotFound();

    private static async Task<PollEntity?> FindAsync(NpgsqlConnection connection, long? viewer, long id, CancellationToken cancellationToken)
    {
        var sql = $"SELECT {PollRow.Columns} FROM polls p JOIN statuses s ON s.id = p.status_id WHERE p.status_id = @id AND {StatusStore.IsVisible}";
        if (await connection.SingleAsync<PollRow>(sql, new { id, viewer }, cancellationToken) is not { } poll)
        {
            return null;
        }
        var votes = viewer is null
            ? null
            : await connection.ListAsync<short>("SELECT choice FROM poll_votes WHERE account_id = @viewer AND status_id = @id ORDER BY choice", new { id, viewer }, cancellationToken);
        return poll.ToEntity(viewer, votes?.ToArray());
    }

    /// <summary>The position chosen; -1, which no poll has, for what is no number.</summary>
    private static int Choice(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var choice) ? choice : -1;
}
