using System.Text.Json.Serialization;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Quotes;

/// <summary>What a status quotes. Whole where it is shown, by its id only where a quoted status quotes again.</summary>
/// <param name="State">https://docs.joinmastodon.org/entities/Quote/#state</param>
[JsonDerivedType(typeof(QuoteEntity))]
[JsonDerivedType(typeof(ShallowQuoteEntity))]
public abstract record AnyQuoteEntity(string State);

/// <summary>https://docs.joinmastodon.org/entities/Quote/</summary>
/// <param name="State">Whether it can be shown.</param>
/// <param name="QuotedStatus">The quoted status; null where the reader may not see it.</param>
public sealed record QuoteEntity(string State, StatusEntity? QuotedStatus) : AnyQuoteEntity(State);

/// <summary>https://docs.joinmastodon.org/entities/ShallowQuote/</summary>
/// <param name="State">Whether it can be shown.</param>
/// <param name="QuotedStatusId">Id of the quoted status; null where the reader may not see it.</param>
public sealed record ShallowQuoteEntity(string State, string? QuotedStatusId) : AnyQuoteEntity(State);

/// <summary>https://docs.joinmastodon.org/entities/QuoteApproval/. Nobody is asked one by one here, so <paramref name="Manual"/> is empty.</summary>
/// <param name="Automatic">Who may quote.</param>
/// <param name="Manual">Who may ask to.</param>
/// <param name="CurrentUser">Whether the reader may.</param>
public sealed record QuoteApprovalEntity(IReadOnlyList<string> Automatic, IReadOnlyList<string> Manual, string CurrentUser)
{
    /// <summary>How a status may be quoted.</summary>
    public static QuoteApprovalEntity Of(QuotePolicy policy, bool mayQuote) =>
        new(policy is QuotePolicy.Nobody ? [] : [policy.ToApi()], [], mayQuote ? "automatic" : "denied");
}
