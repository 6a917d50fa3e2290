using System.Globalization;

namespace Microblog.ApiService.Search;

/// <summary>An address of one of this server's accounts or statuses, as entities carry them in <c>url</c> and <c>uri</c>.</summary>
/// <param name="Username">Name of the account.</param>
/// <param name="StatusId">The status, if it is one.</param>
public sealed record LocalAddress(string Username, long? StatusId)
{
    /// <summary>Reads an address; null when it is none of ours.</summary>
    public static LocalAddress? Parse(string text, string baseUrl)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")
            || !string.Equals(url.Authority, new Uri(baseUrl).Authority, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        return url.AbsolutePath.Trim('/').Split('/') switch
        {
            [['@', .. { Length: > 0 } name]] => new LocalAddress(name, null),
            [['@', .. { Length: > 0 } name], var id] when ParseId(id) is { } status => new LocalAddress(name, status),
            ["users", var name] => new LocalAddress(name, null),
            ["users", var name, "statuses", var id] when ParseId(id) is { } status => new LocalAddress(name, status),
            _ => null,
        };
    }

    private static long? ParseId(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
