using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Paging;
using Microblog.ApiService.Statuses;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Microblog.ApiService.Conversations;

/// <summary>Direct statuses by conversation (https://docs.joinmastodon.org/methods/conversations/). The worker keeps them up to date.</summary>
public static class ConversationEndpoints
{
    /// <summary>Maps <c>/api/v1/conversations</c>.</summary>
    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        var conversations = routes.MapGroup("/api/v1/conversations");
        conversations.MapGet("", ListAsync).RequireScope("read:statuses")
            .Describe("Conversations", "Direct statuses by thread, the latest first.", it => it.Paged(byDefault: 20, max: 40).Returns("A page of conversations."));
        conversations.MapPost("/{id:long}/read", (HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken) =>
            MarkAsync(unread: false, context, id, caller, idempotency, db, cancellationToken)).RequireScope("write:conversations")
            .Describe("Mark a conversation as read", "For the caller's clients; nobody else notices.", it => it.Returns("The conversation."));
        conversations.MapPost("/{id:long}/unread", (HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken) =>
            MarkAsync(unread: true, context, id, caller, idempotency, db, cancellationToken)).RequireScope("write:conversations")
            .Describe("Mark a conversation as unread", "For the caller's clients; nobody else notices.", it => it.Returns("The conversation."));
        conversations.MapDelete("/{id:long}", DeleteAsync).RequireScope("write:conversations")
            .Describe("Remove a conversation", "From the caller's list, until somebody writes in it again.", it => it.Returns("Nothing to say."));
    }

    /// <summary>The conversation as its owner sees it; null when there is none.</summary>
    public static Task<ConversationEntity?> FindAsync(Db db, long account, long id, string baseUrl, CancellationToken cancellationToken) => db.FindAsync(account, async connection =>
    {
        var rows = await connection.ListAsync<ConversationRow>("SELECT c.id, c.last_status_id, c.unread FROM conversations c WHERE c.account_id = @account AND c.id = @id", new { account, id }, cancellationToken);
        return (await ToEntitiesAsync(connection, account, rows, baseUrl, cancellationToken)).SingleOrDefault();
    }, cancellationToken);

    /// <summary>Who takes part in a conversation besides the viewer, by its last status.</summary>
    public static List<long> Others(LoadedStatus last, long viewer) => [.. last.Mentions.Select(mention => mention.Id).Prepend(last.Status.AccountId).Distinct().Where(id => id != viewer)];

    private static async Task<Ok<IReadOnlyList<ConversationEntity>>> ListAsync(HttpContext context, RequestFields fields, Caller caller, Db db, CancellationToken cancellationToken)
    {
        // The cursor is the last status: a conversation moves up with each.
        var page = IdPage.Of(context, fields);
        var sql =
            $"""
            SELECT c.id, c.last_status_id, c.unread FROM conversations c JOIN statuses s ON s.id = c.last_status_id
            WHERE c.account_id = @viewer AND c.last_status_id < @max AND c.last_status_id > @min AND {StatusStore.IsShown}
            ORDER BY c.last_status_id {page.Order} LIMIT @take
            """;
        return TypedResults.Ok(await db.ReadAsync(caller.Account, async connection =>
        {
            var rows = page.Finish(await connection.ListAsync<ConversationRow>(sql, new { viewer = caller.Account, max = page.Max, min = page.Min, take = page.Take }, cancellationToken), row => row.LastStatusId);
            return await ToEntitiesAsync(connection, caller.Account, rows, BaseUrl.Of(context), cancellationToken);
        }, cancellationToken));
    }

    private static async Task<Ok<ConversationEntity>> MarkAsync(bool unread, HttpContext context, long id, Caller caller, Idempotency idempotency, Db db, CancellationToken cancellationToken)
    {
        await idempotency.WriteAsync(db, async write =>
            await write.ExecuteAsync("UPDATE conversations SET unread = @unread WHERE account_id = @Account AND id = @id", new { caller.Account, id, unread }) == 1 ? id : throw ApiException.NotFound(), cancellationToken);
        return TypedResults.Ok(await FindAsync(db, caller.Account, id, BaseUrl.Of(context), cancellationToken) ?? throw ApiException.NotFound());
    }

    private static async Task<Ok<EmptyBody>> DeleteAsync(long id, Caller caller, Db db, CancellationToken cancellationToken)
    {
        var deleted = await db.WriteAsync(caller.Account, write => write.ExecuteAsync("DELETE FROM conversations WHERE account_id = @Account AND id = @id", new { caller.Account, id }), cancellationToken);
        return deleted == 1 ? TypedResults.Ok(new EmptyBody()) : throw ApiException.NotFound();
    }

    private static async Task<IReadOnlyList<ConversationEntity>> ToEntitiesAsync(
        NpgsqlConnection connection, long viewer, IReadOnlyList<ConversationRow> rows, string baseUrl, CancellationToken cancellationToken)
    {
        var statuses = (await StatusStore.VisibleAsync(connection, viewer, [.. rows.Select(row => row.LastStatusId)], cancellationToken)).ToDictionary(status => status.Status.Id);
        var others = statuses.ToDictionary(status => status.Key, status => Others(status.Value, viewer));
        var accounts = await AccountStore.ByIdsAsync(connection, [.. others.Values.SelectMany(ids => ids).Distinct()], cancellationToken);
        return [.. rows.Where(row => statuses.ContainsKey(row.LastStatusId)).Select(row => new ConversationEntity(
            row.Id.ToApi(), row.Unread, [.. others[row.LastStatusId].Where(accounts.ContainsKey).Select(id => accounts[id].ToEntity(baseUrl))], statuses[row.LastStatusId].ToEntity(baseUrl)))];
    }

    private sealed record ConversationRow(long Id, long LastStatusId, bool Unread);
}

/// <summary>https://docs.joinmastodon.org/entities/Conversation/</summary>
public sealed record ConversationEntity(string Id, bool Unread, IReadOnlyList<AccountEntity> Accounts, StatusEntity? LastStatus);
