using Microblog.ApiService.Accounts;
using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.Timelines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Statuses;

/// <summary>Post, show and delete a status (https://docs.joinmastodon.org/methods/statuses/).</summary>
public static class StatusEndpoints
{
    /// <summary>Maps <c>/api/v1/statuses</c>.</summary>
    public static void MapStatuses(this IEndpointRouteBuilder routes)
    {
        var statuses = routes.MapGroup("/api/v1/statuses");
        statuses.MapPost("", PostAsync).RequireScope("write:statuses");
        statuses.MapGet("/{id:long}", ShowAsync).AllowAnonymousOrScope("read:statuses");
        statuses.MapDelete("/{id:long}", DeleteAsync).RequireScope("write:statuses");
    }

    private static async Task<Ok<StatusEntity>> PostAsync(
        HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, StatusWriter writer, OwnTimeline own, Db db, CancellationToken cancellationToken)
    {
        var author = await accounts.ByIdAsync(caller.Account, caller.Account, cancellationToken) ?? throw ApiException.NotFound();
        var draft = StatusDraft.Of(fields, author);
        var host = new Uri(BaseUrl.Of(context)).Authority;
        var (id, isNew) = await writer.PostAsync(caller, draft, host, context.Request.Headers["Idempotency-Key"], cancellationToken);
        if (isNew)
        {
            await own.PushAsync(caller.Account, id);
        }
        return TypedResults.Ok((await LoadAsync(db, caller, id, cancellationToken)).ToEntity(BaseUrl.Of(context)));
    }

    private static async Task<Ok<StatusEntity>> ShowAsync(HttpContext context, long id, Caller caller, Db db, CancellationToken cancellationToken) =>
        TypedResults.Ok((await LoadAsync(db, caller, id, cancellationToken)).ToEntity(BaseUrl.Of(context)));

    private static async Task<Ok<DeletedStatusEntity>> DeleteAsync(HttpContext context, long id, Caller caller, Db db, StatusWriter writer, CancellationToken cancellationToken)
    {
        var status = await LoadAsync(db, caller, id, cancellationToken);
        if (!await writer.DeleteAsync(caller.Account, id, cancellationToken))
        {
            throw ApiException.NotFound();
        }
        return TypedResults.Ok(new DeletedStatusEntity(status.ToEntity(BaseUrl.Of(context)), status.Status.Text));
    }

    private static async Task<LoadedStatus> LoadAsync(Db db, Caller caller, long id, CancellationToken cancellationToken) =>
        await db.FindAsync(caller.AccountId, async connection =>
            (await StatusStore.VisibleAsync(connection, caller.AccountId, [id], cancellationToken)).SingleOrDefault(), cancellationToken)
        ?? throw ApiException.NotFound();
}
