using System.Net;

namespace Microblog.Infra.Settings;

/// <summary>The address plan.</summary>
/// <param name="AddressSpace">Of the virtual network.</param>
/// <param name="Apps">Container Apps: each replica takes an address, a rollout takes twice as many.</param>
/// <param name="Endpoints">Private endpoints.</param>
/// <param name="Broker">The broker's nodes and their load balancer.</param>
public sealed record NetworkSettings(IPNetwork AddressSpace, IPNetwork Apps, IPNetwork Endpoints, IPNetwork Broker)
{
    /// <summary>Reserved by Container Apps (https://learn.microsoft.com/azure/container-apps/custom-virtual-networks).</summary>
    private static readonly IPNetwork[] Reserved =
        [.. new[] { "169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24", "100.100.0.0/17", "100.100.128.0/19", "100.100.160.0/19", "100.100.192.0/19" }.Select(IPNetwork.Parse)];

    /// <summary>Other networks that reach this one, such as that of the machine that deploys: key <c>peeredAddressSpaces</c>.</summary>
    public IReadOnlyList<IPNetwork> Peers { get; init; } = [];

    private static readonly IPNetwork[] Private = [.. new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16" }.Select(IPNetwork.Parse)];

    /// <summary>Reads and checks the plan; by default the subnets are cut from the address space.</summary>
    public static NetworkSettings Read(StackConfig config)
    {
        const string Space = "addressSpace";
        var space = Parse(Space, config.Find(Space) ?? "10.40.0.0/16");
        Refuse(Space, space, space.PrefixLength is < 8 or > 20, "must have 8 to 20 bits of prefix, to hold all subnets.");
        Refuse(Space, space, !Array.Exists(Private, range => Holds(range, space)), "is no private range (RFC 1918).");
        var apps = Subnet(config, "appsSubnet", space, Part(space, 0, 21), largest: 23);
        var endpoints = Subnet(config, "endpointsSubnet", space, Part(space, 8, 24), largest: 27);
        var broker = Subnet(config, "brokerSubnet", space, Part(space, 9, 24), largest: 28);
        var named = new[] { ("appsSubnet", apps), ("endpointsSubnet", endpoints), ("brokerSubnet", broker) };
        for (var i = 0; i < named.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Refuse(named[i].Item1, named[i].Item2, Overlap(named[i].Item2, named[j].Item2), $"overlaps {StackConfig.Key(named[j].Item1)} ({named[j].Item2}).");
            }
        }
        List<IPNetwork> peers = [.. config.List("peeredAddressSpaces").Select(peer => Parse("peeredAddressSpaces", peer))];
        foreach (var peer in peers)
        {
            Refuse("peeredAddressSpaces", peer, Overlap(peer, space), $"overlaps {StackConfig.Key(Space)} ({space}): the two networks could not be peered.");
        }
        return new NetworkSettings(space, apps, endpoints, broker) { Peers = peers };
    }

    private static IPNetwork Subnet(StackConfig config, string name, IPNetwork space, IPNetwork otherwise, int largest)
    {
        var range = config.Find(name) is { } text ? Parse(name, text) : otherwise;
        Refuse(name, range, !Holds(space, range), $"is not inside {StackConfig.Key("addressSpace")} ({space}).");
        Refuse(name, range, range.PrefixLength > largest, $"is too small: it needs a prefix of {largest} bits or fewer.");
        Refuse(name, range, Array.Exists(Reserved, reserved => Overlap(reserved, range)), "overlaps a range that Azure Container Apps keeps for itself.");
        return range;
    }

    /// <summary>The subnet of this prefix that begins so many blocks of 256 addresses into the space.</summary>
    private static IPNetwork Part(IPNetwork space, int blocks, int prefix)
    {
        var address = space.BaseAddress.GetAddressBytes();
        address[2] += (byte)blocks;
        return new IPNetwork(new IPAddress(address), prefix);
    }

    private static IPNetwork Parse(string name, string text) =>
        IPNetwork.TryParse(text, out var range) && range.ToString() == text && range.BaseAddress.AddressFamily is System.Net.Sockets.AddressFamily.InterNetwork ? range
        : throw new SettingsException(StackConfig.Key(name), $"is '{text}'; it must be an IPv4 range whose address is its first, such as 10.40.0.0/16.");

    private static bool Holds(IPNetwork outer, IPNetwork inner) => outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);

    private static bool Overlap(IPNetwork a, IPNetwork b) => a.Contains(b.BaseAddress) || b.Contains(a.BaseAddress);

    private static void Refuse(string name, IPNetwork range, bool isWrong, string problem)
    {
        if (isWrong)
        {
            throw new SettingsException(StackConfig.Key(name), $"{range} {problem}");
        }
    }
}
