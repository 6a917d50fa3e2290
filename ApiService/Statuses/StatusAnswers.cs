using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Statuses;

/// <summary>A row of a list, which pages by the row and shows what it is about.</summary>
/// <param name="Cursor">Id of the row, such as a favourite.</param>
/// <param name="Id">Id of the status or account.</param>
public sealed record ListedRow(long Cursor, long Id);

/// <summary>What status routes answer with.</summary>
public static class StatusAnswers
{
    /// <summary>A status as the caller sees it.</summary>
    /// <exception cref="ApiException">404 when it is not there for the caller.</exception>
    public static async Task<LoadedStatus> LoadAsync(Db db, Caller caller, long id, CancellationToken cancellationToken) =>
        await db.FindAsync(caller.AccountId, async connection =>
            (await StatusStore.VisibleAsync(connection, caller.AccountId, [id], cancellationToken)).SingleOrDefault(), cancellationToken)
        ?? throw ApiException.NotFound();

    /// <summary>The status that something was done to.</summary>
    public static async Task<Ok<StatusEntity>> OfAsync(HttpContext context, Db db, Caller caller, long id, CancellationToken cancellationToken) =>
        TypedResults.Ok((await LoadAsync(db, caller, id, cancellationToken)).ToEntity(context));

    /// <summary>
    /// The status that something was taken back from. That is possible even after its author has blocked the caller, and then it
    /// is answered once more as the caller knew it.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="db">The database.</param>
    /// <param name="caller">Who takes back.</param>
    /// <param name="id">The status.</param>
    /// <param name="wasTaken">Whether there was something to take back; if not, it has to be visible like any other.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Ok<StatusEntity>> OfTakenBackAsync(HttpContext context, Db db, Caller caller, long id, bool wasTaken, CancellationToken cancellationToken)
    {
        if (!wasTaken)
        {
            return await OfAsync(context, db, caller, id, cancellationToken);
        }
        var status = await db.FindAsync(caller.AccountId, async connection =>
            (await StatusStore.AnyAsync(connection, caller.AccountId, [id], cancellationToken)).SingleOrDefault(), cancellationToken);
        return TypedResults.Ok((status ?? throw ApiException.NotFound()).ToEntity(context));
    }

    /// <summary>Statuses in their order.</summary>
    public static Ok<IReadOnlyList<StatusEntity>> Of(HttpContext context, IEnumerable<LoadedStatus> statuses) =>
        TypedResults.Ok<IReadOnlyList<StatusEntity>>([.. statuses.Select(status => status.ToEntity(context))]);

    /// <summary>A page of statuses that is paged by other rows.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="viewer">Who looks at it.</param>
    /// <param name="page">The page.</param>
    /// <param name="sql">Query for <see cref="ListedRow"/>s with <c>@max</c>, <c>@min</c>, <c>@take</c> and <c>@viewer</c>.</param>
    /// <param name="id">The query's <c>@id</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IReadOnlyList<LoadedStatus>> PageAsync(NpgsqlConnection connection, long? viewer, IdPage page, string sql, long? id, CancellationToken cancellationToken)
    {
        var rows = await connection.ListAsync<ListedRow>(sql, new { viewer, id, max = page.Max, min = page.Min, take = page.Take }, cancellationToken);
        return await StatusStore.InOrderAsync(connection, viewer, [.. page.Finish(rows, row => row.Cursor).Select(row => row.Id)], cancellationToken);
    }

    /// <summary>A page of the statuses that the caller has marked, the latest marked first; by the table of the marks, which is ours to name.</summary>
    public static async Task<Ok<IReadOnlyList<StatusEntity>>> MarkedAsync(HttpContext context, RequestFields fields, Db db, Caller caller, string table, CancellationToken cancellationToken)
    {
        var (viewer, page) = (caller.Account, IdPage.Of(context, fields));
        var sql =
            $"""
            SELECT m.id AS cursor, m.status_id AS id FROM {table} m JOIN statuses s ON s.id = m.status_id
            WHERE m.account_id = @viewer AND m.id < @max AND m.id > @min AND {StatusStore.IsVisible}
            ORDER BY m.id {page.Order} LIMIT @take
            """;
        return Of(context, await db.ReadAsync(viewer, connection => PageAsync(connection, viewer, page, sql, id: null, cancellationToken), cancellationToken));
    }

    /// <summary>A page of the accounts that did something with a status, newest first; those whom the viewer blocks or who block the viewer are left out.</summary>
    /// <param name="context">The request.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="db">The database.</param>
    /// <param name="caller">Who looks at it.</param>
    /// <param name="id">The status.</param>
    /// <param name="sql">Query for <see cref="ListedRow"/>s <c>x</c> with <c>@original</c> for the status.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Ok<IReadOnlyList<AccountEntity>>> AccountsAsync(HttpContext context, RequestFields fields, Db db, Caller caller, long id, string sql, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields, defaultLimit: 40, maxLimit: 80);
        var status = await LoadAsync(db, caller, id, cancellationToken);
        var whole =
            $"""
            SELECT x.cursor, x.id FROM ({sql}) x JOIN accounts a ON a.id = x.id
            WHERE x.cursor < @max AND x.cursor > @min AND a.suspended_at IS NULL
                AND (@viewer::bigint IS NULL OR NOT EXISTS (
                    SELECT FROM blocks b WHERE (b.account_id = @viewer AND b.target_id = x.id) OR (b.account_id = x.id AND b.target_id = @viewer)))
            ORDER BY x.cursor {page.Order} LIMIT @take
            """;
        var original = status.Reblog?.Status.Id ?? status.Status.Id;
        var accounts = await db.ReadAsync(caller.AccountId, async connection =>
        {
            var rows = page.Finish(await connection.ListAsync<ListedRow>(whole, new { viewer = caller.AccountId, original, max = page.Max, min = page.Min, take = page.Take }, cancellationToken), row => row.Cursor);
            var found = await AccountStore.ByIdsAsync(connection, [.. rows.Select(row => row.Id)], cancellationToken);
            return rows.Where(row => found.ContainsKey(row.Id)).Select(row => found[row.Id]).ToList();
        }, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<AccountEntity>>([.. accounts.Select(account => account.ToEntity(BaseUrl.Of(context)))]);
    }
}
