using Microblog.ApiService.Accounts;
using Microblog.ApiService.Http;
using Microblog.ApiService.Instance;

namespace Microblog.ApiService.OAuth.Pages;

/// <summary>Create an account, and be signed in with it.</summary>
public static class SignUpPages
{
    private const string Path = "/auth/sign_up";

    private static readonly (string Field, string Id, string Label)[] Fields =
        [("username", "user_name", "User name"), ("email", "user_email", "Email address"), ("password", "user_password", "Password"), ("agreement", "user_agreement", "The rules")];

    /// <summary>Maps the page.</summary>
    public static void MapSignUp(this RouteGroupBuilder pages)
    {
        pages.MapGet(Path, (HttpContext context, RequestFields fields, SignUp signUp) =>
        {
            signUp.ThrowIfClosed();
            return FormAsync(context, StatusCodes.Status200OK, fields, []);
        });
        pages.MapPost(Path, SubmitAsync);
    }

    private static async Task SubmitAsync(HttpContext context, RequestFields fields, SignUp signUp, BrowserSessions sessions, CancellationToken cancellationToken)
    {
        if (!BrowserSessions.IsOwnForm(context, fields))
        {
            await FormAsync(context, StatusCodes.Status403Forbidden, fields, [(null, "This form was out of date. Please try again.")]);
            return;
        }
        long account;
        try
        {
            account = await signUp.CreateAsync(fields, cancellationToken);
        }
        catch (ValidationException exception)
        {
            await FormAsync(context, exception.Status, fields, [.. Fields.SelectMany(field =>
                (exception.Body.Details!.GetValueOrDefault(field.Field) ?? []).Select(fault => ((string?)field.Id, $"{field.Label} {fault.Description}")))]);
            return;
        }
        await sessions.StartAsync(context, account, cancellationToken);
        await Page.RedirectAsync(context, SignInPages.SafeReturn(fields) ?? "/auth/sign_in");
    }

    private static Task FormAsync(HttpContext context, int status, RequestFields fields, (string? Field, string Text)[] faults)
    {
        var returnTo = SignInPages.SafeReturn(fields);
        Html Invalid(string id) => faults.Any(fault => fault.Field == id) ? Html.Of($"aria-invalid=\"true\"") : Html.None;
        var agreed = fields.Flag("agreement") is true ? Html.Of($"checked") : Html.None;
        return Page.WriteAsync(context, status, "Create an account", Html.Of(
            $"""
            {Page.Faults(faults)}
            <form method="post" action="{SignInPages.Address(Path, returnTo)}">{Page.FormToken(context)}
            <label for="user_name">User name</label>
            <input id="user_name" name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="30" pattern="[A-Za-z0-9_]+" aria-describedby="user_name_hint" value="{fields.Text("username")}" {Invalid("user_name")}>
            <p class="hint" id="user_name_hint">Letters, numbers and underscores; at most 30.</p>
            <label for="user_email">Email address</label>
            <input id="user_email" name="email" type="email" autocomplete="email" required maxlength="320" value="{fields.Text("email")}" {Invalid("user_email")}>
            <label for="user_password">Password</label>
            <input id="user_password" name="password" type="password" autocomplete="new-password" required minlength="8" maxlength="128" aria-describedby="user_password_hint" {Invalid("user_password")}>
            <p class="hint" id="user_password_hint">At least 8 characters.</p>
            {Rules(context)}
            <div class="choice">
            <input id="user_agreement" name="agreement" type="checkbox" value="1" required aria-describedby="rules" {agreed} {Invalid("user_agreement")}>
            <label for="user_agreement">I agree to the rules of this server</label>
            </div>
            <button type="submit">Create account</button>
            </form>
            <p>Have an account? <a href="{SignInPages.Address("/auth/sign_in", returnTo)}">Log in</a></p>
            """));
    }

    /// <summary>What one is about to agree to.</summary>
    private static Html Rules(HttpContext context)
    {
        var rules = InstanceDetails.Rules(context.RequestServices.GetRequiredService<IConfiguration>());
        return rules.Count == 0
            ? Html.Of($"""<p class="hint" id="rules">This server has set no rules of its own so far.</p>""")
            : Html.Of(
                $"""
                <h2>The rules of this server</h2>
                <ol id="rules">{Html.Join(rules.Select(rule => Html.Of($"<li>{rule.Text}</li>")))}</ol>
                """);
    }
}
