using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Lists;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Accounts.Export;

/// <summary>Writes what an account owns to a pipe, page by page: at no time is more than one page in memory.</summary>
public sealed class AccountExport(PipeWriter output, Db db, AccountRow account, string baseUrl, CancellationToken cancellationToken) : IAsyncDisposable
{
    /// <summary>Rows read at a time.</summary>
    private const int Page = 200;

    private readonly Utf8JsonWriter _json = new(output);

    /// <summary>Writes the whole document.</summary>
    public async Task WriteAsync()
    {
        _json.WriteStartObject();
        _json.WriteString("exported_at", DateTime.UtcNow);
        _json.WritePropertyName("account");
        JsonSerializer.Serialize(_json, account.ToCredentialEntity(baseUrl), ApiJson.Default.CredentialAccountEntity);
        await StatusesAsync();
        await AccountsAsync("following", "SELECT x.id, a.username, x.show_reblogs, x.notify, x.languages FROM follows x JOIN accounts a ON a.id = x.target_id WHERE x.account_id = @account");
        await AccountsAsync("followers", "SELECT x.id, a.username FROM follows x JOIN accounts a ON a.id = x.account_id WHERE x.target_id = @account");
        await AccountsAsync("blocks", "SELECT x.id, a.username FROM blocks x JOIN accounts a ON a.id = x.target_id WHERE x.account_id = @account");
        await AccountsAsync("mutes", "SELECT x.id, a.username, x.notifications AS hide_notifications, x.expires_at FROM mutes x JOIN accounts a ON a.id = x.target_id WHERE x.account_id = @account");
        await ListsAsync();
        await LinksAsync("bookmarks");
        await LinksAsync("favourites");
        _json.WriteEndObject();
        await FlushAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _json.DisposeAsync();

    /// <summary>Statuses as their author sees them, with their media's addresses and their source.</summary>
    private async Task StatusesAsync()
    {
        _json.WriteStartArray("statuses");
        for (var min = 0L; ;)
        {
            const string Sql = "SELECT id FROM statuses WHERE account_id = @account AND id > @min ORDER BY id LIMIT @Page";
            var (ids, statuses) = await db.ReadAsync(account.Id, async connection =>
            {
                var ids = await connection.ListAsync<long>(Sql, new { account = account.Id, min, Page }, cancellationToken);
                return (ids, await StatusStore.InOrderAsync(connection, account.Id, [.. ids], cancellationToken));
            }, cancellationToken);
            foreach (var status in statuses)
            {
                JsonSerializer.Serialize(_json, new DeletedStatusEntity(status.ToEntity(baseUrl), status.Status.Text), ApiJson.Default.DeletedStatusEntity);
            }
            await FlushAsync();
            if (ids.Count < Page)
            {
                break;
            }
            min = ids[^1];
        }
        _json.WriteEndArray();
    }

    private Task AccountsAsync(string name, string sql) => RowsAsync(name, sql, ApiJson.Default.ExportedAccount, row => row.Id);

    private Task LinksAsync(string table)
    {
        var sql = $"SELECT x.id, @baseUrl || '/@' || a.username || '/' || s.id AS url FROM {table} x JOIN statuses s ON s.id = x.status_id JOIN accounts a ON a.id = s.account_id WHERE x.account_id = @account";
        return RowsAsync(table, sql, ApiJson.Default.ExportedLink, row => row.Id);
    }

    private async Task RowsAsync<T>(string name, string sql, JsonTypeInfo<T> type, Func<T, long> id)
    {
        _json.WriteStartArray(name);
        for (var min = 0L; ;)
        {
            var rows = await db.ReadAsync(account.Id, connection => connection.ListAsync<T>(
                $"{sql} AND x.id > @min ORDER BY x.id LIMIT @Page", new { account = account.Id, baseUrl, min, Page }, cancellationToken), cancellationToken);
            foreach (var row in rows)
            {
                JsonSerializer.Serialize(_json, row, type);
            }
            await FlushAsync();
            if (rows.Count < Page)
            {
                break;
            }
            min = id(rows[^1]);
        }
        _json.WriteEndArray();
    }

    /// <summary>Lists are few and bounded, so they are read whole.</summary>
    private async Task ListsAsync()
    {
        const string Sql =
            """
            SELECT l.title, l.replies_policy, l.exclusive, ARRAY(
                SELECT a.username FROM list_accounts m JOIN accounts a ON a.id = m.target_id WHERE m.account_id = l.account_id AND m.list_id = l.id ORDER BY m.id) AS members
            FROM lists l WHERE l.account_id = @account ORDER BY l.id
            """;
        var lists = await db.ReadAsync(account.Id, connection => connection.ListAsync<ListExport>(Sql, new { account = account.Id }, cancellationToken), cancellationToken);
        _json.WriteStartArray("lists");
        foreach (var list in lists)
        {
            JsonSerializer.Serialize(_json, new ExportedList(list.Title, RepliesPolicies.ToApi(list.RepliesPolicy), list.Exclusive, list.Members), ApiJson.Default.ExportedList);
        }
        _json.WriteEndArray();
    }

    private async Task FlushAsync()
    {
        await _json.FlushAsync(cancellationToken);
        // Waits for a slow client, so that what it has not taken does not pile up here.
        await output.FlushAsync(cancellationToken);
    }

    private sealed record ListExport(string Title, short RepliesPolicy, bool Exclusive, string[] Members);
}
