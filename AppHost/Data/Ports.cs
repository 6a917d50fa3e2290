using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;

namespace Microblog.AppHost.Data;

/// <summary>
/// Ports for servers that listen without a proxy. They are chosen when the model is built, because the servers' settings
/// and connection strings repeat them. <c>Microblog:Ports:{name}</c> fixes one.
/// </summary>
public sealed class Ports(IConfiguration configuration)
{
    // Above the range from which Linux takes the local ports of outgoing connections, and away from the ports which
    // the orchestrator hands out later, before these servers listen.
    private const int First = 61000;
    private const int Last = 65000;

    private readonly HashSet<int> _taken = [];

    /// <summary>The configured port of that name, or a free one.</summary>
    /// <exception cref="AppHostException">The configured value is not a port.</exception>
    public int Take(string name)
    {
        var key = $"Microblog:Ports:{name}";
        if (configuration[key] is { Length: > 0 } text)
        {
            return int.TryParse(text, out var configured) && configured is > 0 and <= 65535
                ? configured
                : throw new AppHostException($"{key} is \"{text}\"; it must be a number from 1 to 65535.");
        }

        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (IsFree(port) && _taken.Add(port))
            {
                return port;
            }
        }

        throw new AppHostException($"No free port was found between {First} and {Last}.");
    }

    /// <summary>Whether nothing listens on that port of this machine.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
