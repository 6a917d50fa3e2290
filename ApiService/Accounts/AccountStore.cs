using Microblog.ApiService.Database;
using Npgsql;

namespace Microblog.ApiService.Accounts;

/// <summary>Reads accounts. Suspended and deleted ones are not found, by anybody.</summary>
public sealed class AccountStore(Db db)
{
    private const string Select = $"SELECT {AccountRow.Columns} FROM accounts a JOIN account_stats t ON t.account_id = a.id WHERE a.suspended_at IS NULL AND";

    /// <summary>The account with this id; null when there is none.</summary>
    public Task<AccountRow?> ByIdAsync(long? viewer, long id, CancellationToken cancellationToken) =>
        db.FindAsync(viewer, connection => connection.SingleAsync<AccountRow>($"{Select} a.id = @id", new { id }, cancellationToken), cancellationToken);

    /// <summary>The account with this username, in any case; null when there is none.</summary>
    public Task<AccountRow?> ByUsernameAsync(long? viewer, string username, CancellationToken cancellationToken) =>
        db.FindAsync(viewer, connection => connection.SingleAsync<AccountRow>($"{Select} lower(a.username) = lower(@username)", new { username }, cancellationToken), cancellationToken);

    /// <summary>How many ask to follow the account.</summary>
    public Task<int> FollowRequestsAsync(long account, CancellationToken cancellationToken)
    {
        const string Sql = "SELECT count(*) FROM follow_requests r JOIN accounts a ON a.id = r.account_id WHERE r.target_id = @account AND a.suspended_at IS NULL";
        return db.ReadAsync(account, connection => connection.ScalarAsync<int>(Sql, new { account }, cancellationToken), cancellationToken);
    }

    /// <summary>The accounts with these ids, by id; unknown ids are missing.</summary>
    public static async Task<Dictionary<long, AccountRow>> ByIdsAsync(NpgsqlConnection connection, long[] ids, CancellationToken cancellationToken)
    {
        var rows = await connection.ListAsync<AccountRow>($"{Select} a.id = ANY(@ids)", new { ids }, cancellationToken);
        return rows.ToDictionary(row => row.Id);
    }

    /// <summary>The accounts with these ids in their order, without those that are unknown.</summary>
    public static async Task<IReadOnlyList<AccountRow>> InOrderAsync(NpgsqlConnection connection, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        var rows = ids.Count == 0 ? [] : await ByIdsAsync(connection, [.. ids], cancellationToken);
        return [.. ids.Where(rows.ContainsKey).Select(id => rows[id])];
    }
}
