using System.Net;
using Microblog.ApiService.Accounts;
using Microblog.ApiService.Hashtags;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.Collections;

/// <summary>https://docs.joinmastodon.org/entities/Collection/</summary>
public sealed record CollectionEntity(
    string Id, string AccountId, string Uri, string? Url, string Name, string Description, string? Language, bool Local, bool Sensitive, bool Discoverable,
    CollectionTag? Tag, int ItemCount, IReadOnlyList<CollectionItemEntity> Items, DateTime CreatedAt, DateTime UpdatedAt);

/// <summary>The hashtag that a collection is about.</summary>
public sealed record CollectionTag(string Name, string Url);

/// <summary>https://docs.joinmastodon.org/entities/CollectionItem/; all accounts are of this server, so nothing is ever pending.</summary>
public sealed record CollectionItemEntity(string Id, string AccountId, string State, DateTime CreatedAt);

/// <summary>https://docs.joinmastodon.org/entities/Collection/#WrappedCollection</summary>
public sealed record WrappedCollectionEntity(CollectionEntity Collection);

/// <summary>https://docs.joinmastodon.org/entities/CollectionItem/#WrappedCollectionItem</summary>
public sealed record WrappedCollectionItemEntity(CollectionItemEntity CollectionItem);

/// <summary>https://docs.joinmastodon.org/entities/CollectionWithAccounts/: the owner first, then those in it.</summary>
public sealed record CollectionWithAccountsEntity(IReadOnlyList<AccountEntity> Accounts, CollectionEntity Collection);

/// <summary>Several collections.</summary>
public sealed record CollectionsEntity(IReadOnlyList<CollectionEntity> Collections);

/// <summary>A collection as read from the database.</summary>
public sealed record CollectionRow(
    long Id, long AccountId, string Name, string Description, string? Language, string? Hashtag, string? TagName, bool Sensitive, bool Discoverable, DateTime CreatedAt, DateTime UpdatedAt)
{
    /// <summary>Columns of this record, for a query with <c>collections c</c>.</summary>
    public const string Columns = "c.id, c.account_id, c.name, c.description, c.language, c.hashtag, c.tag_name, c.sensitive, c.discoverable, c.created_at, c.updated_at";

    /// <summary>The collection as the API shows it. There is no page of it; the description is HTML there and plain text here.</summary>
    public CollectionEntity ToEntity(string baseUrl, IReadOnlyList<CollectionItemRow> items) => new(
        Id.ToApi(), AccountId.ToApi(), $"{baseUrl}/ap/{AccountId.ToApi()}/collections/{Id.ToApi()}", Url: null, Name, WebUtility.HtmlEncode(Description), Language, Local: true, Sensitive, Discoverable,
        Hashtag is null ? null : new CollectionTag(TagName ?? Hashtag, TagRow.TagUrl(baseUrl, Hashtag)), items.Count, [.. items.Select(item => item.ToEntity())], CreatedAt, UpdatedAt);
}

/// <summary>An account in a collection as read from the database.</summary>
public sealed record CollectionItemRow(long CollectionId, long Id, long TargetId, DateTime CreatedAt)
{
    /// <summary>The item as the API shows it.</summary>
    public CollectionItemEntity ToEntity() => new(Id.ToApi(), TargetId.ToApi(), "accepted", CreatedAt);
}
