using System.Net;
using System.Net.Sockets;

namespace Microblog.Contracts;

/// <summary>
/// Tells addresses of the public internet from those of this machine and its networks. Whoever may name a server that this one then
/// calls could otherwise call what only this one reaches.
/// </summary>
public static class PublicAddress
{
    /// <summary>IPv4 that no public server has (https://www.iana.org/assignments/iana-ipv4-special-registry).</summary>
    private static readonly IPNetwork[] NotPublic4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>All public IPv6 is in here, but for parts that only lead to IPv4, that are for examples, or that are for protocols (https://www.iana.org/assignments/iana-ipv6-special-registry).</summary>
    private static readonly IPNetwork Public6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublic6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(network => IPNetwork.Parse(network))];

    /// <summary>True for addresses that anybody may be sent to.</summary>
    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }
        return address.AddressFamily is AddressFamily.InterNetwork
            ? !NotPublic4.Any(network => network.Contains(address))
            : address.AddressFamily is AddressFamily.InterNetworkV6 && Public6.Contains(address) && !NotPublic6.Any(network => network.Contains(address));
    }
}
