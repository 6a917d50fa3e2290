using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Npgsql;

namespace Microblog.ApiService.Collections;

/// <summary>Reads collections as somebody sees them.</summary>
public static class CollectionStore
{
    /// <summary>SQL: the owner of <c>c</c> is there, and neither side has blocked the other.</summary>
    public const string IsVisible =
        """
        EXISTS (SELECT FROM accounts o WHERE o.id = c.account_id AND o.suspended_at IS NULL)
            AND NOT EXISTS (SELECT FROM blocks b WHERE (b.account_id = c.account_id AND b.target_id = @viewer) OR (b.account_id = @viewer AND b.target_id = c.account_id))
        """;

    /// <summary>The accounts in collections: those that are there, and have no block with the owner or the viewer.</summary>
    private const string Items =
        """
        SELECT i.collection_id, i.id, i.target_id, i.created_at
        FROM collection_items i JOIN collections c ON c.account_id = i.account_id AND c.id = i.collection_id JOIN accounts a ON a.id = i.target_id
        WHERE c.id = ANY(@ids) AND NOT i.revoked AND a.suspended_at IS NULL AND NOT EXISTS (
            SELECT FROM blocks b WHERE (b.account_id = i.target_id AND b.target_id IN (@viewer, i.account_id)) OR (b.target_id = i.target_id AND b.account_id IN (@viewer, i.account_id)))
        ORDER BY i.id
        """;

    /// <summary>The collection with this id; 404 when the viewer cannot see it.</summary>
    public static async Task<(CollectionRow Row, IReadOnlyList<CollectionItemRow> Items)> FindAsync(Db db, long? viewer, long id, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {CollectionRow.Columns} FROM collections c WHERE c.id = @id AND {IsVisible}";
        var row = await db.FindAsync(viewer, connection => connection.SingleAsync<CollectionRow>(Sql, new { id, viewer }, cancellationToken), cancellationToken) ?? throw ApiException.NotFound();
        var items = await db.ReadAsync(viewer, connection => connection.ListAsync<CollectionItemRow>(Items, new { ids = new[] { id }, viewer }, cancellationToken), cancellationToken);
        return (row, items);
    }

    /// <summary>Rows with the accounts in them, as entities.</summary>
    public static async Task<IReadOnlyList<CollectionEntity>> WithItemsAsync(NpgsqlConnection connection, long? viewer, string baseUrl, IReadOnlyList<CollectionRow> rows, CancellationToken cancellationToken)
    {
        var items = rows.Count == 0 ? [] : await connection.ListAsync<CollectionItemRow>(Items, new { ids = rows.Select(row => row.Id).ToArray(), viewer }, cancellationToken);
        var byCollection = items.ToLookup(item => item.CollectionId);
        return [.. rows.Select(row => row.ToEntity(baseUrl, [.. byCollection[row.Id]]))];
    }

    /// <summary>Ends the request unless the collection is the caller's to change: 404 when there is none to see, 403 when it is another's.</summary>
    public static async Task ThrowIfNotOwnAsync(Db db, long caller, long id, CancellationToken cancellationToken)
    {
        if ((await FindAsync(db, caller, id, cancellationToken)).Row.AccountId != caller)
        {
            throw new ApiException(StatusCodes.Status403Forbidden, "This action is not allowed");
        }
    }
}
