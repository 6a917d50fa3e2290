using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Blocks;

/// <summary>Servers that the caller blocks (https://docs.joinmastodon.org/methods/domain_blocks/): kept for clients; there is no other server here to hide.</summary>
public static class DomainBlockEndpoints
{
    private const int MaxDomain = 253;
    private const int MaxDomains = 1000;
    private const int DefaultLimit = 100;
    private const int MaxLimit = 200;

    /// <summary>Maps <c>/api/v1/domain_blocks</c>.</summary>
    public static void MapDomainBlocks(this IEndpointRouteBuilder routes)
    {
        var blocks = routes.MapGroup("/api/v1/domain_blocks");
        blocks.MapGet("", ListAsync).RequireScope("read:blocks").Describe("Blocked servers", "The latest first. Kept for clients: there are no other servers here to hide.", it => it.Paged(DefaultLimit, MaxLimit).Returns("A page of domain names."));
        blocks.MapPost("", BlockAsync).RequireScope("write:blocks").Describe("Block a server", $"An account may block {MaxDomains}.", it => it
            .Body("domain", "Domain name of the server.", required: true, max: MaxDomain, example: "social.example")
            .Returns("Nothing to say."));
        blocks.MapDelete("", UnblockAsync).RequireScope("write:blocks").Describe("Unblock a server", "Nothing happens when it is not blocked.", it => it
            .Query("domain", "Domain name of the server.", required: true, max: MaxDomain, example: "social.example")
            .Returns("Nothing to say."));
    }

    private static async Task<Ok<IReadOnlyList<string>>> ListAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var page = IdPage.Of(context, fields, DefaultLimit, MaxLimit);
        var sql = $"SELECT id, domain FROM domain_blocks WHERE account_id = @account AND id < @max AND id > @min ORDER BY id {page.Order} LIMIT @take";
        var rows = await db.ReadAsync(caller.Account, connection => connection.ListAsync<DomainRow>(
            sql, new { account = caller.Account, max = page.Max, min = page.Min, take = page.Take }, cancellationToken), cancellationToken);
        return TypedResults.Ok<IReadOnlyList<string>>([.. page.Finish(rows, row => row.Id).Select(row => row.Domain)]);
    }

    private static async Task<Ok<EmptyBody>> BlockAsync(RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO domain_blocks (account_id, domain)
            SELECT @account, @domain WHERE (SELECT count(*) FROM domain_blocks WHERE account_id = @account) < @MaxDomains
                OR EXISTS (SELECT FROM domain_blocks WHERE account_id = @account AND domain = @domain)
            ON CONFLICT (account_id, domain) DO UPDATE SET domain = excluded.domain
            """;
        var domain = Domain(fields);
        if (domain.Length > MaxDomain || Uri.CheckHostName(domain) is not UriHostNameType.Dns)
        {
            throw ValidationException.Of("domain", "ERR_INVALID", "is not a valid domain name");
        }
        await idempotency.WriteAsync(db, async write => await write.ExecuteAsync(Sql, new { account = caller.Account, domain, MaxDomains }) == 1
            ? 0
            : throw ApiException.Unprocessable($"Validation failed: You cannot block more than {MaxDomains} domains"), cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }

    private static async Task<Ok<EmptyBody>> UnblockAsync(RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var arguments = new { account = caller.Account, domain = Domain(fields) };
        await db.WriteAsync(caller.Account, write => write.ExecuteAsync("DELETE FROM domain_blocks WHERE account_id = @account AND domain = @domain", arguments), cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }

    private static string Domain(RequestFields fields) => (fields.Text("domain") ?? "").Trim().ToLowerInvariant();

    private sealed record DomainRow(long Id, string Domain);
}
