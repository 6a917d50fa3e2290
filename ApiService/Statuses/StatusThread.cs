using Microblog.ApiService.Database;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Statuses;

/// <summary>What a status answers and what answers it (https://docs.joinmastodon.org/methods/statuses/#context).</summary>
public static class StatusThread
{
    /// <summary>How much of a thread is read. Whoever is logged in is known, and gets more than anybody could ask for.</summary>
    private static readonly (int Ancestors, int Descendants, int Depth) OfAnybody = (40, 60, 20), OfAccounts = (4096, 4096, 4096);

    /// <summary>Both ways at once. Level by level, so that a limit cuts the deepest replies; what the viewer may not or does not want to see is left out, but not what hangs on it.</summary>
    private static readonly string Sql =
        $"""
        WITH RECURSIVE above AS (
            SELECT s.in_reply_to_id AS id, 1 AS depth FROM statuses s WHERE s.id = @id AND s.in_reply_to_id IS NOT NULL
            UNION ALL
            SELECT s.in_reply_to_id, a.depth + 1 FROM above a JOIN statuses s ON s.id = a.id WHERE s.in_reply_to_id IS NOT NULL AND a.depth < @ancestors),
        below AS (
            SELECT s.id, s.in_reply_to_id AS parent, 1 AS depth FROM statuses s WHERE s.in_reply_to_id = @id
            UNION ALL
            SELECT s.id, s.in_reply_to_id, b.depth + 1 FROM below b JOIN statuses s ON s.in_reply_to_id = b.id WHERE b.depth < @depth),
        thread AS (
            SELECT a.id, NULL::bigint AS parent, a.depth FROM above a
            UNION ALL
            (SELECT b.id, b.parent, b.depth FROM below b LIMIT @descendants))
        SELECT t.id, t.parent, t.depth, s.account_id, coalesce(s.in_reply_to_account_id = s.account_id, false) AS is_self_reply, {StatusStore.IsShown} AS is_shown
        FROM thread t JOIN statuses s ON s.id = t.id
        """;

    /// <summary>Maps <c>/api/v1/statuses/:id/context</c>.</summary>
    public static void MapThreads(this IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/statuses/{id:long}/context", ContextAsync).AllowAnonymousOrScope("read:statuses")
        .Describe("Thread of a status", "What it answers and what answers it. Without a token at most 40 above and 60 below, 20 levels deep; with one 4096 each way.", it => it.Open().Returns("Statuses above, from the first on, and below, each after what it answers."));

    private static async Task<Ok<ContextEntity>> ContextAsync(HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        _ = await StatusAnswers.LoadAsync(db, caller, id, cancellationToken);
        var (viewer, limits) = (caller.AccountId, caller.AccountId is null ? OfAnybody : OfAccounts);
        var (above, below) = await db.ReadAsync(viewer, async connection =>
        {
            var rows = await connection.ListAsync<ThreadRow>(Sql, new { id, viewer, limits.Ancestors, limits.Descendants, limits.Depth }, cancellationToken);
            long[] ancestors = [.. rows.Where(row => row.Parent is null && row.IsShown).OrderByDescending(row => row.Depth).Select(row => row.Id)];
            long[] descendants = [.. InOrder(id, rows.Where(row => row.Parent is not null)).Where(row => row.IsShown).Select(row => row.Id)];
            var loaded = await StatusStore.InOrderAsync(connection, viewer, [.. ancestors, .. descendants], cancellationToken);
            var split = loaded.TakeWhile(status => ancestors.Contains(status.Status.Id)).Count();
            return (loaded.Take(split).ToList(), loaded.Skip(split).ToList());
        }, cancellationToken);
        return TypedResults.Ok(new ContextEntity([.. above.Select(status => status.ToEntity(context))], [.. below.Select(status => status.ToEntity(context))]));
    }

    /// <summary>Replies depth first: under each status first what its own author added, then the others, oldest first. Without recursion, threads are deep.</summary>
    public static IEnumerable<ThreadRow> InOrder(long root, IEnumerable<ThreadRow> rows)
    {
        var replies = rows.ToLookup(row => row.Parent);
        var waiting = new Stack<ThreadRow>(Reversed(root));
        while (waiting.TryPop(out var row))
        {
            yield return row;
            foreach (var reply in Reversed(row.Id))
            {
                waiting.Push(reply);
            }
        }

        // The stack hands out first what was put on it last.
        IEnumerable<ThreadRow> Reversed(long parent) => replies[parent].OrderBy(row => row.IsSelfReply).ThenByDescending(row => row.Id);
    }
}

/// <summary>A status of a thread.</summary>
/// <param name="Id">The status.</param>
/// <param name="Parent">What it answers; null for those above the status asked for.</param>
/// <param name="Depth">Distance from the status asked for.</param>
/// <param name="AccountId">Its author.</param>
/// <param name="IsSelfReply">Whether its author answers themselves.</param>
/// <param name="IsShown">Whether the viewer may see it and wants to.</param>
public sealed record ThreadRow(long Id, long? Parent, int Depth, long AccountId, bool IsSelfReply, bool IsShown);

/// <summary>https://docs.joinmastodon.org/entities/Context/</summary>
public sealed record ContextEntity(IReadOnlyList<StatusEntity> Ancestors, IReadOnlyList<StatusEntity> Descendants);
