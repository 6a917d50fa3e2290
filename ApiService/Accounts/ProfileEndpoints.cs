using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.OAuth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Accounts;

/// <summary>The caller's own profile (https://docs.joinmastodon.org/methods/profile/, /methods/accounts/#update_credentials).</summary>
public static class ProfileEndpoints
{
    /// <summary>Maps <c>update_credentials</c> and <c>/api/v1/profile</c>.</summary>
    public static void MapProfile(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/profile", ShowAsync).RequireScope("read:me");
        routes.MapPatch("/api/v1/profile", ChangeAsync).RequireScope("write:accounts").AcceptFiles();
        routes.MapPatch("/api/v1/accounts/update_credentials", ChangeAsync).RequireScope("write:accounts").AcceptFiles();
        routes.MapDelete("/api/v1/profile/avatar", (HttpContext context, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken) =>
            RemoveImageAsync("avatar_key", context, caller, accounts, db, cancellationToken)).RequireScope("write:accounts");
        routes.MapDelete("/api/v1/profile/header", (HttpContext context, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken) =>
            RemoveImageAsync("header_key", context, caller, accounts, db, cancellationToken)).RequireScope("write:accounts");
    }

    /// <summary>The profile as its owner sees it.</summary>
    public static async Task<Ok<CredentialAccountEntity>> ShowAsync(HttpContext context, Caller caller, AccountStore accounts, CancellationToken cancellationToken)
    {
        var account = await accounts.ByIdAsync(caller.Account, caller.Account, cancellationToken) ?? throw ApiException.NotFound();
        return TypedResults.Ok(account.ToCredentialEntity(BaseUrl.Of(context), await accounts.FollowRequestsAsync(caller.Account, cancellationToken)));
    }

    private static async Task<Ok<CredentialAccountEntity>> ChangeAsync(
        HttpContext context, RequestFields fields, Caller caller, AccountStore accounts, Db db, PendingRequests pending, ProfileImages images, CancellationToken cancellationToken)
    {
        var change = ProfileChange.Of(fields);
        change = change with
        {
            AvatarKey = await SaveAsync(images, fields, "avatar", ProfileImage.Avatar, cancellationToken),
            HeaderKey = await SaveAsync(images, fields, "header", ProfileImage.Header, cancellationToken),
        };
        if (await db.WriteAsync(caller.Account, write => change.ApplyAsync(write, caller.Account), cancellationToken) == 0)
        {
            throw ApiException.NotFound();
        }
        if (change.Locked is false)
        {
            await pending.AcceptAsync(caller.Account, cancellationToken);
        }
        return await ShowAsync(context, caller, accounts, cancellationToken);
    }

    private static async Task<Ok<CredentialAccountEntity>> RemoveImageAsync(string column, HttpContext context, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken)
    {
        await db.WriteAsync(caller.Account, write => write.ExecuteAsync($"UPDATE accounts SET {column} = NULL WHERE id = @account", new { account = caller.Account }), cancellationToken);
        return await ShowAsync(context, caller, accounts, cancellationToken);
    }

    private static async Task<string?> SaveAsync(ProfileImages images, RequestFields fields, string name, ProfileImage kind, CancellationToken cancellationToken) =>
        fields.File(name) is { } file ? await images.SaveAsync(file, kind, cancellationToken) : null;
}
