namespace Microblog.ApiService.Filters;

/// <summary>https://docs.joinmastodon.org/entities/Filter/</summary>
public sealed record FilterEntity(
    string Id, string Title, IReadOnlyList<string> Context, DateTime? ExpiresAt, string FilterAction, IReadOnlyList<FilterKeywordEntity> Keywords, IReadOnlyList<FilterStatusEntity> Statuses);

/// <summary>https://docs.joinmastodon.org/entities/FilterKeyword/</summary>
public sealed record FilterKeywordEntity(string Id, string Keyword, bool WholeWord);

/// <summary>https://docs.joinmastodon.org/entities/FilterStatus/</summary>
public sealed record FilterStatusEntity(string Id, string StatusId);

/// <summary>https://docs.joinmastodon.org/entities/FilterResult/</summary>
public sealed record FilterResultEntity(FilterEntity Filter, IReadOnlyList<string>? KeywordMatches, IReadOnlyList<string>? StatusMatches);
