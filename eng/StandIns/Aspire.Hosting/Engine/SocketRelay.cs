using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Engine;

internal static class SocketRelay
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Connects to a port of this machine, by IPv4 first; null if nobody answers.</summary>
    public static async Task<Socket?> TryConnectAsync(int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        foreach (var address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                limit.CancelAfter(timeout);
                await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token);
                return socket;
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        return null;
    }

    /// <summary>Copies both ways until both sides have said their last word; a side that only stops sending keeps receiving.</summary>
    public static async Task RunAsync(Socket client, Socket target, CancellationToken cancellationToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(CopyAsync(client, target), CopyAsync(target, client));

        async Task CopyAsync(Socket from, Socket to)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            try
            {
                int read;
                while ((read = await from.ReceiveAsync(buffer.AsMemory(), broken.Token)) > 0)
                {
                    for (var sent = 0; sent < read;)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), broken.Token);
                    }
                }

                to.Shutdown(SocketShutdown.Send);
            }
            catch
            {
                // A reset of one side ends the conversation at once.
                await broken.CancelAsync();
                throw;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
