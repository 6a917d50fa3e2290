using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Engine;

/// <summary>
/// The stable public address of an endpoint. Connections are spread over the replicas in turn; one that is not ready is passed over
/// (unless none is: a degraded answer is better than none), and one that refuses a connection makes room for the next.
/// </summary>
internal sealed partial class EndpointProxy : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly EndpointAnnotation _endpoint;
    private readonly Func<IReadOnlyList<Replica>> _replicas;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _listeners;
    private readonly Task[] _accepting;
    private int _turn;

    private EndpointProxy(EndpointAnnotation endpoint, List<Socket> listeners, Func<IReadOnlyList<Replica>> replicas, ILogger logger)
    {
        _endpoint = endpoint;
        _listeners = listeners;
        _replicas = replicas;
        _logger = logger;
        Port = ((IPEndPoint)listeners[0].LocalEndPoint!).Port;
        _accepting = [.. listeners.Select(listener => Task.Run(() => AcceptAsync(listener)))];
    }

    public int Port { get; }

    public static EndpointProxy Listen(EndpointAnnotation endpoint, int? port, Func<IReadOnlyList<Replica>> replicas, ILogger logger)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new EndpointProxy(endpoint, Bind(endpoint.TargetHost, port ?? Ports.Free()), replicas, logger);
            }
            catch (SocketException) when (port is null && attempt < 20)
            {
                // Somebody else took the free port first.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listeners.ForEach(l => l.Dispose());
        await Task.WhenAll(_accepting);
    }

    private static List<Socket> Bind(string host, int port)
    {
        IPAddress[] addresses = host switch
        {
            "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
            "*" or "+" or "0.0.0.0" or "::" or "[::]" => [IPAddress.Any, IPAddress.IPv6Any],
            _ when IPAddress.TryParse(host.Trim('[', ']'), out var address) => [address],
            _ => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        };
        var listeners = new List<Socket>();
        try
        {
            foreach (var address in addresses.Where(a => a.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6))
            {
                var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    if (address.AddressFamily == AddressFamily.InterNetworkV6)
                    {
                        listener.DualMode = false;
                    }

                    listener.Bind(new IPEndPoint(address, port));
                    listener.Listen(Backlog);
                    listeners.Add(listener);
                }
                catch (SocketException exception) when (listeners.Count > 0 && exception.SocketErrorCode == SocketError.AddressNotAvailable)
                {
                    // A machine whose loopback interface has no IPv6 address.
                    listener.Dispose();
                }
                catch
                {
                    listener.Dispose();
                    throw;
                }
            }
        }
        catch
        {
            listeners.ForEach(l => l.Dispose());
            throw;
        }

        return listeners;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptAsync(_stopping.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception)
            {
                Log.AcceptFailed(_logger, exception, _endpoint.Name);
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                using var target = await ConnectAsync();
                if (target is not null)
                {
                    await SocketRelay.RunAsync(client, target, _stopping.Token);
                }
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Either side may go away at any time; closing both ends is all there is to do.
            }
        }
    }

    private async Task<Socket?> ConnectAsync()
    {
        foreach (var port in Candidates())
        {
            if (await SocketRelay.TryConnectAsync(port, ConnectTimeout, _stopping.Token) is { } socket)
            {
                return socket;
            }
        }

        return null;
    }

    private List<int> Candidates()
    {
        var running = _replicas().Where(r => r.IsRunning && r.TargetPorts.ContainsKey(_endpoint)).ToArray();
        var start = running.Length == 0 ? 0 : (int)((uint)Interlocked.Increment(ref _turn) % (uint)running.Length);
        return [.. Enumerable.Range(0, running.Length)
            .Select(i => running[(start + i) % running.Length])
            .OrderByDescending(r => r.IsReady)
            .Select(r => r.TargetPorts[_endpoint])];
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The proxy of endpoint '{EndpointName}' could not accept a connection.")]
        public static partial void AcceptFailed(ILogger logger, Exception exception, string endpointName);
    }
}
