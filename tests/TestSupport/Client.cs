using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Microblog.TestSupport;

/// <summary>A client of the API, with or without a token.</summary>
/// <param name="address">Where the API is.</param>
/// <param name="token">Bearer token; null for nobody.</param>
public class Client(Uri address, string? token = null)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Where the API is.</summary>
    public Uri Address => address;

    /// <summary>Bearer token; null for nobody.</summary>
    public string? Token => token;

    /// <summary>GET.</summary>
    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>GET of a whole address, as a <c>Link</c> header gives it.</summary>
    public Task<Answer> GetAsync(Uri url) => SendAsync(HttpMethod.Get, url.PathAndQuery);

    /// <summary>POST of fields as JSON; none when null.</summary>
    public Task<Answer> PostAsync(string path, object? fields = null) => SendAsync(HttpMethod.Post, path, fields is null ? null : JsonContent.Create(fields));

    /// <summary>POST of a form.</summary>
    public Task<Answer> PostFormAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    /// <summary>Does something with a status, such as <c>favourite</c>.</summary>
    public Task<Answer> DoAsync(long status, string action) => SendAsync(HttpMethod.Post, $"/api/v1/statuses/{status}/{action}");

    /// <summary>DELETE.</summary>
    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Any request.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = content };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        return await Answer.ReadAsync(await Http.SendAsync(request));
    }

    /// <summary>
    /// Follows the links of a list from its first page to its end and returns all entities, page by page. Fails when it goes round for ever.
    /// </summary>
    /// <param name="path">First page.</param>
    /// <param name="relation"><c>next</c> or <c>prev</c>.</param>
    public async Task<List<List<JsonElement>>> PagesAsync(string path, string relation = "next")
    {
        const int Most = 500;
        var pages = new List<List<JsonElement>>();
        for (var answer = (await GetAsync(path)).Ok(); ; answer = (await GetAsync(answer.Link(relation)!)).Ok())
        {
            var page = answer.Body.EnumerateArray().ToList();
            if (page.Count > 0)
            {
                pages.Add(page);
            }
            if (answer.Link(relation) is null || page.Count == 0)
            {
                return pages;
            }
            if (pages.Count > Most)
            {
                throw new InvalidOperationException($"{path} has more than {Most} pages");
            }
        }
    }
}
