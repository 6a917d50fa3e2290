using System.Net;
using System.Net.Sockets;
using Microblog.Contracts;

namespace Microblog.FeedWorker.Push;

/// <summary>
/// Calls servers that users named. The address is looked up and checked when a connection is made, so that no name can lead into this
/// network, whatever it resolved to before; redirects and proxies, which would lead elsewhere, are not followed.
/// </summary>
public sealed class PushClient : IDisposable
{
    /// <summary>Longest time for one request, the connection included.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    private readonly bool _toLocalAddresses;
    private readonly HttpClient _http;

    /// <summary>Makes the client.</summary>
    public PushClient(PushOptions options)
    {
        _toLocalAddresses = options.ToLocalAddresses;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxConnectionsPerServer = PushLanes.Places,
            MaxResponseHeadersLength = 16,
            // What a service says beside its status is of no interest.
            MaxResponseDrainSize = 16 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            ConnectCallback = ConnectAsync,
        })
        {
            Timeout = Timeout,
            DefaultRequestVersion = HttpVersion.Version20,
        };
    }

    /// <summary>True when an endpoint may be called as far as its address alone tells.</summary>
    public bool Allows(Uri endpoint) => endpoint.Scheme == Uri.UriSchemeHttps || (_toLocalAddresses && endpoint.Scheme == Uri.UriSchemeHttp);

    /// <summary>Sends a request and returns the status of the answer.</summary>
    /// <exception cref="ForbiddenAddressException">The name leads to no public address.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<HttpStatusCode> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode;
        }
        catch (HttpRequestException exception) when (exception.InnerException is ForbiddenAddressException forbidden)
        {
            throw forbidden;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = _toLocalAddresses ? addresses : [.. addresses.Where(PublicAddress.Is)];
        if (allowed.Length == 0)
        {
            throw new ForbiddenAddressException(host);
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // The very addresses that were checked, not the name again.
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A name that users gave leads to no public address.</summary>
/// <param name="host">The name.</param>
public sealed class ForbiddenAddressException(string host) : Exception($"{host} is no public address");
