using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Lists;

/// <summary>The caller's lists (https://docs.joinmastodon.org/methods/lists/).</summary>
public static class ListEndpoints
{
    private const int MaxTitle = 255;

    /// <summary>Maps <c>/api/v1/lists</c> and the lists that an account is in.</summary>
    public static void MapLists(this IEndpointRouteBuilder routes)
    {
        var lists = routes.MapGroup("/api/v1/lists");
        lists.MapGet("", AllAsync).RequireScope("read:lists").Describe("Lists", "The caller's own, the oldest first; nobody else sees them.", it => it.Returns("All of them."));
        lists.MapPost("", CreateAsync).RequireScope("write:lists").Describe("Make a list", $"An account may have {ListStore.MaxLists}.", it => Fields(it, isNew: true).Returns("The list."));
        lists.MapGet("/{id:long}", ShowAsync).RequireScope("read:lists").Describe("Show a list", "One's own.", it => it.Returns("The list."));
        lists.MapPut("/{id:long}", ChangeAsync).RequireScope("write:lists").Describe("Change a list", "What is not sent stays.", it => Fields(it, isNew: false).Returns("The list."));
        lists.MapPatch("/{id:long}", ChangeAsync).RequireScope("write:lists").Describe("Change a list", "The same as `PUT`.", it => Fields(it, isNew: false).Returns("The list."));
        lists.MapDelete("/{id:long}", DeleteAsync).RequireScope("write:lists").Describe("Delete a list", "The accounts in it stay followed.", it => it.Returns("Nothing to say."));
        routes.MapGet("/api/v1/accounts/{id:long}/lists", OfAccountAsync).RequireScope("read:lists").Describe("Lists with an account", "Which of the caller's lists it is in.", it => it.Returns("The lists."));
    }

    private static OperationDescription Fields(OperationDescription it, bool isNew) => it
        .Body("title", "Name of the list.", required: isNew, max: MaxTitle, example: "Friends")
        .Body("replies_policy", "Whose replies are shown: to anybody the caller follows, to accounts in the list, or none.", byDefault: isNew ? "list" : null, oneOf: ["followed", "list", "none"])
        .Body("exclusive", "Whether the home leaves out what the list shows.", ParameterKind.Flag, byDefault: isNew ? false : null, example: false);

    private static async Task<Ok<IReadOnlyList<ListEntity>>> AllAsync(Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql = $"SELECT {ListRow.Columns} FROM lists l WHERE l.account_id = @account ORDER BY l.id";
        var rows = await db.ReadAsync(caller.Account, connection => connection.ListAsync<ListRow>(Sql, new { account = caller.Account }, cancellationToken), cancellationToken);
        return TypedResults.Ok<IReadOnlyList<ListEntity>>([.. rows.Select(row => row.ToEntity())]);
    }

    private static async Task<Ok<IReadOnlyList<ListEntity>>> OfAccountAsync(long id, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            $"""
            SELECT {ListRow.Columns} FROM list_accounts m JOIN lists l ON l.account_id = m.account_id AND l.id = m.list_id
            WHERE m.account_id = @account AND m.target_id = @id ORDER BY l.id
            """;
        _ = await accounts.ByIdAsync(caller.Account, id, cancellationToken) ?? throw ApiException.NotFound();
        var rows = await db.ReadAsync(caller.Account, connection => connection.ListAsync<ListRow>(Sql, new { account = caller.Account, id }, cancellationToken), cancellationToken);
        return TypedResults.Ok<IReadOnlyList<ListEntity>>([.. rows.Select(row => row.ToEntity())]);
    }

    private static async Task<Ok<ListEntity>> ShowAsync(long id, Caller caller, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok((await ListStore.FindAsync(db, caller.Account, id, cancellationToken) ?? throw ApiException.NotFound()).ToEntity());

    private static async Task<Ok<ListEntity>> CreateAsync(RequestFields fields, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        var (title, policy) = Checked(fields, isNew: true);
        var (id, _) = await idempotency.WriteAsync(db, write =>
            ListStore.CreateAsync(write, caller.Account, title!, policy ?? RepliesPolicies.List, fields.Flag("exclusive") ?? false), cancellationToken);
        return await ShowAsync(id, caller, db, cancellationToken);
    }

    private static async Task<Ok<ListEntity>> ChangeAsync(long id, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            UPDATE lists SET title = coalesce(@title, title), replies_policy = coalesce(@policy, replies_policy), exclusive = coalesce(@exclusive, exclusive)
            WHERE account_id = @account AND id = @id
            """;
        var (title, policy) = Checked(fields, isNew: false);
        await db.WriteAsync(caller.Account, write => write.ExecuteAsync(Sql, new { account = caller.Account, id, title, policy, exclusive = fields.Flag("exclusive") }), cancellationToken);
        return await ShowAsync(id, caller, db, cancellationToken);
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        const string Sql = "DELETE FROM lists WHERE account_id = @account AND id = @id";
        return await db.WriteAsync(caller.Account, write => write.ExecuteAsync(Sql, new { account = caller.Account, id }), cancellationToken) == 1
            ? TypedResults.Ok(new EmptyBody())
            : throw ApiException.NotFound();
    }

    private static (string? Title, short? Policy) Checked(RequestFields fields, bool isNew)
    {
        var title = fields.Text("title")?.Trim();
        var word = fields.Text("replies_policy") is { Length: > 0 } text ? text : null;
        var policy = word is null ? null : RepliesPolicies.Parse(word);
        var errors = new FieldErrors();
        errors.Add(title is { Length: 0 } || (isNew && title is null), "title", "ERR_BLANK", "can't be blank");
        errors.Add(title is { Length: > MaxTitle }, "title", "ERR_TOO_LONG", $"is too long (maximum is {MaxTitle} characters)");
        errors.Add(word is not null && policy is null, "replies_policy", "ERR_INCLUSION", "is not included in the list");
        errors.ThrowIfAny();
        return (title, policy);
    }
}
