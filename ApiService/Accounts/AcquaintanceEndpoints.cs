using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Accounts;

/// <summary>What the caller knows of others: private notes, common acquaintances (https://docs.joinmastodon.org/methods/accounts/#note, #familiar_followers).</summary>
public static class AcquaintanceEndpoints
{
    private const int MaxNote = 2000;
    private const int MaxIds = 40;

    /// <summary>Common acquaintances shown per account.</summary>
    private const int MaxFamiliar = 40;

    /// <summary>Maps the routes below <c>/api/v1/accounts</c>.</summary>
    public static void MapAcquaintances(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/accounts");
        accounts.MapPost("/{id:long}/note", NoteAsync).RequireScope("write:accounts").Describe("Note on an account", "A text that only the caller sees; an empty one removes it.", it => it
            .Body("comment", "The text.", max: MaxNote, byDefault: "", example: "Met at the conference")
            .Returns("How the caller stands to the account now."));
        accounts.MapGet("/familiar_followers", FamiliarAsync).RequireScope("read:follows").Describe("Familiar followers", $"Who of those the caller follows also follows these accounts; at most {MaxFamiliar} of each. Who hides their follows is left out.", it => it
            .Query("id", "Ids of the accounts.", ParameterKind.Ids, required: true, max: MaxIds, example: "115548829612032000")
            .Returns("For each account its familiar followers."));
        // Proofs of identities elsewhere are gone from the API; its clients still ask.
        accounts.MapGet("/{id:long}/identity_proofs", IReadOnlyList<EmptyBody> () => []).RequireScope("read:accounts").Describe("Proofs of identity", "There are none any more; older clients ask.", it => it.Returns("An empty list."));
    }

    private static Task<Ok<RelationshipEntity>> NoteAsync(long id, RequestFields fields, Caller caller, Idempotency idempotency, Relations relations, CancellationToken cancellationToken)
    {
        const string Set = "INSERT INTO account_notes (account_id, target_id, comment) VALUES (@account, @id, @comment) ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment";
        const string Clear = "DELETE FROM account_notes WHERE account_id = @account AND target_id = @id";
        var comment = fields.Text("comment")?.Trim() ?? "";
        if (comment.Length > MaxNote)
        {
            throw ValidationException.Of("comment", "ERR_TOO_LONG", $"is too long (maximum is {MaxNote} characters)");
        }
        return relations.ChangeAsync(caller, id, idempotency, write => write.ExecuteAsync(comment.Length == 0 ? Clear : Set, new { account = caller.Account, id, comment }), cancellationToken);
    }

    /// <summary>Followers of each account whom the caller follows. Nobody who hides their follows is told on, on either side.</summary>
    private static async Task<Ok<IReadOnlyList<FamiliarFollowersEntity>>> FamiliarAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT a.id, ARRAY(
                SELECT f.account_id FROM follows m JOIN follows f ON f.account_id = m.target_id AND f.target_id = a.id JOIN accounts x ON x.id = f.account_id
                WHERE m.account_id = @account AND NOT a.hide_collections AND NOT x.hide_collections AND x.suspended_at IS NULL
                ORDER BY f.id DESC LIMIT @MaxFamiliar) AS familiar
            FROM unnest(@ids) WITH ORDINALITY AS o (id, position) JOIN accounts a ON a.id = o.id AND a.suspended_at IS NULL
            ORDER BY o.position
            """;
        var baseUrl = BaseUrl.Of(context);
        var ids = fields.Ids("id", MaxIds);
        return TypedResults.Ok<IReadOnlyList<FamiliarFollowersEntity>>(await db.ReadAsync(caller.Account, async connection =>
        {
            var rows = await connection.ListAsync<FamiliarRow>(Sql, new { account = caller.Account, ids, MaxFamiliar }, cancellationToken);
            var accounts = await AccountStore.ByIdsAsync(connection, [.. rows.SelectMany(row => row.Familiar).Distinct()], cancellationToken);
            return rows.Select(row => new FamiliarFollowersEntity(
                row.Id.ToApi(), [.. row.Familiar.Where(accounts.ContainsKey).Select(id => accounts[id].ToEntity(baseUrl))])).ToList();
        }, cancellationToken));
    }

    private sealed record FamiliarRow(long Id, long[] Familiar);
}

/// <summary>https://docs.joinmastodon.org/entities/FamiliarFollowers/</summary>
public sealed record FamiliarFollowersEntity(string Id, IReadOnlyList<AccountEntity> Accounts);
