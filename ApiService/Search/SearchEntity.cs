using Microblog.ApiService.Accounts;
using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Search;

/// <summary>https://docs.joinmastodon.org/entities/Search/</summary>
public sealed record SearchEntity(IReadOnlyList<AccountEntity> Accounts, IReadOnlyList<StatusEntity> Statuses, IReadOnlyList<TagEntity> Hashtags);
