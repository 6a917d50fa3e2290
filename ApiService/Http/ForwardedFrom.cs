using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Microblog.ApiService.Http;

/// <summary>
/// Believes <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> of the proxies that <c>Microblog:ForwardedFrom</c> names: addresses and networks,
/// separated by commas or spaces (<c>10.0.0.0/8, 2001:db8::/32</c>). Of nobody else: who may write them chooses the address that limits are counted by.
/// Where a proxy in front of those tells the client's address in a header of its own, <c>Microblog:ForwardedFor</c> names that header.
/// </summary>
public static class ForwardedFrom
{
    /// <summary>Name of the setting.</summary>
    public const string Setting = "Microblog:ForwardedFrom";

    /// <summary>Name of the setting for the header with the client's address; without it <c>X-Forwarded-For</c>.</summary>
    public const string HeaderSetting = "Microblog:ForwardedFor";

    /// <summary>Takes the client's address, scheme and host from the configured proxies. First of all, so that everything behind sees them.</summary>
    public static WebApplication UseForwardedFrom(this WebApplication app)
    {
        var proxies = Parse(app.Configuration[Setting]);
        if (proxies.Count == 0)
        {
            return app;
        }
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            // As many hops as there are known proxies in a row; the first unknown address is the client's.
            ForwardLimit = null,
        };
        if (app.Configuration[HeaderSetting] is { Length: > 0 } header)
        {
            options.ForwardedForHeaderName = Checked(header);
        }
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            options.KnownIPNetworks.Add(proxy);
        }
        app.UseForwardedHeaders(options);
        return app;
    }

    /// <summary>The networks of a list; an address is a network of one.</summary>
    /// <exception cref="InvalidOperationException">One of them is neither. Starting without it would count all clients as one.</exception>
    public static IReadOnlyList<IPNetwork> Parse(string? list) =>
        [.. (list ?? "").Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(entry =>
            IPNetwork.TryParse(entry, out var network) ? network
            : IPAddress.TryParse(entry, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new InvalidOperationException($"{Setting}: '{entry}' is neither an address nor a network such as 10.0.0.0/8"))];

    private static string Checked(string header) => header.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
        ? header
        : throw new InvalidOperationException($"{HeaderSetting}: '{header}' is no name of a header, such as X-Azure-SocketIP");
}
