using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Accounts;

/// <summary>A page of accounts that stand in some relation to an owner; the cursor is the id of the relation's row, newest first.</summary>
/// <param name="Table">Table of the relation, seen as <c>x</c>.</param>
/// <param name="Owner">Its column with the owner.</param>
/// <param name="Other">Its column with the accounts to list.</param>
/// <param name="Condition">More conditions in SQL, with <c>@viewer</c>; a constant, never a client's text.</param>
public sealed record AccountPage(string Table, string Owner, string Other, string Condition = "true")
{
    private const int DefaultLimit = 40;
    private const int MaxLimit = 80;

    /// <summary>Reads a page and states its neighbours in the answer's <c>Link</c>.</summary>
    public async Task<Ok<IReadOnlyList<AccountEntity>>> ReadAsync(HttpContext context, RequestFields fields, Db db, long? viewer, long owner, CancellationToken cancellationToken) =>
        Entities(context, await RowsAsync(IdPage.Of(context, fields, DefaultLimit, MaxLimit), db, viewer, owner, cancellationToken));

    /// <summary>The accounts of a page.</summary>
    public Task<IReadOnlyList<AccountRow>> RowsAsync(IdPage page, Db db, long? viewer, long owner, CancellationToken cancellationToken)
    {
        // Suspended accounts are left out here, so that no page is short.
        var sql =
            $"""
            SELECT x.id, x.{Other} AS account_id FROM {Table} x JOIN accounts a ON a.id = x.{Other}
            WHERE x.{Owner} = @owner AND x.id < @max AND x.id > @min AND a.suspended_at IS NULL AND {Condition}
            ORDER BY x.id {page.Order} LIMIT @take
            """;
        return db.ReadAsync(viewer, async connection =>
        {
            var rows = await connection.ListAsync<Row>(sql, new { owner, viewer, max = page.Max, min = page.Min, take = page.Take }, cancellationToken);
            return await AccountStore.InOrderAsync(connection, [.. page.Finish(rows, row => row.Id).Select(row => row.AccountId)], cancellationToken);
        }, cancellationToken);
    }

    /// <summary>The accounts as the API answers them.</summary>
    public static Ok<IReadOnlyList<AccountEntity>> Entities(HttpContext context, IEnumerable<AccountRow> accounts) =>
        TypedResults.Ok<IReadOnlyList<AccountEntity>>([.. accounts.Select(account => account.ToEntity(BaseUrl.Of(context)))]);

    private sealed record Row(long Id, long AccountId);
}
