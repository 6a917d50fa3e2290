using Microblog.ApiService.Accounts;
using Microblog.ApiService.Http;

namespace Microblog.ApiService.OAuth.Pages;

/// <summary>Log in and log out.</summary>
public static class SignInPages
{
    /// <summary>Where to go on after the log-in; only back to the question of an application.</summary>
    internal const string ReturnTo = "return_to";

    /// <summary>Asks for the password even of those who are signed in.</summary>
    internal const string Again = "again";

    private const string Path = "/auth/sign_in";
    private const string ReturnPrefix = "/oauth/authorize?";

    /// <summary>Maps the pages below <c>/auth</c>, sign-up apart.</summary>
    public static void MapSignIn(this RouteGroupBuilder pages)
    {
        pages.MapGet(Path, ShowAsync);
        pages.MapPost(Path, SubmitAsync);
        pages.MapPost("/auth/sign_out", SignOutAsync);
    }

    /// <summary>The address of a page that comes before going on.</summary>
    internal static string Address(string path, string? returnTo, bool again = false) =>
        path + (returnTo is null ? QueryString.Empty : QueryString.Create(ReturnTo, returnTo)).Add(again ? QueryString.Create(Again, "1") : QueryString.Empty);

    /// <summary>The address to go on to; null unless it is on this server and one of ours.</summary>
    internal static string? SafeReturn(RequestFields fields) =>
        fields.Text(ReturnTo) is { } address && address.StartsWith(ReturnPrefix, StringComparison.Ordinal) && address.All(c => c is > ' ' and < '\x7F' and not '\\') ? address : null;

    private static async Task ShowAsync(HttpContext context, RequestFields fields, BrowserSessions sessions, MicroblogOptions options, CancellationToken cancellationToken)
    {
        var signedIn = await sessions.FindAsync(context, cancellationToken);
        if (signedIn is null || fields.Has(Again))
        {
            await FormAsync(context, StatusCodes.Status200OK, fields, options, []);
        }
        else if (SafeReturn(fields) is { } address)
        {
            await Page.RedirectAsync(context, address);
        }
        else
        {
            await Page.WriteAsync(context, StatusCodes.Status200OK, "You are signed in", Html.Of(
                $"""
                <p>You are signed in as <strong>@{signedIn.Username}</strong>.</p>
                <p>You can close this page and go back to your application.</p>
                <form method="post" action="/auth/sign_out">{Page.FormToken(context)}
                <button type="submit" class="secondary">Log out</button>
                </form>
                """));
        }
    }

    private static async Task SubmitAsync(
        HttpContext context, RequestFields fields, BrowserSessions sessions, Credentials credentials, MicroblogOptions options, CancellationToken cancellationToken)
    {
        if (!BrowserSessions.IsOwnForm(context, fields))
        {
            await FormAsync(context, StatusCodes.Status403Forbidden, fields, options, [(null, "This form was out of date. Please try again.")]);
            return;
        }
        if (await credentials.VerifyAsync(context, fields.Text("email") ?? "", fields.Text("password") ?? "", cancellationToken) is not { } account)
        {
            await FormAsync(context, StatusCodes.Status422UnprocessableEntity, fields, options, [("user_email", "The email address or the password is wrong.")]);
            return;
        }
        await sessions.StartAsync(context, account, cancellationToken);
        await Page.RedirectAsync(context, SafeReturn(fields) ?? Path);
    }

    private static async Task SignOutAsync(HttpContext context, RequestFields fields, BrowserSessions sessions, MicroblogOptions options, CancellationToken cancellationToken)
    {
        if (!BrowserSessions.IsOwnForm(context, fields))
        {
            await FormAsync(context, StatusCodes.Status403Forbidden, fields, options, [(null, "You are not logged out: that request did not come from this site.")]);
            return;
        }
        await sessions.EndAsync(context, cancellationToken);
        await Page.RedirectAsync(context, Path);
    }

    private static Task FormAsync(HttpContext context, int status, RequestFields fields, MicroblogOptions options, (string? Field, string Text)[] faults)
    {
        var returnTo = SafeReturn(fields);
        var invalid = faults.Any(fault => fault.Field is not null) ? Html.Of($"aria-invalid=\"true\"") : Html.None;
        var signUp = options.RegistrationsOpen
            ? Html.Of($"""<p>New here? <a href="{Address("/auth/sign_up", returnTo)}">Create an account</a></p>""")
            : Html.None;
        return Page.WriteAsync(context, status, "Log in", Html.Of(
            $"""
            {Page.Faults(faults)}
            <form method="post" action="{Address(Path, returnTo)}">{Page.FormToken(context)}
            <label for="user_email">Email address or user name</label>
            <input id="user_email" name="email" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="320" value="{fields.Text("email")}" {invalid}>
            <label for="user_password">Password</label>
            <input id="user_password" name="password" type="password" autocomplete="current-password" required maxlength="128" {invalid}>
            <button type="submit">Log in</button>
            </form>
            {signUp}
            """));
    }
}
