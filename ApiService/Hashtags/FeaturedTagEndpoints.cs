using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Hashtags;

/// <summary>Hashtags on a profile (https://docs.joinmastodon.org/methods/featured_tags/).</summary>
public static class FeaturedTagEndpoints
{
    private const int Suggestions = 10;

    /// <summary>Maps <c>/api/v1/featured_tags</c> and those of an account.</summary>
    public static void MapFeaturedTags(this IEndpointRouteBuilder routes)
    {
        var featured = routes.MapGroup("/api/v1/featured_tags");
        featured.MapGet("", (HttpContext context, Caller caller, Db db, CancellationToken cancellationToken) => ListAsync(context, caller.Account, caller, db, cancellationToken)).RequireScope("read:accounts")
            .Describe("Featured hashtags", "Those on the caller's profile.", it => it.Returns("All of them."));
        featured.MapPost("", AddAsync).RequireScope("write:accounts").Describe("Feature a hashtag", $"On the caller's profile. At most {FeaturedTagStore.MaxFeatured}.", it => it
            .Body("name", "The hashtag, with or without `#`.", required: true, max: TagStore.MaxName, example: "microblog")
            .Returns("The featured hashtag."));
        featured.MapDelete("/{id:long}", RemoveAsync).RequireScope("write:accounts").Describe("Stop featuring a hashtag", "By the id that featuring it has given.", it => it.Returns("Nothing to say."));
        featured.MapGet("/suggestions", SuggestAsync).RequireScope("read:accounts").Describe("Hashtags to feature", $"Those {Suggestions} that the caller uses most and does not feature yet.", it => it.Returns("The hashtags."));
        routes.MapGet("/api/v1/accounts/{id:long}/featured_tags", async (HttpContext context, long id, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken) =>
        {
            _ = await accounts.ByIdAsync(caller.AccountId, id, cancellationToken) ?? throw ApiException.NotFound();
            return await ListAsync(context, id, caller, db, cancellationToken);
        }).AllowAnonymousOrScope("read:accounts").Describe("Hashtags that an account features", "Those on its profile.", it => it.Open().Returns("All of them."));
    }

    private static async Task<Ok<IReadOnlyList<FeaturedTagEntity>>> ListAsync(HttpContext context, long account, Caller caller, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok(await db.ReadAsync(caller.AccountId, connection => FeaturedTagStore.OfAsync(connection, account, BaseUrl.Of(context), cancellationToken), cancellationToken));

    private static async Task<Ok<FeaturedTagEntity>> AddAsync(HttpContext context, RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var name = fields.Text("name") ?? "";
        var errors = new FieldErrors();
        _ = errors.Add(TagStore.Spelling(name).Length == 0, "name", "ERR_BLANK", "can't be blank")
            || errors.Add(TagStore.Normalized(name) is null, "name", "ERR_INVALID", "is invalid");
        errors.ThrowIfAny();
        var (id, _) = await idempotency.WriteAsync(db, write => FeaturedTagStore.AddAsync(write, caller.Account, TagStore.Named(name), TagStore.Spelling(name)), cancellationToken);
        var featured = await db.ReadAsync(caller.Account, connection => FeaturedTagStore.OfAsync(connection, caller.Account, BaseUrl.Of(context), cancellationToken), cancellationToken);
        // A repeated key may name what has been taken back since.
        return TypedResults.Ok(featured.FirstOrDefault(tag => tag.Id == id.ToApi()) ?? throw ApiException.NotFound());
    }

    private static async Task<Ok<EmptyBody>> RemoveAsync(long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var removed = await db.WriteAsync(caller.Account, write => write.ExecuteAsync("DELETE FROM featured_tags WHERE account_id = @account AND id = @id", new { account = caller.Account, id }), cancellationToken);
        return removed == 1 ? TypedResults.Ok(new EmptyBody()) : throw ApiException.NotFound();
    }

    private static async Task<Ok<IReadOnlyList<TagEntity>>> SuggestAsync(HttpContext context, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT h.hashtag FROM status_hashtags h
            WHERE h.account_id = @account AND NOT EXISTS (SELECT FROM featured_tags f WHERE f.account_id = @account AND f.hashtag = h.hashtag)
            GROUP BY h.hashtag ORDER BY count(*) DESC, h.hashtag LIMIT @take
            """;
        return TypedResults.Ok(await db.ReadAsync(caller.Account, async connection =>
        {
            var names = await connection.ListAsync<string>(Sql, new { account = caller.Account, take = Suggestions }, cancellationToken);
            return await TagStore.InOrderAsync(connection, caller.Account, BaseUrl.Of(context), [.. names], cancellationToken);
        }, cancellationToken));
    }
}
