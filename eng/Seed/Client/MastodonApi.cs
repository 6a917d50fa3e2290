using System.Globalization;
using System.Net;

namespace Microblog.Seed.Client;

/// <summary>The calls of the Mastodon client API that seeding needs, by name.</summary>
internal sealed class MastodonApi(ApiClient client)
{
    private const string Scopes = "read write follow";

    private AppAnswer? _app;
    private string? _appToken;

    /// <summary>The server's clock when the connection was made, in whole seconds; what is older is from an earlier run.</summary>
    public DateTimeOffset ConnectedAt { get; private set; }

    /// <summary>Registers this program and gets the token that may create accounts. Comes first.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        var registration = new
        {
            ClientName = "Microblog seed",
            RedirectUris = "urn:ietf:wg:oauth:2.0:oob",
            Scopes,
        };
        var answer = await client.SendAsync<AppAnswer>(HttpMethod.Post, "/api/v1/apps", registration, null, cancellationToken);
        _app = answer.Body;
        ConnectedAt = answer.ServerTime ?? DateTimeOffset.UtcNow;
        _appToken = await GetTokenAsync(
            new { GrantType = "client_credentials", _app.ClientId, _app.ClientSecret, Scope = Scopes }, cancellationToken);
    }

    /// <summary>Creates an account.</summary>
    /// <returns>Its access token, or null when the user name is taken.</returns>
    public async Task<string?> SignUpAsync(string username, string email, string password, CancellationToken cancellationToken)
    {
        var body = new { Username = username, Email = email, Password = password, Agreement = true, Locale = "en" };
        try
        {
            return (await client.SendAsync<TokenAnswer>(HttpMethod.Post, "/api/v1/accounts", body, _appToken, cancellationToken)).Body.AccessToken;
        }
        catch (ApiException error) when (error.Status == HttpStatusCode.UnprocessableEntity
            && error.Body.Contains("ERR_TAKEN", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>Logs an account in with its password.</summary>
    /// <returns>Its access token.</returns>
    public Task<string> LogInAsync(string email, string password, CancellationToken cancellationToken) => GetTokenAsync(
        new
        {
            GrantType = "password",
            _app!.ClientId,
            _app.ClientSecret,
            Username = email,
            Password = password,
            Scope = Scopes,
        },
        cancellationToken);

    /// <summary>The account that a token belongs to.</summary>
    public async Task<AccountAnswer> VerifyAsync(string token, CancellationToken cancellationToken) =>
        (await client.SendAsync<AccountAnswer>(HttpMethod.Get, "/api/v1/accounts/verify_credentials", token, cancellationToken)).Body;

    /// <summary>Sets the display name.</summary>
    /// <returns>False when this server has no such endpoint.</returns>
    public async Task<bool> RenameAsync(string token, string displayName, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendAsync<AccountAnswer>(
                HttpMethod.Patch, "/api/v1/accounts/update_credentials", new { DisplayName = displayName }, token, cancellationToken);
            return true;
        }
        catch (ApiException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            return false;
        }
    }

    /// <summary>Follows an account; following it again changes nothing.</summary>
    public Task FollowAsync(string token, string accountId, CancellationToken cancellationToken) =>
        client.SendAsync<Dictionary<string, object?>>(HttpMethod.Post, $"/api/v1/accounts/{accountId}/follow", token, cancellationToken);

    /// <summary>Posts a status; the same key gives the same status again.</summary>
    public async Task<StatusAnswer> PostAsync(
        string token, string text, string visibility, string? inReplyToId, string idempotencyKey, CancellationToken cancellationToken)
    {
        var body = new { Status = text, Visibility = visibility, InReplyToId = inReplyToId, Language = "en" };
        return (await client.SendAsync<StatusAnswer>(HttpMethod.Post, "/api/v1/statuses", body, token, cancellationToken, idempotencyKey)).Body;
    }

    /// <summary>A page of the home timeline, newest first.</summary>
    /// <param name="token">Whose timeline.</param>
    /// <param name="limit">The length of the page.</param>
    /// <param name="maxId">Only statuses older than this one, or null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<IReadOnlyList<StatusAnswer>> HomeAsync(string token, int limit, long? maxId, CancellationToken cancellationToken)
    {
        var older = maxId is { } id ? string.Create(CultureInfo.InvariantCulture, $"&max_id={id}") : "";
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/v1/timelines/home?limit={limit}{older}");
        return (await client.SendAsync<StatusAnswer[]>(HttpMethod.Get, path, token, cancellationToken)).Body;
    }

    private async Task<string> GetTokenAsync(object body, CancellationToken cancellationToken) =>
        (await client.SendAsync<TokenAnswer>(HttpMethod.Post, "/oauth/token", body, null, cancellationToken)).Body.AccessToken;
}
