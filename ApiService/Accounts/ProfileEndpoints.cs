using Microblog.ApiService.Database;
using Microblog.ApiService.Follows;
using Microblog.ApiService.Http;
using Microblog.ApiService.Media;
using Microblog.ApiService.OAuth;
using Microblog.ApiService.OpenApi;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Microblog.ApiService.Accounts;

/// <summary>The caller's own profile (https://docs.joinmastodon.org/methods/profile/, /methods/accounts/#update_credentials).</summary>
public static class ProfileEndpoints
{
    /// <summary>Maps <c>update_credentials</c> and <c>/api/v1/profile</c>.</summary>
    public static void MapProfile(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/profile", ShowAsync).RequireScope("read:me").Describe("Show one's profile", "With what only its owner sees.", it => it.Returns("The account."));
        routes.MapPatch("/api/v1/profile", ChangeAsync).RequireScope("write:accounts").AcceptFiles().Describe("Change one's profile", "What is not sent stays.", it => Fields(it).Returns("The account."));
        routes.MapPatch("/api/v1/accounts/update_credentials", ChangeAsync).RequireScope("write:accounts").AcceptFiles().Describe("Change one's profile (older name)", "The same as `PATCH /api/v1/profile`.", it => Fields(it).Returns("The account."));
        routes.MapDelete("/api/v1/profile/avatar", (HttpContext context, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken) =>
            RemoveImageAsync("avatar_key", context, caller, accounts, db, cancellationToken)).RequireScope("write:accounts")
            .Describe("Remove one's avatar", "The default picture is shown again.", it => it.Returns("The account."));
        routes.MapDelete("/api/v1/profile/header", (HttpContext context, Caller caller, AccountStore accounts, Db db, CancellationToken cancellationToken) =>
            RemoveImageAsync("header_key", context, caller, accounts, db, cancellationToken)).RequireScope("write:accounts")
            .Describe("Remove one's header", "The default picture is shown again.", it => it.Returns("The account."));
    }

    private static OperationDescription Fields(OperationDescription it) => it
        .Body("display_name", "Name that people see.", max: ProfileChange.MaxDisplayName, example: "Alice")
        .Body("note", "About oneself; links, mentions and hashtags are recognised. A link counts as 23 characters.", max: ProfileChange.MaxNote, example: "Reads and writes")
        .Body("avatar", "Picture of the account: PNG, JPEG, GIF, WebP or AVIF.", ParameterKind.File, example: "avatar.png")
        .Body("header", "Picture above the profile: PNG, JPEG, GIF, WebP or AVIF.", ParameterKind.File, example: "header.png")
        .Body("locked", "Whether followers have to be accepted. Turned off, all that wait are accepted.", ParameterKind.Flag, example: false)
        .Body("bot", "Whether a program posts here.", ParameterKind.Flag, example: false)
        .Body("discoverable", "Whether it may be recommended to strangers.", ParameterKind.Flag, example: true)
        .Body("indexable", "Whether strangers find its public statuses by searching.", ParameterKind.Flag, example: true)
        .Body("hide_collections", "Whether follows and followers are hidden.", ParameterKind.Flag, example: false)
        .Body("fields_attributes", $"Lines of the profile, which replace those that are there: a list of objects with `name` and `value`, each of at most {ProfileChange.MaxField} characters.", ParameterKind.Objects, max: ProfileChange.MaxFields, example: new Dictionary<string, object> { ["name"] = "Home page", ["value"] = "https://example.org" })
        .Body("source[privacy]", "Visibility of new statuses.", oneOf: ["public", "unlisted", "private"])
        .Body("source[sensitive]", "Whether media of new statuses are hidden at first.", ParameterKind.Flag, example: false)
        .Body("source[language]", "Language of new statuses, ISO 639; empty when clients guess.", max: 12, example: "en");

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
