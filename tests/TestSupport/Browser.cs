using System.Net;
using System.Text.RegularExpressions;
using System.Web;

namespace Microblog.TestSupport;

/// <summary>A browser without scripts: keeps cookies, fills in the form of a page, and follows redirects only as far as it is told to.</summary>
public sealed partial class Browser : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;
    private readonly Uri _address;

    /// <summary>A browser without cookies.</summary>
    /// <param name="address">Where the API is.</param>
    public Browser(Uri address)
    {
        _address = address;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Cookies for the API.</summary>
    public CookieCollection Cookies => _cookies.GetCookies(_address);

    /// <summary>Takes a cookie over from another browser.</summary>
    public void Add(Cookie cookie) => _cookies.Add(_address, new Cookie(cookie.Name, cookie.Value));

    /// <summary>Opens an address.</summary>
    public async Task<Answer> GetAsync(string path) => await Answer.ReadAsync(await _http.GetAsync(new Uri(_address, path)));

    /// <summary>Opens an address and follows redirects that stay on the server.</summary>
    public async Task<Answer> FollowAsync(string path) => await FollowAsync(await GetAsync(path));

    /// <summary>Follows redirects that stay on the server.</summary>
    public async Task<Answer> FollowAsync(Answer answer)
    {
        for (var hops = 0; hops < 5 && LocationOf(answer) is { } location && location.StartsWith('/'); hops++)
        {
            answer = await GetAsync(location);
        }
        return answer;
    }

    /// <summary>Sends a form that is not one of a page.</summary>
    public async Task<Answer> PostAsync(string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await Answer.ReadAsync(await _http.PostAsync(new Uri(_address, path), form));
    }

    /// <summary>Sends the form of a page, with its hidden fields.</summary>
    public Task<Answer> SubmitAsync(Answer page, params (string Name, string Value)[] fields)
    {
        var hidden = HiddenPattern().Matches(page.Text).Select(match => (match.Groups[1].Value, HttpUtility.HtmlDecode(match.Groups[2].Value)));
        return PostAsync(ActionOf(page), [.. hidden, .. fields]);
    }

    /// <summary>Logs in by the form of a page.</summary>
    public async Task<Answer> LogInAsync(Answer page, string login, string password = People.Password) =>
        await FollowAsync(await SubmitAsync(page, ("email", login), ("password", password)));

    /// <summary>Where the form of a page goes.</summary>
    public static string ActionOf(Answer page) => HttpUtility.HtmlDecode(ActionPattern().Match(page.Text) is { Success: true } match
        ? match.Groups[1].Value
        : throw new InvalidOperationException($"There is no form on the page: {page}"));

    /// <summary>Where an answer redirects to, as it is in the header; null when it does not.</summary>
    public static string? LocationOf(Answer answer) => answer.Header("Location");

    /// <summary>A parameter of the address that an answer redirects to.</summary>
    public static string? ParameterOf(Answer answer, string name) =>
        LocationOf(answer) is { } location && location.Contains('?', StringComparison.Ordinal) ? HttpUtility.ParseQueryString(location[(location.IndexOf('?', StringComparison.Ordinal) + 1)..])[name] : null;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<form method=\"post\" action=\"([^\"]*)\">")]
    private static partial Regex ActionPattern();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">")]
    private static partial Regex HiddenPattern();
}
