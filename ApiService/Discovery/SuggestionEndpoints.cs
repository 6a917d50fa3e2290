using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Discovery;

/// <summary>https://docs.joinmastodon.org/entities/Suggestion/</summary>
public sealed record SuggestionEntity(string Source, IReadOnlyList<string> Sources, AccountEntity Account);

/// <summary>Accounts worth following (https://docs.joinmastodon.org/methods/suggestions/).</summary>
public static class SuggestionEndpoints
{
    private const string OfFriends = "friends_of_friends";

    private const string Popular = "most_followed";

    /// <summary>
    /// Whom those follow whom the viewer followed last. At most 100 times 200 follows are looked at, however many anybody has.
    /// Who hides their follows tells nobody of them this way either.
    /// </summary>
    private static readonly string FriendsOfFriends =
        $"""
        SELECT a.id
        FROM (
            SELECT g.target_id AS id, count(*) AS friends
            FROM (
                SELECT f.target_id FROM follows f JOIN accounts h ON h.id = f.target_id
                WHERE f.account_id = @viewer AND NOT h.hide_collections AND h.suspended_at IS NULL
                ORDER BY f.id DESC LIMIT 100) f
            CROSS JOIN LATERAL (SELECT x.target_id FROM follows x WHERE x.account_id = f.target_id ORDER BY x.id DESC LIMIT 200) g
            WHERE NOT EXISTS (SELECT FROM follows o WHERE o.account_id = @viewer AND o.target_id = g.target_id)
            GROUP BY g.target_id
            ORDER BY count(*) DESC, g.target_id DESC LIMIT 1000) c
        {DiscoveryRules.AccountsOf("c.id")}
        WHERE {DiscoveryRules.MaySuggest}
        ORDER BY c.friends DESC, a.id DESC LIMIT @limit
        """;

    private static readonly string MostFollowed =
        $"""
        SELECT a.id FROM popular_accounts p {DiscoveryRules.AccountsOf("p.account_id")}
        WHERE {DiscoveryRules.MaySuggest}
        ORDER BY p.followers DESC, a.id LIMIT @limit
        """;

    /// <summary>Maps <c>/api/v2/suggestions</c> and <c>/api/v1/suggestions</c>.</summary>
    public static void MapSuggestions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v2/suggestions", async (HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
            TypedResults.Ok(await ReadAsync(context, fields, caller, db, cancellationToken))).RequireScope("read:accounts")
            .Describe("Suggestions", "Accounts worth following: of friends, then popular ones.", it => Limit(it).Returns("Accounts, each with why."));
        routes.MapGet("/api/v1/suggestions", async (HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken) =>
            TypedResults.Ok<IReadOnlyList<AccountEntity>>([.. (await ReadAsync(context, fields, caller, db, cancellationToken)).Select(suggestion => suggestion.Account)])).RequireScope("read:accounts")
            .Describe("Suggestions, version 1", "The same without the reasons.", it => Limit(it).Returns("Accounts."));
        routes.MapDelete("/api/v1/suggestions/{id:long}", DismissAsync).RequireScope("write:accounts").Describe("Dismiss a suggestion", "The account is not suggested to the caller again.", it => it.Path("id", "Id of the account.", ParameterKind.Id, "115548829612032000").Returns("Nothing to say."));
    }

    private static OperationDescription Limit(OperationDescription it) =>
        it.Query("limit", "Most accounts to return. More than the maximum counts as the maximum.", ParameterKind.Number, min: 1, max: 80, byDefault: 40);

    private static Task<IReadOnlyList<SuggestionEntity>> ReadAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var limit = fields.Number("limit") is { } wanted and not 0 ? (int)Math.Clamp(Math.Abs((long)wanted), 1, 80) : 40;
        return db.ReadAsync(caller.Account, connection => ReadAsync(connection, caller.Account, limit, BaseUrl.Of(context), cancellationToken), cancellationToken);
    }

    private static async Task<IReadOnlyList<SuggestionEntity>> ReadAsync(NpgsqlConnection connection, long viewer, int limit, string baseUrl, CancellationToken cancellationToken)
    {
        var friends = await connection.ListAsync<long>(FriendsOfFriends, new { viewer, limit }, cancellationToken);
        var popular = await connection.ListAsync<long>(MostFollowed, new { viewer, limit }, cancellationToken);
        var accounts = await AccountStore.InOrderAsync(connection, [.. friends.Union(popular).Take(limit)], cancellationToken);
        var (isFriend, isPopular) = (friends.ToHashSet(), popular.ToHashSet());
        return [.. accounts.Select(account =>
        {
            string[] sources = [.. isFriend.Contains(account.Id) ? [OfFriends] : Array.Empty<string>(), .. isPopular.Contains(account.Id) ? [Popular] : Array.Empty<string>()];
            // The older member knows fewer words.
            return new SuggestionEntity(sources[0] == OfFriends ? "past_interactions" : "global", sources, account.ToEntity(baseUrl));
        })];
    }

    private static async Task<Ok<EmptyBody>> DismissAsync(long id, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        const string Sql = "INSERT INTO suggestion_dismissals (account_id, target_id) VALUES (@account, @id) ON CONFLICT DO NOTHING";
        _ = await accounts.ByIdAsync(caller.Account, id, cancellationToken) ?? throw ApiException.NotFound();
        await db.WriteAsync(caller.Account, write => write.ExecuteAsync(Sql, new { account = caller.Account, id }), cancellationToken);
        return TypedResults.Ok(new EmptyBody());
    }
}
