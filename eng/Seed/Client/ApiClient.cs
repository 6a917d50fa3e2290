using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microblog.Seed.Client;

/// <summary>Sends requests of the Mastodon client API and reads their JSON answers.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly RetryHandler _retries;
    private readonly HttpClient _http;

    /// <summary>Prepares a client; nothing is sent yet.</summary>
    /// <param name="baseAddress">The API's address, as http://localhost:5080.</param>
    /// <param name="connections">How many connections may be open at a time.</param>
    public ApiClient(Uri baseAddress, int connections)
    {
        _retries = new RetryHandler(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = connections,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            AllowAutoRedirect = false,
            UseCookies = false,
        });
        _http = new HttpClient(_retries) { BaseAddress = baseAddress, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("microblog-seed", "1.0"));
    }

    /// <summary>How many requests had to be repeated.</summary>
    public long Repeated => _retries.Repeated;

    /// <summary>Sends a request without a body.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path with its query.</param>
    /// <param name="token">The access token, or null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ApiException">The answer is not a success.</exception>
    public Task<ApiAnswer<T>> SendAsync<T>(HttpMethod method, string path, string? token, CancellationToken cancellationToken) =>
        SendAsync<T>(new HttpRequestMessage(method, path), token, cancellationToken);

    /// <summary>Sends a request with a JSON body.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path with its query.</param>
    /// <param name="body">The body; its properties are sent in snake case.</param>
    /// <param name="token">The access token, or null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="idempotencyKey">The Idempotency-Key header, or null.</param>
    /// <exception cref="ApiException">The answer is not a success.</exception>
    public Task<ApiAnswer<T>> SendAsync<T>(
        HttpMethod method, string path, object body, string? token, CancellationToken cancellationToken, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body, body.GetType(), options: Json) };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return SendAsync<T>(request, token, cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<ApiAnswer<T>> SendAsync<T>(HttpRequestMessage request, string? token, CancellationToken cancellationToken)
    {
        using (request)
        {
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            var name = $"{request.Method} {request.RequestUri}";
            using var response = await _http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new ApiException(name, response.StatusCode, await DescribeAsync(response, cancellationToken));
            }

            var body = await response.Content.ReadFromJsonAsync<T>(Json, cancellationToken)
                ?? throw new ApiException(name, response.StatusCode, "no body");
            return new(body, response.Headers.Date);
        }
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.StatusCode == HttpStatusCode.TooManyRequests && response.Headers.RetryAfter is { } wait
            ? $"the server's rate limit asks to wait {wait} s; raise it for seeding. {body}"
            : body;
    }
}

/// <summary>A body and the server's clock at the time of the answer (whole seconds), when it was sent.</summary>
internal sealed record ApiAnswer<T>(T Body, DateTimeOffset? ServerTime);
