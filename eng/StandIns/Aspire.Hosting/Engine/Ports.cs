using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Engine;

internal static class Ports
{
    // Below the range from which operating systems take the ports of outgoing connections, so that
    // a port which is free now is still free when the process that was told it gets to bind it.
    private const int First = 10_000;
    private const int Last = 32_000;
    private const int Attempts = 500;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Free()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (IsFree(port) && Given.TryAdd(port, true))
            {
                return port;
            }
        }

        throw new DistributedApplicationException($"No free TCP port was found between {First} and {Last}.");
    }

    public static bool IsFree(int port)
    {
        try
        {
            foreach (var address in (IPAddress[])[IPAddress.Any, IPAddress.IPv6Any])
            {
                if (address.AddressFamily == AddressFamily.InterNetwork || Socket.OSSupportsIPv6)
                {
                    using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                    if (address.AddressFamily == AddressFamily.InterNetworkV6)
                    {
                        socket.DualMode = false;
                    }

                    socket.Bind(new IPEndPoint(address, port));
                }
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
