using Microblog.ApiService.Database;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.OAuth.Pages;

/// <summary><c>/oauth/authorize</c>: an application asks for access to an account, and the account's owner agrees or not.</summary>
public static class AuthorizePages
{
    private const string Path = "/oauth/authorize";

    /// <summary>Maps the page and everything it leads to.</summary>
    public static void MapAuthorization(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").AsPages().ExcludeFromDescription();
        pages.MapGet(Path, AskAsync);
        pages.MapPost(Path, AnswerAsync);
        pages.MapSignIn();
        pages.MapSignUp();
    }

    private static async Task AskAsync(
        HttpContext context, RequestFields fields, Db db, BrowserSessions sessions, AuthorizationCodes codes, CancellationToken cancellationToken)
    {
        var request = await AuthorizationRequest.ReadAsync(fields, db, cancellationToken);
        if (request.Error is { } error)
        {
            await RefuseAsync(context, request, error);
            return;
        }
        var again = fields.Flag("force_login") is true;
        if (again || await sessions.FindAsync(context, cancellationToken) is not { } signedIn)
        {
            await Page.RedirectAsync(context, SignInPages.Address("/auth/sign_in", ThisRequest(context), again));
        }
        else if (await HasAgreedAsync(db, request, signedIn.AccountId, cancellationToken))
        {
            await GrantAsync(context, request, codes, signedIn.AccountId, cancellationToken);
        }
        else
        {
            await ConsentAsync(context, StatusCodes.Status200OK, request, signedIn, []);
        }
    }

    private static async Task AnswerAsync(
        HttpContext context, RequestFields fields, Db db, BrowserSessions sessions, AuthorizationCodes codes, CancellationToken cancellationToken)
    {
        var request = await AuthorizationRequest.ReadAsync(fields, db, cancellationToken);
        if (request.Error is { } error)
        {
            await RefuseAsync(context, request, error);
            return;
        }
        if (await sessions.FindAsync(context, cancellationToken) is not { } signedIn)
        {
            await Page.RedirectAsync(context, SignInPages.Address("/auth/sign_in", ThisRequest(context)));
        }
        else if (!BrowserSessions.IsOwnForm(context, fields))
        {
            await ConsentAsync(context, StatusCodes.Status403Forbidden, request, signedIn, [(null, "This form was out of date. Please decide again.")]);
        }
        else if (fields.Text("decision") is "allow")
        {
            await GrantAsync(context, request, codes, signedIn.AccountId, cancellationToken);
        }
        else
        {
            await RefuseAsync(context, request, new AuthorizationError("access_denied", "The resource owner or authorization server denied the request."));
        }
    }

    /// <summary>An application that holds a token for as much already is not asked about again.</summary>
    private static Task<bool> HasAgreedAsync(Db db, AuthorizationRequest request, long accountId, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT EXISTS (
                SELECT FROM access_tokens
                WHERE account_id = @accountId AND application_id = @applicationId AND revoked_at IS NULL AND scopes @> @scopes)
            """;
        return db.ReadPrimaryAsync(connection => connection.ScalarAsync<bool>(
            Sql, new { accountId, applicationId = request.Application.Id, scopes = request.Scopes }, cancellationToken), cancellationToken);
    }

    private static async Task GrantAsync(HttpContext context, AuthorizationRequest request, AuthorizationCodes codes, long accountId, CancellationToken cancellationToken)
    {
        var code = await codes.IssueAsync(request, accountId, cancellationToken);
        if (!request.IsOutOfBand)
        {
            await Page.RedirectAsync(context, request.Answer([("code", code)]));
            return;
        }
        await Page.WriteAsync(context, StatusCodes.Status200OK, "Authorization code", Html.Of(
            $"""
            <p id="code-hint">Copy this code and paste it into <strong>{request.Application.Name}</strong>. It is good for ten minutes.</p>
            <p><code class="code" aria-describedby="code-hint" tabindex="0">{code}</code></p>
            """));
    }

    private static Task RefuseAsync(HttpContext context, AuthorizationRequest request, AuthorizationError error) => request.IsOutOfBand
        ? Page.WriteErrorAsync(context, StatusCodes.Status400BadRequest, new ErrorBody(error.Code, error.Description))
        : Page.RedirectAsync(context, request.Answer([("error", error.Code), ("error_description", error.Description)]));

    private static Task ConsentAsync(HttpContext context, int status, AuthorizationRequest request, SignedIn signedIn, (string? Field, string Text)[] faults)
    {
        var returnTo = ThisRequest(context);
        var target = request.IsOutOfBand ? Html.None : Html.Of($"""<p class="hint">Afterwards you go on to <span class="address">{request.RedirectUri}</span></p>""");
        return Page.WriteAsync(context, status, "Allow access?", Html.Of(
            $"""
            {Page.Faults(faults)}
            <p><strong>{request.Application.Name}</strong> asks for access to your account <strong>@{signedIn.Username}</strong>. It will be able to:</p>
            <ul>{Html.Join(request.Scopes.Select(scope => Html.Of($"<li>{ScopeTexts.Of(scope)} <code>{scope}</code></li>")))}</ul>
            <p>Allow it only if you trust it. It keeps its access until you log out in it.</p>
            <form method="post" action="{returnTo}">{Page.FormToken(context)}
            <button type="submit" name="decision" value="allow">Allow</button>
            <button type="submit" name="decision" value="deny" class="secondary">Deny</button>
            </form>
            {target}
            <p>Not you? <a href="{SignInPages.Address("/auth/sign_in", returnTo, again: true)}">Log in as somebody else</a></p>
            """));
    }

    /// <summary>This request again, after the log-in that it may have asked for.</summary>
    private static string ThisRequest(HttpContext context) =>
        Path + QueryString.Create(context.Request.Query.Where(parameter => parameter.Key != "force_login").SelectMany(parameter => parameter.Value.Select(value => KeyValuePair.Create(parameter.Key, value))));
}
