using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Microblog.TestSupport;

/// <summary>
/// A door in front of a server, on a port of its own. Closing it breaks every connection and refuses new ones, as when the server
/// has died; opening it brings the server back. While it hangs, connections stay but nothing passes, as when a server is stuck.
/// </summary>
public sealed class Gate : IAsyncDisposable
{
    private readonly Lock _change = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly string _host;
    private readonly int _port;
    private TcpListener? _listener;
    private TaskCompletionSource _passes = Passing();

    private Gate(string host, int port)
    {
        (_host, _port) = (host, port);
        Open();
    }

    /// <summary>The port of the door, the same after each opening.</summary>
    public int Port { get; private set; }

    /// <summary>A door to Redis; returns its connection string too.</summary>
    public static (Gate Gate, string Connection) ToRedis(string connection)
    {
        var parts = connection.Split(',');
        var address = parts[0].Split(':');
        var gate = new Gate(address[0], int.Parse(address[1], CultureInfo.InvariantCulture));
        return (gate, string.Join(',', [$"127.0.0.1:{gate.Port}", .. parts[1..]]));
    }

    /// <summary>A door to RabbitMQ; returns its connection string too.</summary>
    public static (Gate Gate, string Connection) ToBroker(string connection)
    {
        var uri = new UriBuilder(connection);
        var gate = new Gate(uri.Host, uri.Port);
        (uri.Host, uri.Port) = ("127.0.0.1", gate.Port);
        return (gate, uri.Uri.AbsoluteUri);
    }

    /// <summary>A port on which nothing listens.</summary>
    public static int DeadPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Lets connections through.</summary>
    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(_listener);
    }

    /// <summary>Lets nothing pass from now on; connections stay.</summary>
    public void Hang() => _passes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets everything pass again, what waited first.</summary>
    public void Resume() => _passes.TrySetResult();

    /// <summary>Breaks all connections and takes no more.</summary>
    public void Close()
    {
        _listener?.Stop();
        _passes.TrySetResult();
        lock (_change)
        {
            foreach (var socket in _sockets)
            {
                socket.Dispose();
            }
            _sockets.Clear();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Close();
        _listener?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TaskCompletionSource Passing()
    {
        var passing = new TaskCompletionSource();
        passing.SetResult();
        return passing;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                _ = RelayAsync(await listener.AcceptSocketAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Closed.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        lock (_change)
        {
            _sockets.Add(client);
            _sockets.Add(server);
        }
        try
        {
            await server.ConnectAsync(_host, _port);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The door was closed, or the server is away: both ends see a broken connection.
        }
        finally
        {
            client.Dispose();
            server.Dispose();
            lock (_change)
            {
                _sockets.Remove(client);
                _sockets.Remove(server);
            }
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                await _passes.Task;
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Either end is gone; the caller closes the other.
        }
    }
}
