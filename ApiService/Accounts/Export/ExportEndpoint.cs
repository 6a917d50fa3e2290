using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;

namespace Microblog.ApiService.Accounts.Export;

/// <summary>
/// <c>GET /api/v1/accounts/me/export</c>: everything the account owns, as one JSON document. Not part of Mastodon's API; <c>me</c> is no
/// id, so it can collide with none. It is written while it is read, a page at a time, however much there is.
/// </summary>
public static class ExportEndpoint
{
    /// <summary>Maps the route.</summary>
    public static void MapAccountExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/accounts/me/export", ExportAsync).RequireScope("read");

    private static async Task ExportAsync(HttpContext context, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        var account = await accounts.ByIdAsync(caller.Account, caller.Account, cancellationToken) ?? throw ApiException.NotFound();
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{account.Username}.json\"";
        context.Response.Headers.CacheControl = "private, no-store";
        await using var export = new AccountExport(context.Response.BodyWriter, db, account, BaseUrl.Of(context), cancellationToken);
        await export.WriteAsync();
    }
}
