using Microblog.Infra.Settings;
using Pulumi;
using Pulumi.AzureNative.Network;
using Pulumi.AzureNative.Network.Inputs;

namespace Microblog.Infra.Components;

/// <summary>
/// What may talk to what. Everything else between the subnets is refused; the last rule says so, because Azure's default lets a whole virtual network talk.
/// </summary>
internal static class SecurityRules
{
    private const string Any = "*";

    /// <summary>
    /// The container apps: requests come from the environment's private endpoint and from Azure's load balancer; replicas talk among themselves
    /// (https://learn.microsoft.com/azure/container-apps/firewall-integration).
    /// </summary>
    public static InputList<SecurityRuleArgs> Apps(NetworkSettings network) =>
    [
        Allow("requests", 100, $"{network.AddressSpace}", $"{network.Apps}", "Tcp", "80", "443", "31080", "31443"),
        Allow("load-balancer-probes", 110, "AzureLoadBalancer", $"{network.Apps}", "Tcp", "30000-32767"),
        Allow("among-replicas", 120, $"{network.Apps}", $"{network.Apps}", Any, Any),
        .. Peers(network, "peers-to-apps", network.Apps, "443", "31443"),
        DenyInbound(),
    ];

    /// <summary>The private endpoints: the apps and the broker's nodes reach what is behind them.</summary>
    public static InputList<SecurityRuleArgs> Endpoints(NetworkSettings network) =>
    [
        Allow("apps-to-services", 100, $"{network.Apps}", $"{network.Endpoints}", "Tcp", "443", "5432", "6432", "10000"),
        Allow("broker-to-vault-and-blobs", 110, $"{network.Broker}", $"{network.Endpoints}", "Tcp", "443"),
        // Who deploys pushes images; who repairs asks the database.
        .. Peers(network, "peers-to-services", network.Endpoints, "443", "5432"),
        DenyInbound(),
    ];

    /// <summary>The broker: AMQP over TLS from the apps and the balancer's probe; the nodes' own traffic among themselves.</summary>
    public static InputList<SecurityRuleArgs> Broker(NetworkSettings network) =>
    [
        Allow("apps-to-amqps", 100, $"{network.Apps}", $"{network.Broker}", "Tcp", "5671"),
        Allow("load-balancer-probes", 110, "AzureLoadBalancer", $"{network.Broker}", "Tcp", "5671"),
        Allow("among-nodes", 120, $"{network.Broker}", $"{network.Broker}", "Tcp", "4369", "5671", "15671", "25672", "35672-35682"),
        DenyInbound(),
    ];

    private static SecurityRuleArgs Allow(string name, int priority, string from, string to, string protocol, params string[] ports)
    {
        var rule = Rule(name, priority, SecurityRuleAccess.Allow, protocol);
        rule.SourceAddressPrefix = from;
        rule.DestinationAddressPrefix = to;
        if (ports is [var single])
        {
            rule.DestinationPortRange = single;
        }
        else
        {
            rule.DestinationPortRanges = ports;
        }
        return rule;
    }

    private static IEnumerable<Input<SecurityRuleArgs>> Peers(NetworkSettings network, string name, System.Net.IPNetwork to, params string[] ports)
    {
        if (network.Peers.Count > 0)
        {
            var rule = Allow(name, 200, "", $"{to}", "Tcp", ports);
            rule.SourceAddressPrefix = null;
            rule.SourceAddressPrefixes = network.Peers.Select(peer => $"{peer}").ToArray();
            yield return rule;
        }
    }

    private static SecurityRuleArgs DenyInbound()
    {
        var rule = Rule("nothing-else", 4096, SecurityRuleAccess.Deny, Any);
        (rule.SourceAddressPrefix, rule.DestinationAddressPrefix, rule.DestinationPortRange) = (Any, Any, Any);
        return rule;
    }

    private static SecurityRuleArgs Rule(string name, int priority, SecurityRuleAccess access, string protocol) => new()
    {
        Name = name,
        Priority = priority,
        Direction = SecurityRuleDirection.Inbound,
        Access = access,
        Protocol = protocol,
        SourcePortRange = Any,
    };
}
