using Dapper;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Streaming;

namespace Microblog.ApiService.Filters;

/// <summary>Reads and changes the filters of an account.</summary>
public sealed class FilterStore(Db db, StreamAnnouncer streams)
{
    /// <summary>Runs a change that makes something, once per idempotency key, and returns its id.</summary>
    public async Task<long> CreateAsync(Idempotency idempotency, Caller caller, Func<Write, Task<long>> change, CancellationToken cancellationToken)
    {
        var (id, isNew) = await idempotency.WriteAsync(db, async write =>
        {
            await RaiseAsync(write, caller.Account);
            return await change(write);
        }, cancellationToken);
        if (isNew)
        {
            streams.FiltersChanged(caller.Account);
        }
        return id;
    }

    /// <summary>Runs a change; false when there was nothing to change.</summary>
    public async Task<bool> ChangeAsync(long account, Func<Write, Task<bool>> change, CancellationToken cancellationToken)
    {
        var changed = await db.WriteAsync(account, async write =>
        {
            await RaiseAsync(write, account);
            return await change(write);
        }, cancellationToken);
        if (changed)
        {
            streams.FiltersChanged(account);
        }
        return changed;
    }

    /// <summary>The account's filters, or the one with this id, oldest first, expired ones too.</summary>
    public Task<IReadOnlyList<FilterEntity>> ReadAsync(long account, long? id, CancellationToken cancellationToken) => db.ReadAsync(account, async connection =>
    {
        const string Sql =
            """
            SELECT f.id, f.title, f.context, f.action, f.expires_at FROM filters f WHERE f.account_id = @account AND (@id::bigint IS NULL OR f.id = @id) ORDER BY f.id LIMIT 200;
            SELECT k.filter_id, k.id, k.keyword, k.whole_word FROM filter_keywords k WHERE k.account_id = @account AND (@id::bigint IS NULL OR k.filter_id = @id) ORDER BY k.id LIMIT 40000;
            SELECT x.filter_id, x.id, x.status_id FROM filter_statuses x WHERE x.account_id = @account AND (@id::bigint IS NULL OR x.filter_id = @id) ORDER BY x.id LIMIT 40000;
            """;
        await using var results = await connection.QueryMultipleAsync(new CommandDefinition(Sql, new { account, id }, cancellationToken: cancellationToken));
        var filters = (await results.ReadAsync<FilterRow>()).AsList();
        var keywords = (await results.ReadAsync<FilterKeywordRow>()).ToLookup(keyword => keyword.FilterId);
        var statuses = (await results.ReadAsync<FilterStatusRow>()).ToLookup(status => status.FilterId);
        return (IReadOnlyList<FilterEntity>)[.. filters.Select(filter => filter.ToEntity([.. keywords[filter.Id].Select(row => row.ToEntity())], [.. statuses[filter.Id].Select(row => row.ToEntity())]))];
    }, cancellationToken);

    /// <summary>The filter with this id; 404 when the account has none such.</summary>
    public async Task<FilterEntity> SingleAsync(long account, long id, CancellationToken cancellationToken) =>
        (await ReadAsync(account, id, cancellationToken)).SingleOrDefault() ?? throw ApiException.NotFound();

    /// <summary>404 unless the account has the filter.</summary>
    public static async Task ExpectAsync(Write write, long account, long id)
    {
        if (!await write.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM filters WHERE account_id = @account AND id = @id)", new { account, id }))
        {
            throw ApiException.NotFound();
        }
    }

    /// <summary>422 unless the account has fewer filters than allowed. The account's version is locked, so nobody adds one meanwhile.</summary>
    public static Task HasRoomForFilterAsync(Write write, long account) =>
        HasRoomAsync(write, "filters WHERE account_id = @account", account, 0, $"You cannot have more than {StatusFilters.MaxFilters} filters", StatusFilters.MaxFilters);

    /// <summary>422 unless the filter has fewer keywords than allowed.</summary>
    public static Task HasRoomForKeywordAsync(Write write, long account, long filter) =>
        HasRoomAsync(write, "filter_keywords WHERE account_id = @account AND filter_id = @filter", account, filter, $"A filter cannot have more than {StatusFilters.MaxKeywords} keywords", StatusFilters.MaxKeywords);

    /// <summary>422 unless the filter has fewer statuses than allowed.</summary>
    public static Task HasRoomForStatusAsync(Write write, long account, long filter) =>
        HasRoomAsync(write, "filter_statuses WHERE account_id = @account AND filter_id = @filter", account, filter, $"A filter cannot have more than {StatusFilters.MaxKeywords} statuses", StatusFilters.MaxKeywords);

    private static async Task HasRoomAsync(Write write, string rows, long account, long filter, string error, int max)
    {
        if (!await write.ScalarAsync<bool>($"SELECT count(*) < @max FROM (SELECT FROM {rows} LIMIT @max) x", new { account, filter, max }))
        {
            throw ApiException.Unprocessable($"Validation failed: {error}");
        }
    }

    /// <summary>Makes what processes have compiled of the account's filters outdated. First in each change: it also makes changes of one account wait for each other.</summary>
    private static Task<int> RaiseAsync(Write write, long account) => write.ExecuteAsync(
        "INSERT INTO filter_versions (account_id) VALUES (@account) ON CONFLICT (account_id) DO UPDATE SET version = next_id()", new { account });
}

/// <summary>A filter as read from the database.</summary>
public sealed record FilterRow(long Id, string Title, string[] Context, string Action, DateTime? ExpiresAt)
{
    /// <summary>The filter as the API shows it.</summary>
    public FilterEntity ToEntity(IReadOnlyList<FilterKeywordEntity> keywords, IReadOnlyList<FilterStatusEntity> statuses) => new(Id.ToApi(), Title, Context, ExpiresAt, Action, keywords, statuses);
}

/// <summary>A keyword of a filter as read from the database.</summary>
public sealed record FilterKeywordRow(long FilterId, long Id, string Keyword, bool WholeWord)
{
    /// <summary>The keyword as the API shows it.</summary>
    public FilterKeywordEntity ToEntity() => new(Id.ToApi(), Keyword, WholeWord);
}

/// <summary>A status that a filter names, as read from the database.</summary>
public sealed record FilterStatusRow(long FilterId, long Id, long StatusId)
{
    /// <summary>The row as the API shows it.</summary>
    public FilterStatusEntity ToEntity() => new(Id.ToApi(), StatusId.ToApi());
}
