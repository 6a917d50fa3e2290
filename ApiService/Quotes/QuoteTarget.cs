using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Quotes;

/// <summary>The status that somebody wants to quote: of a reblog, its original. Held until the end of the transaction, as <see cref="StatusTarget"/> is.</summary>
public sealed record QuoteTarget(long Id, long AccountId, short Visibility, string Username, bool MayQuote)
{
    private static readonly string Sql =
        $"""
        SELECT s.id, s.account_id, s.visibility, lower(a.username) AS username, {QuoteRules.MayQuoteSql} AS may_quote
        FROM statuses s JOIN accounts a ON a.id = s.account_id
        WHERE s.id = (SELECT coalesce(w.reblog_of_id, w.id) FROM statuses w WHERE w.id = @id) AND {StatusStore.IsVisible} FOR KEY SHARE OF s
        """;

    /// <summary>Finds the status that a draft quotes and makes sure that the author may quote it so.</summary>
    /// <param name="write">The transaction.</param>
    /// <param name="author">Who quotes.</param>
    /// <param name="draft">The quote.</param>
    /// <param name="mentioned">Usernames it mentions, in lower case.</param>
    /// <exception cref="ApiException">404 when it is not there for the author, 422 when it may not be quoted.</exception>
    public static async Task<QuoteTarget?> OfAsync(Write write, long author, StatusDraft draft, string[] mentioned)
    {
        if (draft.QuotedStatusId is not { } id)
        {
            return null;
        }
        var target = await write.SingleAsync<QuoteTarget>(Sql, new { id, viewer = author }) ?? throw NotFound();
        if (!target.MayQuote)
        {
            throw ValidationException.Of("quoted_status_id", "ERR_INVALID", "is a post that its author does not let you quote");
        }
        // Else somebody would be talked about behind their back, with their own words.
        if (draft.Visibility is Statuses.Visibility.Direct && target.AccountId != author && !mentioned.Contains(target.Username))
        {
            throw ValidationException.Of("quoted_status_id", "ERR_INVALID", "can be quoted in a private mention only when its author is mentioned");
        }
        return target;
    }

    /// <summary>The answer when the status to quote is not there for the author.</summary>
    public static ApiException NotFound() => new(StatusCodes.Status404NotFound, "The post you are trying to quote does not appear to exist.");
}
