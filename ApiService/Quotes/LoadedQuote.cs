using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses;
using Microblog.Contracts;

namespace Microblog.ApiService.Quotes;

/// <summary>A quote as its reader finds it.</summary>
/// <param name="State">The state for the reader.</param>
/// <param name="QuotedId">Id of the quoted status; null where the reader may not see it.</param>
/// <param name="Quoted">The quoted status; null where the reader may not see it, and in a status that is itself quoted.</param>
/// <param name="IsShallow">Whether it is in a status that is itself quoted.</param>
public sealed record LoadedQuote(string State, long? QuotedId, LoadedStatus? Quoted, bool IsShallow)
{
    /// <summary>The quote as the API shows it.</summary>
    public AnyQuoteEntity ToEntity(string baseUrl, string? mediaUrl) => IsShallow ? new ShallowQuoteEntity(State, QuotedId.ToApi()) : new QuoteEntity(State, Quoted?.ToEntity(baseUrl, mediaUrl));

    /// <summary>
    /// The same for readers of whom nothing is known but that they may see the quoting status. A quoted status that is not for everybody is
    /// not shown to them: who is mentioned in a quote for a few need not be among those it was written for.
    /// </summary>
    public LoadedQuote ForNobody() =>
        IsShallow ? this with { State = QuotedId is null ? State : QuoteRules.State(false, true, true, false, false) }
        : Quoted is null ? this
        : (Visibility)Quoted.Status.Visibility is Visibility.Public or Visibility.Unlisted ? this with { State = QuoteRules.State(false, true, true, false, false), Quoted = Quoted.ForNobody() }
        : this with { State = QuoteRules.State(false, true, isVisible: false, false, false), QuotedId = null, Quoted = null };

    /// <summary>A quote that was loaded for nobody, for a reader: how it stands to the author of the quoted status is added.</summary>
    public LoadedQuote For(bool isVisible, bool isBlocked, bool isMuted) => QuotedId is null
        ? this
        : this with { State = QuoteRules.State(false, true, isVisible, isBlocked, isMuted), QuotedId = isVisible ? QuotedId : null, Quoted = isVisible ? Quoted : null };
}

/// <summary>How a quoted status stands to the reader.</summary>
public sealed record QuotedRow(long Id, bool IsVisible, bool IsBlocked, bool IsMuted)
{
    /// <summary>Columns of this record for status <c>s</c> and <c>@viewer</c>.</summary>
    public static readonly string Columns =
        $"""
        s.id, {ViewerRules.MaySee("@viewer")} AS is_visible,
        EXISTS (SELECT FROM blocks qb WHERE qb.account_id = @viewer AND qb.target_id = s.account_id) AS is_blocked,
        EXISTS (SELECT FROM mutes qm WHERE qm.account_id = @viewer AND qm.target_id = s.account_id AND (qm.expires_at IS NULL OR qm.expires_at > now())) AS is_muted
        """;
}
