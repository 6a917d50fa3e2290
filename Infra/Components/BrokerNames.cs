using System.Net;

namespace Microblog.Infra.Components;

/// <summary>How nodes and clients find the broker. The certificate that <c>eng/broker-certificates</c> makes is for these names.</summary>
public static class BrokerNames
{
    /// <summary>The applications' user.</summary>
    public const string User = "microblog";

    /// <summary>The operators' user.</summary>
    public const string Admin = "operator";

    /// <summary>Name of the load balancer's address within the zone.</summary>
    public const string Balancer = "broker";

    /// <summary>AMQP over TLS.</summary>
    public const int Port = 5671;

    /// <summary>Private DNS zone of a stack. The top-level domain is reserved for private use.</summary>
    public static string Zone(string stack) => $"{stack}.microblog.internal";

    /// <summary>Host name of a node, counted from 1.</summary>
    public static string Host(int number) => FormattableString.Invariant($"rmq-{number}");

    /// <summary>Address of the load balancer (0) or of a node (from 1), behind the four that Azure keeps of every subnet.</summary>
    public static string Address(IPNetwork subnet, int number)
    {
        var address = subnet.BaseAddress.GetAddressBytes();
        address[3] += (byte)(4 + number);
        return new IPAddress(address).ToString();
    }

    /// <summary>What a client connects to.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="password">Of <see cref="User"/>.</param>
    /// <param name="virtualHost">As the application model names it.</param>
    public static string Url(string stack, string password, string virtualHost) =>
        FormattableString.Invariant($"amqps://{User}:{Uri.EscapeDataString(password)}@{Balancer}.{Zone(stack)}:{Port}/{Uri.EscapeDataString(virtualHost)}");
}
