using Microblog.ApiService.Accounts;
using Microblog.ApiService.Filters;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Quotes;

namespace Microblog.ApiService.Statuses;

/// <summary>https://docs.joinmastodon.org/entities/Status/. What this server has nothing for (cards, custom emoji) is sent empty, as clients expect it to be there.</summary>
public record StatusEntity(
    string Id, DateTime CreatedAt, string? InReplyToId, string? InReplyToAccountId, bool Sensitive, string SpoilerText, string Visibility, string? Language,
    string Uri, string Url, long RepliesCount, long ReblogsCount, long FavouritesCount, long QuotesCount, DateTime? EditedAt,
    string Content, StatusEntity? Reblog, AnyQuoteEntity? Quote, QuoteApprovalEntity QuoteApproval, StatusApplication? Application, AccountEntity Account,
    IReadOnlyList<MediaAttachmentEntity> MediaAttachments, IReadOnlyList<MentionEntity> Mentions, IReadOnlyList<StatusTag> Tags, IReadOnlyList<EmptyBody> Emojis,
    EmptyBody? Card, PollEntity? Poll,
    bool Favourited, bool Reblogged, bool Muted, bool Bookmarked, bool Pinned, IReadOnlyList<FilterResultEntity> Filtered);

/// <summary>A deleted status with its source, for "delete and redraft".</summary>
public sealed record DeletedStatusEntity : StatusEntity
{
    /// <summary>Adds its source to a status.</summary>
    public DeletedStatusEntity(StatusEntity status, string text) : base(status) => Text = text;

    /// <summary>The text as it was written.</summary>
    public string Text { get; }
}

/// <summary>The application a status was posted with.</summary>
public sealed record StatusApplication(string Name, string? Website);

/// <summary>https://docs.joinmastodon.org/entities/Status/#Mention</summary>
public sealed record MentionEntity(string Id, string Username, string Url, string Acct);

/// <summary>https://docs.joinmastodon.org/entities/Status/#Tag</summary>
public sealed record StatusTag(string Name, string Url);
