using Microblog.ApiService.Database;
using Npgsql;

namespace Microblog.ApiService.Accounts;

/// <summary>Reads accounts.</summary>
public sealed class AccountStore(Db db)
{
    /// <summary>The account with this id; null when there is none.</summary>
    public Task<AccountRow?> ByIdAsync(long? viewer, long id, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {AccountRow.Columns} FROM accounts a JOIN account_stats t ON t.account_id = a.id WHERE a.id = @id";
        return db.FindAsync(viewer, connection => connection.SingleAsync<AccountRow>(Sql, new { id }, cancellationToken), cancellationToken);
    }

    /// <summary>The account with this username, in any case; null when there is none.</summary>
    public Task<AccountRow?> ByUsernameAsync(long? viewer, string username, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {AccountRow.Columns} FROM accounts a JOIN account_stats t ON t.account_id = a.id WHERE lower(a.username) = lower(@username)";
        return db.FindAsync(viewer, connection => connection.SingleAsync<AccountRow>(Sql, new { username }, cancellationToken), cancellationToken);
    }

    /// <summary>The accounts with these ids, by id; unknown ids are missing.</summary>
    public static async Task<Dictionary<long, AccountRow>> ByIdsAsync(NpgsqlConnection connection, long[] ids, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {AccountRow.Columns} FROM accounts a JOIN account_stats t ON t.account_id = a.id WHERE a.id = ANY(@ids)";
        var rows = await connection.ListAsync<AccountRow>(Sql, new { ids }, cancellationToken);
        return rows.ToDictionary(row => row.Id);
    }
}
