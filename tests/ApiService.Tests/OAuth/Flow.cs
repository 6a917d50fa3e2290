using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microblog.TestSupport;

namespace Microblog.ApiService.Tests.OAuth;

/// <summary>An application that sends people to the authorize page, as the tests' applications do.</summary>
/// <param name="Api">Where.</param>
/// <param name="ClientId">Its id.</param>
/// <param name="ClientSecret">Its secret.</param>
/// <param name="RedirectUri">Its address.</param>
public sealed record Flow(Uri Api, string ClientId, string ClientSecret, string RedirectUri)
{
    public const string Callback = "https://app.example/callback";

    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    /// <summary>That of the verifier above, both from RFC 7636 appendix B.</summary>
    public const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    public static async Task<Flow> RegisterAsync(Uri api, string redirectUris = Callback, string scopes = "read write follow push", string name = "Tests")
    {
        var answer = (await new Client(api).PostAsync("/api/v1/apps", new { client_name = name, redirect_uris = redirectUris, scopes })).Ok();
        return new Flow(api, answer["client_id"].GetString()!, answer["client_secret"].GetString()!, redirectUris.Split(' ')[0]);
    }

    public static string ChallengeOf(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    /// <summary>The address to open; parameters given replace those that are usual, and null leaves one out.</summary>
    public string Ask(params (string Name, string? Value)[] parameters)
    {
        var all = new Dictionary<string, string?> { ["response_type"] = "code", ["client_id"] = ClientId, ["redirect_uri"] = RedirectUri, ["scope"] = "read write" };
        foreach (var (name, value) in parameters)
        {
            all[name] = value;
        }
        return "/oauth/authorize?" + string.Join('&', all.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"));
    }

    /// <summary>Lets somebody log in and allow it; the answer is the redirect back, or the page with the code.</summary>
    public async Task<Answer> AllowAsync(Browser browser, Person person, params (string Name, string? Value)[] parameters)
    {
        var consent = await browser.LogInAsync(await browser.FollowAsync(Ask(parameters)), person.Username);
        return await browser.SubmitAsync(consent, ("decision", "allow"));
    }

    /// <summary>The code that somebody's consent gives.</summary>
    public async Task<string> CodeAsync(Person person, params (string Name, string? Value)[] parameters)
    {
        using var browser = new Browser(Api);
        return Browser.ParameterOf(await AllowAsync(browser, person, parameters), "code") ?? throw new InvalidOperationException("There was no code.");
    }

    /// <summary>Trades a code.</summary>
    public Task<Answer> RedeemAsync(string code, params (string Name, string Value)[] more)
    {
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["client_id"] = ClientId,
            ["client_secret"] = ClientSecret,
            ["code"] = code,
            ["redirect_uri"] = RedirectUri,
        };
        foreach (var (name, value) in more)
        {
            fields[name] = value;
        }
        return new Client(Api).PostFormAsync("/oauth/token", [.. fields.Select(field => (field.Key, field.Value))]);
    }

    /// <summary>Revokes a token.</summary>
    public Task<Answer> RevokeAsync(string token) => new Client(Api).PostFormAsync("/oauth/revoke", ("client_id", ClientId), ("client_secret", ClientSecret), ("token", token));
}
