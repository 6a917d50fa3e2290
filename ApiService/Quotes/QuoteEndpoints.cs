using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microblog.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Quotes;

/// <summary>Who quoted a status, and what its author may do about it (https://docs.joinmastodon.org/methods/statuses/#quotes).</summary>
public static class QuoteEndpoints
{
    /// <summary>Maps the routes of quotes.</summary>
    public static void MapQuotes(this IEndpointRouteBuilder routes)
    {
        var status = routes.MapGroup("/api/v1/statuses/{id:long}");
        status.MapGet("/quotes", ListAsync).RequireScope("read:statuses").Describe("Quotes of a status", "Those that the caller may see, newest first.", it => it
            .Paged(byDefault: 20, max: 40)
            .Returns("The quoting statuses."));
        status.MapPost("/quotes/{quote:long}/revoke", RevokeAsync).RequireScope("write:statuses")
            .Describe("Revoke a quote", "Takes one's own status out of a status that quotes it. That status stays, and the quote cannot be made again from it.", it => it
                .Error(403, "The status is somebody else's.")
                .Error(404, "There is no such status, or the other one does not quote it.")
                .Returns("The quoting status."));
        status.MapPut("/interaction_policy", SetPolicyAsync).RequireScope("write:statuses")
            .Describe("Set who may quote a status", "One's own. Quotes that are there already stay.", it => it
                .Body("quote_approval_policy", "Who else may quote it. Of a status that is not for everybody, it stays `nobody`.", oneOf: QuotePolicyNames.All, example: "followers")
                .Returns("The status."));
    }

    private static async Task<Ok<IReadOnlyList<StatusEntity>>> ListAsync(HttpContext context, RequestFields fields, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields);
        var asked = await StatusAnswers.LoadAsync(db, caller, id, cancellationToken);
        var quoted = (asked.Reblog ?? asked).Status;
        // The author sees all, to know what to revoke; others not what they do not want to see.
        var rule = quoted.AccountId == caller.AccountId ? StatusStore.IsVisible : StatusStore.IsShown;
        var sql =
            $"""
            SELECT s.id AS cursor, s.id FROM statuses s
            WHERE s.quote_of_id = @id AND NOT s.quote_revoked AND s.id < @max AND s.id > @min AND {rule}
            ORDER BY s.id {page.Order} LIMIT @take
            """;
        return StatusAnswers.Of(context, await db.ReadAsync(caller.AccountId, connection =>
            StatusAnswers.PageAsync(connection, caller.AccountId, page, sql, quoted.Id, cancellationToken), cancellationToken));
    }

    private static async Task<Ok<StatusEntity>> RevokeAsync(HttpContext context, long id, long quote, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        // Also of somebody who has blocked the author since: else one could quote, block, and keep the quote for ever.
        var find =
            $"""
            SELECT s.quote_revoked FROM statuses s
            WHERE s.id = @quote AND s.quote_of_id = @id AND s.quote_of_account_id = @viewer AND (s.visibility < 2 OR {ViewerRules.MaySee("@viewer")})
            FOR NO KEY UPDATE OF s
            """;
        const string Revoke =
            """
            UPDATE statuses SET quote_revoked = true WHERE id = @quote;
            UPDATE status_stats SET quotes_count = quotes_count - 1 WHERE status_id = @id;
            """;
        var viewer = caller.Account;
        await idempotency.WriteAsync(db, async write =>
        {
            var quoted = await StatusTarget.FindAsync(write, viewer, id) ?? throw ApiException.NotFound();
            if (quoted.AccountId != viewer)
            {
                throw Relations.NotAllowed();
            }
            var isRevoked = await write.ScalarAsync<bool?>(find, new { id, quote, viewer }) ?? throw ApiException.NotFound();
            if (!isRevoked)
            {
                await write.ExecuteAsync(Revoke, new { id, quote });
            }
            return quote;
        }, cancellationToken);
        return await StatusAnswers.OfTakenBackAsync(context, db, caller, quote, wasTaken: true, cancellationToken);
    }

    private static async Task<Ok<StatusEntity>> SetPolicyAsync(HttpContext context, RequestFields fields, long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var policy = PolicyOf(fields, errors);
        errors.ThrowIfAny();
        var isThere = await db.WriteAsync(caller.Account, write => ApplyPolicyAsync(write, caller.Account, id, policy), cancellationToken);
        return isThere ? await StatusAnswers.OfAsync(context, db, caller, id, cancellationToken) : throw ApiException.NotFound();
    }

    /// <summary>The policy that a request asks for; null when it does not say.</summary>
    public static QuotePolicy? PolicyOf(RequestFields fields, FieldErrors errors, string field = "quote_approval_policy")
    {
        var policy = fields.Text(field) is { Length: > 0 } word ? QuotePolicyNames.Parse(word) : null;
        errors.Add(policy is null && fields.Text(field) is { Length: > 0 }, "quote_approval_policy", "ERR_INCLUSION", "is not included in the list");
        return policy;
    }

    /// <summary>Sets who may quote a status of the author; false when there is none. Null leaves it as it is.</summary>
    public static async Task<bool> ApplyPolicyAsync(Write write, long author, long id, QuotePolicy? policy)
    {
        const string Sql =
            """
            UPDATE statuses SET quote_policy = CASE WHEN visibility < 2 THEN coalesce(@policy, quote_policy) ELSE 2 END
            WHERE account_id = @author AND id = @id AND reblog_of_id IS NULL
            """;
        return await write.ExecuteAsync(Sql, new { author, id, policy = (short?)policy }) == 1;
    }
}
