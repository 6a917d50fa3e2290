using Microblog.ApiService.Accounts;
using Microblog.ApiService.Filters;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.Polls;
using Microblog.ApiService.Quotes;
using Microblog.ApiService.Statuses.Text;

namespace Microblog.ApiService.Statuses;

/// <summary>A status with everything that its entity needs: first what is the same for everybody, then what is the viewer's.</summary>
/// <param name="Status">The status.</param>
/// <param name="Author">Its author.</param>
/// <param name="Mentions">Accounts it mentions.</param>
/// <param name="Media">Its attachments, in their order.</param>
/// <param name="Poll">Its poll.</param>
/// <param name="Reblog">The original, when it is a reblog.</param>
/// <param name="Quote">What it quotes.</param>
/// <param name="Viewer">For whom it was loaded; null for anybody.</param>
/// <param name="Flags">What the viewer did with it, or with the original.</param>
/// <param name="OwnVotes">The viewer's votes in the poll; null when there is no viewer.</param>
/// <param name="Filtered">The viewer's filters that it meets.</param>
public sealed record LoadedStatus(
    StatusRow Status, AccountRow Author, IReadOnlyList<MentionRow> Mentions, IReadOnlyList<MediaRow> Media, PollRow? Poll, LoadedStatus? Reblog, LoadedQuote? Quote,
    long? Viewer, StatusFlags Flags, short[]? OwnVotes, IReadOnlyList<FilterResultEntity> Filtered)
{
    /// <summary>The status as the API shows it in the answer to a request of the viewer it was loaded for.</summary>
    public StatusEntity ToEntity(HttpContext context) => ToEntity(BaseUrl.Of(context), MediaUrl.Of(context));

    /// <summary>The status as the API shows it to the viewer it was loaded for.</summary>
    /// <param name="baseUrl">Base of absolute addresses.</param>
    /// <param name="mediaUrl">Base of the addresses of images; null: this service.</param>
    public StatusEntity ToEntity(string baseUrl, string? mediaUrl = null)
    {
        var reblog = Reblog?.ToEntity(baseUrl, mediaUrl);
        var shared = Shared(baseUrl, mediaUrl);
        return shared with
        {
            Content = QuotedUrl(baseUrl) is { } quoted ? $"{StatusHtml.QuoteLine(quoted)}{shared.Content}" : shared.Content,
            Reblog = reblog,
            Quote = Quote?.ToEntity(baseUrl, mediaUrl),
            QuoteApproval = Approval(Flags.MayQuote),
            Poll = Poll?.ToEntity(Viewer, OwnVotes),
            Favourited = Flags.Favourited,
            Reblogged = Flags.Reblogged,
            Bookmarked = Flags.Bookmarked,
            Pinned = Flags.Pinned,
            Muted = Flags.Muted,
            Filtered = reblog?.Filtered ?? Filtered,
        };
    }

    /// <summary>The same without anything that is the viewer's.</summary>
    public LoadedStatus ForNobody()
    {
        var reblog = Reblog?.ForNobody();
        // Whoever is blocked does not get to see it here.
        var flags = reblog?.Flags ?? StatusFlags.None with { MayQuote = Policy is QuotePolicy.Public };
        return this with { Viewer = null, Flags = flags, OwnVotes = null, Filtered = [], Reblog = reblog, Quote = Quote?.ForNobody() };
    }

    /// <summary>The status as it is for everybody; costly to make (text to HTML), so the part worth keeping.</summary>
    public StatusEntity Shared(string baseUrl, string? mediaUrl = null)
    {
        var text = StatusText.Parse(Status.Text);
        // Reblogs are counted on the original.
        var counted = Reblog?.Status ?? Status;
        return new StatusEntity(
            Status.Id.ToApi(), Status.CreatedAt, Status.InReplyToId.ToApi(), Status.InReplyToAccountId.ToApi(), Status.Sensitive, Status.SpoilerText,
            ((Visibility)Status.Visibility).ToApi(), Status.Language,
            Uri: $"{baseUrl}/users/{Author.Username}/statuses/{Status.Id}", Url: $"{baseUrl}/@{Author.Username}/{Status.Id}",
            counted.RepliesCount, counted.ReblogsCount, counted.FavouritesCount, counted.QuotesCount, Status.EditedAt,
            Html(text, baseUrl), Reblog: null, Quote: null, Approval(mayQuote: false),
            Status.ApplicationName is { } name ? new StatusApplication(name, Status.ApplicationWebsite) : null,
            Author.ToEntity(baseUrl), [.. Media.Select(media => media.ToEntity(mediaUrl ?? $"{baseUrl}/media"))],
            [.. Mentions.Select(mention => new MentionEntity(mention.Id.ToApi(), mention.Username, $"{baseUrl}/@{mention.Username}", mention.Username))],
            [.. text.Hashtags().Select(tag => new StatusTag(tag.Name, $"{baseUrl}/tags/{Uri.EscapeDataString(tag.Name)}"))], Emojis: [],
            Card: null, Poll?.ToEntity(viewer: null, ownVotes: null), Favourited: false, Reblogged: false, Muted: false, Bookmarked: false, Pinned: false, Filtered: []);
    }

    private QuotePolicy Policy => QuoteRules.Effective((QuotePolicy)Status.QuotePolicy, (Visibility)Status.Visibility);

    private QuoteApprovalEntity Approval(bool mayQuote) => QuoteApprovalEntity.Of((Reblog ?? this).Policy, mayQuote);

    /// <summary>Address of the quoted status, for readers whose client does not know quotes; null when there is nothing to add to the text.</summary>
    private string? QuotedUrl(string baseUrl) =>
        Quote?.Quoted is { } quoted && $"{baseUrl}/@{quoted.Author.Username}/{quoted.Status.Id}" is var url && !Status.Text.Contains(url, StringComparison.Ordinal) ? url : null;

    private string Html(ParsedText text, string baseUrl) => StatusHtml.Render(text, Mentioned(Mentions, baseUrl), baseUrl);

    /// <summary>The mentioned accounts by the handles they may be written as, in lower case.</summary>
    public static IReadOnlyDictionary<string, MentionedAccount> Mentioned(IReadOnlyList<MentionRow> mentions, string baseUrl)
    {
        var host = new Uri(baseUrl).Authority.ToLowerInvariant();
        var mentioned = new Dictionary<string, MentionedAccount>(mentions.Count * 2, StringComparer.Ordinal);
        foreach (var mention in mentions)
        {
            var account = new MentionedAccount(mention.Username, mention.Username, $"{baseUrl}/@{mention.Username}");
            var handle = mention.Username.ToLowerInvariant();
            mentioned[handle] = account;
            mentioned[$"{handle}@{host}"] = account;
        }
        return mentioned;
    }
}
