using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Lists;

/// <summary>An account's lists and who is in them. Every statement names the owner: other people's lists are not found.</summary>
public static class ListStore
{
    /// <summary>Lists of one account at most.</summary>
    public const int MaxLists = 50;

    /// <summary>Accounts in one list at most: each read of its timeline looks at every one of them.</summary>
    public const int MaxMembers = 500;

    /// <summary>The list; null when the owner has none such.</summary>
    public static Task<ListRow?> FindAsync(Db db, long owner, long id, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {ListRow.Columns} FROM lists l WHERE l.account_id = @owner AND l.id = @id";
        return db.ReadAsync(owner, connection => connection.SingleAsync<ListRow>(Sql, new { owner, id }, cancellationToken), cancellationToken);
    }

    /// <summary>Makes a list and returns its id.</summary>
    public static async Task<long> CreateAsync(Write write, long owner, string title, short repliesPolicy, bool exclusive)
    {
        const string Sql = "INSERT INTO lists (account_id, title, replies_policy, exclusive) VALUES (@owner, @title, @repliesPolicy, @exclusive) RETURNING id";
        await LockOwnerAsync(write, owner);
        if (await write.ScalarAsync<int>("SELECT count(*) FROM lists WHERE account_id = @owner", new { owner }) >= MaxLists)
        {
            throw ApiException.Unprocessable($"Validation failed: You have reached the maximum number of lists ({MaxLists})");
        }
        return await write.ScalarAsync<long>(Sql, new { owner, title, repliesPolicy, exclusive });
    }

    /// <summary>Puts accounts into a list, all or none.</summary>
    /// <exception cref="ApiException">404 when the owner has no such list or does not follow one of them, 422 when one is in it already or the list is full.</exception>
    public static async Task AddAsync(Write write, long owner, long list, long[] accounts)
    {
        const string Lock = "SELECT id FROM lists WHERE account_id = @owner AND id = @list FOR UPDATE";
        const string Followed =
            """
            SELECT count(*) FROM accounts a WHERE a.id = ANY(@accounts) AND a.suspended_at IS NULL
                AND (a.id = @owner OR EXISTS (SELECT FROM follows f WHERE f.account_id = @owner AND f.target_id = a.id))
            """;
        const string Insert =
            """
            INSERT INTO list_accounts (account_id, list_id, target_id) SELECT @owner, @list, a FROM unnest(@accounts) AS a
            ON CONFLICT DO NOTHING
            """;
        // Unfollowing takes somebody out of all lists: it must not happen between the question and the insertion.
        await PairLock.TakeAsync(write, owner, accounts);
        if (await write.ScalarAsync<long?>(Lock, new { owner, list }) is null
            || await write.ScalarAsync<int>(Followed, new { owner, accounts }) < accounts.Length)
        {
            throw ApiException.NotFound();
        }
        if (await write.ExecuteAsync(Insert, new { owner, list, accounts }) < accounts.Length)
        {
            throw ApiException.Unprocessable("Validation failed: Account has already been taken");
        }
        if (await write.ScalarAsync<int>("SELECT count(*) FROM list_accounts WHERE list_id = @list", new { list }) > MaxMembers)
        {
            throw ApiException.Unprocessable($"Validation failed: A list can have {MaxMembers} accounts at most");
        }
    }

    /// <summary>Takes accounts out of a list; those that are not in it are passed over.</summary>
    public static Task<int> RemoveAsync(Write write, long owner, long list, long[] accounts) =>
        write.ExecuteAsync("DELETE FROM list_accounts WHERE account_id = @owner AND list_id = @list AND target_id = ANY(@accounts)", new { owner, list, accounts });

    /// <summary>Members of a list, newest first.</summary>
    public static AccountPage Members { get; } = new("list_accounts", "list_id", "target_id");

    /// <summary>Two lists made at once must not both be the last that is allowed.</summary>
    private static Task<int> LockOwnerAsync(Write write, long owner) => write.ExecuteAsync("SELECT FROM accounts WHERE id = @owner FOR NO KEY UPDATE", new { owner });
}
