using Microblog.ApiService.Accounts;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Statuses;

/// <summary>A status as read from the database.</summary>
public sealed record StatusRow(
    long Id, long AccountId, string Text, string SpoilerText, bool Sensitive, short Visibility, string? Language, long? InReplyToId, long? InReplyToAccountId,
    DateTime CreatedAt, DateTime? EditedAt, string? ApplicationName, string? ApplicationWebsite, long RepliesCount, long ReblogsCount, long FavouritesCount);

/// <summary>An account that a status mentions.</summary>
public sealed record MentionRow(long StatusId, long Id, string Username);

/// <summary>A status with everything that its entity needs.</summary>
/// <param name="Status">The status.</param>
/// <param name="Author">Its author.</param>
/// <param name="Mentions">Accounts it mentions.</param>
public sealed record LoadedStatus(StatusRow Status, AccountRow Author, IReadOnlyList<MentionRow> Mentions)
{
    /// <summary>The status as the API shows it.</summary>
    public StatusEntity ToEntity(string baseUrl)
    {
        var text = StatusText.Parse(Status.Text);
        var host = new Uri(baseUrl).Authority.ToLowerInvariant();
        var mentioned = new Dictionary<string, MentionedAccount>(Mentions.Count * 2, StringComparer.Ordinal);
        foreach (var mention in Mentions)
        {
            var account = new MentionedAccount(mention.Username, mention.Username, $"{baseUrl}/@{mention.Username}");
            var handle = mention.Username.ToLowerInvariant();
            mentioned[handle] = account;
            mentioned[$"{handle}@{host}"] = account;
        }
        return new StatusEntity(
            Status.Id.ToApi(), Status.CreatedAt, Status.InReplyToId.ToApi(), Status.InReplyToAccountId.ToApi(), Status.Sensitive, Status.SpoilerText,
            ((Visibility)Status.Visibility).ToApi(), Status.Language,
            Uri: $"{baseUrl}/users/{Author.Username}/statuses/{Status.Id}", Url: $"{baseUrl}/@{Author.Username}/{Status.Id}",
            Status.RepliesCount, Status.ReblogsCount, Status.FavouritesCount, Status.EditedAt,
            StatusHtml.Render(text, mentioned, baseUrl), Reblog: null,
            Status.ApplicationName is { } name ? new StatusApplication(name, Status.ApplicationWebsite) : null,
            Author.ToEntity(baseUrl), MediaAttachments: [],
            [.. Mentions.Select(mention => new MentionEntity(mention.Id.ToApi(), mention.Username, $"{baseUrl}/@{mention.Username}", mention.Username))],
            [.. text.Hashtags().Select(tag => new StatusTag(tag.Name, $"{baseUrl}/tags/{Uri.EscapeDataString(tag.Name)}"))], Emojis: [],
            Card: null, Poll: null, Favourited: false, Reblogged: false, Muted: false, Bookmarked: false, Pinned: false, Filtered: []);
    }
}
