namespace Microblog.ApiService.Statuses;

/// <summary>A status as read from the database.</summary>
public sealed record StatusRow(
    long Id, long AccountId, string Text, string SpoilerText, bool Sensitive, short Visibility, string? Language, long? InReplyToId, long? InReplyToAccountId,
    long? ReblogOfId, long? QuoteOfId, long? QuoteOfAccountId, bool QuoteRevoked, short QuotePolicy, DateTime CreatedAt, DateTime? EditedAt, string? ApplicationName, string? ApplicationWebsite, long RepliesCount, long ReblogsCount, long FavouritesCount,
    long QuotesCount)
{
    /// <summary>Columns of this record, for a query with <see cref="From"/>.</summary>
    public const string Columns =
        """
        s.id, s.account_id, s.text, s.spoiler_text, s.sensitive, s.visibility, s.language, s.in_reply_to_id, s.in_reply_to_account_id, s.reblog_of_id,
        s.quote_of_id, s.quote_of_account_id, s.quote_revoked, s.quote_policy,
        s.created_at, s.edited_at, o.name AS application_name, o.website AS application_website,
        coalesce(c.replies_count, 0) AS replies_count, coalesce(c.reblogs_count, 0) AS reblogs_count, coalesce(c.favourites_count, 0) AS favourites_count,
        coalesce(c.quotes_count, 0) AS quotes_count
        """;

    /// <summary>Tables of <see cref="Columns"/>.</summary>
    public const string From =
        """
        FROM statuses s
        LEFT JOIN status_stats c ON c.status_id = s.id
        LEFT JOIN oauth_applications o ON o.id = s.application_id
        """;
}

/// <summary>An account that a status mentions.</summary>
public sealed record MentionRow(long StatusId, long Id, string Username);

/// <summary>What the viewer did with a status.</summary>
public sealed record StatusFlags(long StatusId, bool Favourited, bool Reblogged, bool Bookmarked, bool Pinned, bool Muted, bool MayQuote)
{
    /// <summary>Nothing.</summary>
    public static StatusFlags None { get; } = new(0, false, false, false, false, false, false);
}
