using System.Text.RegularExpressions;
using Dapper;
using Microblog.ApiService.Http;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Filters;

/// <summary>The filters of a viewer, applied to statuses (https://docs.joinmastodon.org/entities/FilterResult/).</summary>
public sealed class StatusFilters
{
    /// <summary>Filters of an account at most; bounds what each page costs.</summary>
    public const int MaxFilters = 200;

    /// <summary>Keywords and statuses of one filter at most.</summary>
    public const int MaxKeywords = 200;

    /// <summary>SQL of the viewer's filters in force, with parameters <c>@viewer</c> and <c>@ids</c>; read by <see cref="ReadAsync"/>.</summary>
    public const string Sql =
        """
        SELECT f.id, f.title, f.context, f.action, f.expires_at FROM filters f
        WHERE f.account_id = @viewer AND (f.expires_at IS NULL OR f.expires_at > now()) ORDER BY f.id LIMIT 200;
        SELECT k.filter_id, k.id, k.keyword, k.whole_word FROM filter_keywords k WHERE k.account_id = @viewer ORDER BY k.id LIMIT 40000;
        SELECT x.filter_id, x.id, x.status_id FROM filter_statuses x WHERE x.account_id = @viewer ORDER BY x.id LIMIT 40000;
        """;

    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(100);

    private readonly List<(FilterEntity Filter, List<(string Keyword, Regex Pattern)> Keywords, HashSet<long> Statuses)> _filters;

    private StatusFilters(List<(FilterEntity, List<(string, Regex)>, HashSet<long>)> filters) => _filters = filters;

    /// <summary>No filters.</summary>
    public static StatusFilters None { get; } = new([]);

    /// <summary>Reads the answers to <see cref="Sql"/>.</summary>
    public static async Task<StatusFilters> ReadAsync(SqlMapper.GridReader results)
    {
        var filters = (await results.ReadAsync<FilterRow>()).AsList();
        var keywords = (await results.ReadAsync<KeywordRow>()).ToLookup(keyword => keyword.FilterId);
        var statuses = (await results.ReadAsync<FilteredStatusRow>()).ToLookup(status => status.FilterId);
        return filters.Count == 0 ? None : new StatusFilters([.. filters.Select(filter => (
            new FilterEntity(
                filter.Id.ToApi(), filter.Title, filter.Context, filter.ExpiresAt, filter.Action,
                [.. keywords[filter.Id].Select(keyword => new FilterKeywordEntity(keyword.Id.ToApi(), keyword.Keyword, keyword.WholeWord))],
                [.. statuses[filter.Id].Select(status => new FilterStatusEntity(status.Id.ToApi(), status.StatusId.ToApi()))]),
            keywords[filter.Id].Select(keyword => (keyword.Keyword, Pattern(keyword.Keyword, keyword.WholeWord))).ToList(),
            statuses[filter.Id].Select(status => status.StatusId).ToHashSet()))]);
    }

    /// <summary>The filters that a status meets, by its text, content warning, poll and id.</summary>
    public IReadOnlyList<FilterResultEntity> Matches(StatusRow status, PollRow? poll)
    {
        if (_filters.Count == 0)
        {
            return [];
        }
        var text = string.Join("\n\n", [status.SpoilerText, status.Text, .. poll?.Options ?? []]);
        var results = new List<FilterResultEntity>();
        foreach (var (filter, keywords, statuses) in _filters)
        {
            var met = keywords.Where(keyword => keyword.Pattern.IsMatch(text)).Select(keyword => keyword.Keyword).ToList();
            var isNamed = statuses.Contains(status.Id);
            if (met.Count > 0 || isNamed)
            {
                results.Add(new FilterResultEntity(filter, met.Count > 0 ? met : null, isNamed ? [status.Id.ToApi()] : null));
            }
        }
        return results;
    }

    /// <summary>Matches a keyword in any case; a whole word only between characters that are no part of words, where its own ends are.</summary>
    private static Regex Pattern(string keyword, bool wholeWord)
    {
        var pattern = Regex.Escape(keyword);
        if (wholeWord)
        {
            pattern = (IsWord(keyword[0]) ? @"\b" : "") + pattern + (IsWord(keyword[^1]) ? @"\b" : "");
        }
        return new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout);
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private sealed record FilterRow(long Id, string Title, string[] Context, string Action, DateTime? ExpiresAt);

    private sealed record KeywordRow(long FilterId, long Id, string Keyword, bool WholeWord);

    private sealed record FilteredStatusRow(long FilterId, long Id, long StatusId);
}
