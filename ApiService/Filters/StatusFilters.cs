using System.Buffers;
using Dapper;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Statuses;
using Microsoft.Extensions.Caching.Memory;
using Npgsql;

namespace Microblog.ApiService.Filters;

/// <summary>
/// The filters of a viewer, applied to statuses (https://docs.joinmastodon.org/entities/FilterResult/). With the most keywords that
/// are allowed, reading and compiling them takes far longer than applying them; so the result is kept in memory for as long as the
/// account's version of its filters stays the same, which is read with every page.
/// </summary>
public sealed class StatusFilters
{
    /// <summary>Filters of an account at most; bounds what each page costs.</summary>
    public const int MaxFilters = 200;

    /// <summary>Keywords and statuses of one filter at most.</summary>
    public const int MaxKeywords = 200;

    /// <summary>Accounts whose filters are read in one go.</summary>
    private const int AccountsAtOnce = 20;

    /// <summary>Keywords kept in memory at most, over all accounts; about 100 MB.</summary>
    private const int MaxKept = 400_000;

    /// <summary>
    /// SQL of the viewer's filters, with parameters <c>@viewer</c> and <c>@filtersKnown</c> (the version of <see cref="Known"/>); read by
    /// <see cref="ReadAsync"/>. What this process knows already is not sent.
    /// </summary>
    public const string Sql =
        $"""
        SELECT v.version FROM filter_versions v WHERE v.account_id = @viewer;
        SELECT f.id, f.title, f.context, f.action, f.expires_at FROM filters f WHERE f.account_id = @viewer AND {IsNew} ORDER BY f.id LIMIT 200;
        SELECT k.filter_id, k.id, k.keyword, k.whole_word FROM filter_keywords k WHERE k.account_id = @viewer AND {IsNew} ORDER BY k.id LIMIT 40000;
        SELECT x.filter_id, x.id, x.status_id FROM filter_statuses x WHERE x.account_id = @viewer AND {IsNew} ORDER BY x.id LIMIT 40000;
        """;

    private const string IsNew = "EXISTS (SELECT FROM filter_versions v WHERE v.account_id = @viewer AND v.version <> @filtersKnown)";

    private static readonly MemoryCache Kept = new(new MemoryCacheOptions { SizeLimit = MaxKept });

    private readonly List<Compiled> _filters;

    /// <summary>All keywords at once: most statuses contain none, and this finds out in one pass over the text.</summary>
    private readonly SearchValues<string> _any;

    private StatusFilters(long version, List<Compiled> filters)
    {
        (Version, _filters) = (version, filters);
        _any = AnyOf(filters.SelectMany(filter => filter.Keywords));
    }

    /// <summary>No filters.</summary>
    public static StatusFilters None { get; } = new(0, []);

    /// <summary>Which state of the viewer's filters this is; 0 when there are none.</summary>
    public long Version { get; }

    /// <summary>The viewer's filters as this process has compiled them last, perhaps outdated.</summary>
    public static StatusFilters Known(long? viewer) => viewer is { } id && Kept.TryGetValue(id, out StatusFilters? known) ? known! : None;

    /// <summary>Reads the answers to <see cref="Sql"/>, which was asked with the version of <paramref name="known"/>.</summary>
    public static async Task<StatusFilters> ReadAsync(SqlMapper.GridReader results, long viewer, StatusFilters known)
    {
        var version = await results.ReadSingleOrDefaultAsync<long>();
        var filters = (await results.ReadAsync<FilterRow>()).AsList();
        var keywords = (await results.ReadAsync<FilterKeywordRow>()).ToLookup(keyword => keyword.FilterId);
        var statuses = (await results.ReadAsync<FilterStatusRow>()).ToLookup(status => status.FilterId);
        if (version == known.Version)
        {
            return known;
        }
        return Compile(viewer, version, filters, keywords, statuses);
    }

    /// <summary>The filters of those of the accounts that have some, for who has to do with many readers at once. What is not known to this process is read, some accounts at a time.</summary>
    public static async Task<IReadOnlyDictionary<long, StatusFilters>> OfAsync(NpgsqlConnection connection, long[] viewers, CancellationToken cancellationToken)
    {
        const string Versions = "SELECT v.account_id, v.version FROM filter_versions v WHERE v.account_id = ANY(@viewers)";
        // One version and what belongs to it: a change in between is seen with the next status.
        const string Sql =
            """
            SELECT f.account_id, f.id, f.title, f.context, f.action, f.expires_at FROM filters f WHERE f.account_id = ANY(@unknown) ORDER BY f.id;
            SELECT k.filter_id, k.id, k.keyword, k.whole_word FROM filter_keywords k WHERE k.account_id = ANY(@unknown) ORDER BY k.id;
            SELECT x.filter_id, x.id, x.status_id FROM filter_statuses x WHERE x.account_id = ANY(@unknown) ORDER BY x.id;
            """;
        var versions = (await connection.ListAsync<(long Account, long Version)>(Versions, new { viewers }, cancellationToken)).ToDictionary(row => row.Account, row => row.Version);
        var found = versions.Keys.ToDictionary(account => account, account => Known(account));
        foreach (var unknown in versions.Where(row => found[row.Key].Version != row.Value).Select(row => row.Key).Chunk(AccountsAtOnce))
        {
            await using var results = await connection.QueryMultipleAsync(new CommandDefinition(Sql, new { unknown }, cancellationToken: cancellationToken));
            var filters = (await results.ReadAsync<OwnedFilterRow>()).ToLookup(row => row.AccountId, row => new FilterRow(row.Id, row.Title, row.Context, row.Action, row.ExpiresAt));
            var keywords = (await results.ReadAsync<FilterKeywordRow>()).ToLookup(keyword => keyword.FilterId);
            var statuses = (await results.ReadAsync<FilterStatusRow>()).ToLookup(status => status.FilterId);
            foreach (var account in unknown)
            {
                found[account] = Compile(account, versions[account], filters[account], keywords, statuses);
            }
        }
        return found;
    }

    private static StatusFilters Compile(long viewer, long version, IEnumerable<FilterRow> filters, ILookup<long, FilterKeywordRow> keywords, ILookup<long, FilterStatusRow> statuses)
    {
        var compiled = new StatusFilters(version, [.. filters.Select(filter =>
        {
            List<KeywordPattern> patterns = [.. keywords[filter.Id].Select(keyword => new KeywordPattern(keyword.Keyword, keyword.WholeWord)).Where(keyword => keyword.Folded.Length > 0)];
            // A result names its filter without all that is in it; else a page could become a hundred times longer.
            return new Compiled(filter.ToEntity([], []), filter.ExpiresAt, patterns, AnyOf(patterns), statuses[filter.Id].Select(status => status.StatusId).ToHashSet());
        })]);
        Kept.Set(viewer, compiled, new MemoryCacheEntryOptions { Size = 1 + compiled._filters.Sum(filter => filter.Keywords.Count + filter.Statuses.Count), SlidingExpiration = TimeSpan.FromMinutes(10) });
        return compiled;
    }

    /// <summary>The filters in force that a status meets, by its text, content warning, poll and id.</summary>
    public IReadOnlyList<FilterResultEntity> Matches(StatusRow status, PollRow? poll)
    {
        if (_filters.Count == 0)
        {
            return [];
        }
        var now = DateTime.UtcNow;
        var text = KeywordPattern.Fold(string.Join("\n\n", [status.SpoilerText, status.Text, .. poll?.Options ?? []]));
        var mayMatch = text.AsSpan().ContainsAny(_any);
        var results = new List<FilterResultEntity>();
        foreach (var (filter, expiresAt, keywords, any, statuses) in _filters)
        {
            var isNamed = statuses.Contains(status.Id);
            var isMet = mayMatch && text.AsSpan().ContainsAny(any);
            if ((isMet || isNamed) && !(expiresAt <= now))
            {
                var met = isMet ? keywords.Where(keyword => keyword.IsMatch(text)).Select(keyword => keyword.Keyword).ToList() : [];
                if (met.Count > 0 || isNamed)
                {
                    results.Add(new FilterResultEntity(filter, met.Count > 0 ? met : null, isNamed ? [status.Id.ToApi()] : null));
                }
            }
        }
        return results;
    }

    private static SearchValues<string> AnyOf(IEnumerable<KeywordPattern> keywords) =>
        SearchValues.Create([.. keywords.Select(keyword => keyword.Folded).Distinct(StringComparer.OrdinalIgnoreCase)], StringComparison.OrdinalIgnoreCase);

    private sealed record OwnedFilterRow(long AccountId, long Id, string Title, string[] Context, string Action, DateTime? ExpiresAt);

    private sealed record Compiled(FilterEntity Filter, DateTime? ExpiresAt, List<KeywordPattern> Keywords, SearchValues<string> Any, HashSet<long> Statuses);
}
