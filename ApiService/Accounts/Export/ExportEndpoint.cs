using Microblog.ApiService.Database;
using Microblog.ApiService.Http;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microblog.ApiService.Statuses;

namespace Microblog.ApiService.Accounts.Export;

/// <summary>
/// <c>GET /api/v1/accounts/me/export</c>: everything the account owns, as one JSON document. Not part of Mastodon's API; <c>me</c> is no
/// id, so it can collide with none. It is written while it is read, a page at a time, however much there is.
/// </summary>
public static class ExportEndpoint
{
    /// <summary>Maps the route.</summary>
    public static void MapAccountExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/accounts/me/export", ExportAsync).RequireScope("read")
            .Produces<ExportDocument>()
            .Describe("Export one's account", "Everything it owns, as one document, written while it is read. An addition of this server.", it => it.Returns("The document."));

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

/// <summary>The document, as the API's description shows it; it is never in memory as a whole.</summary>
/// <param name="ExportedAt">When it was begun.</param>
/// <param name="Account">The account as its owner sees it.</param>
/// <param name="Statuses">Its statuses with their source in <c>text</c>, the oldest first.</param>
/// <param name="Following">Whom it follows.</param>
/// <param name="Followers">Who follows it.</param>
/// <param name="Blocks">Whom it blocks.</param>
/// <param name="Mutes">Whom it mutes.</param>
/// <param name="Lists">Its lists with their members.</param>
/// <param name="Bookmarks">Addresses of bookmarked statuses.</param>
/// <param name="Favourites">Addresses of favourited statuses.</param>
public sealed record ExportDocument(
    DateTime ExportedAt, CredentialAccountEntity Account, IReadOnlyList<DeletedStatusEntity> Statuses, IReadOnlyList<ExportedAccount> Following, IReadOnlyList<ExportedAccount> Followers,
    IReadOnlyList<ExportedAccount> Blocks, IReadOnlyList<ExportedAccount> Mutes, IReadOnlyList<ExportedList> Lists, IReadOnlyList<ExportedLink> Bookmarks, IReadOnlyList<ExportedLink> Favourites);
