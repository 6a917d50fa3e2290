using System.Net;

namespace Microblog.Seed.Client;

/// <summary>The server refused a request, or kept failing until the retries were used up.</summary>
/// <param name="request">Method and path.</param>
/// <param name="status">The HTTP status of the last answer.</param>
/// <param name="body">The body of the last answer.</param>
internal sealed class ApiException(string request, HttpStatusCode status, string body)
    : Exception($"{request} answered {(int)status}: {Shorten(body)}")
{
    private const int LongestQuote = 300;

    /// <summary>The HTTP status of the last answer.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The body of the last answer.</summary>
    public string Body { get; } = body;

    private static string Shorten(string body)
    {
        var line = body.ReplaceLineEndings(" ").Trim();
        return line.Length <= LongestQuote ? line : line[..LongestQuote] + "…";
    }
}
