namespace Aspire.Hosting.Health;

internal static class HttpProbe
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        // A probe asks rarely; a connection kept open would only delay the shutdown of the process it asks.
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>What is wrong with the answer, or null if it has the expected status.</summary>
    public static async Task<string?> AskAsync(Uri uri, int statusCode, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (int)response.StatusCode == statusCode ? null : $"{uri} answered {(int)response.StatusCode}, expected {statusCode}";
        }
        catch (HttpRequestException exception)
        {
            return $"{uri}: {exception.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{uri} did not answer in time";
        }
    }
}
