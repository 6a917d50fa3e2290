using Pulumi;
using Pulumi.AzureNative.PrivateDns;
using Pulumi.AzureNative.PrivateDns.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Names of the nodes and of their load balancer, known inside the network only.</summary>
internal sealed class BrokerDns
{
    public BrokerDns(Context context, Groups groups, Resource parent, Input<string> networkId)
    {
        var zone = new PrivateZone("broker-zone", new PrivateZoneArgs
        {
            ResourceGroupName = groups.Network.Name,
            PrivateZoneName = BrokerNames.Zone(context.Settings.Stack),
            Location = "Global",
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = parent });
        var link = new VirtualNetworkLink("broker-zone-link", new VirtualNetworkLinkArgs
        {
            ResourceGroupName = groups.Network.Name,
            PrivateZoneName = zone.Name,
            VirtualNetworkLinkName = "network",
            Location = "Global",
            VirtualNetwork = new SubResourceArgs { Id = networkId },
            RegistrationEnabled = false,
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = parent });
        Ready =
        [
            link,
            .. Enumerable.Range(0, context.Plan.Broker.Nodes + 1).Select(number => new PrivateRecordSet($"broker-name-{number}", new PrivateRecordSetArgs
            {
                ResourceGroupName = groups.Network.Name,
                PrivateZoneName = zone.Name,
                RecordType = "A",
                RelativeRecordSetName = number == 0 ? BrokerNames.Balancer : BrokerNames.Host(number),
                Ttl = 300,
                ARecords = new ARecordArgs { Ipv4Address = BrokerNames.Address(context.Settings.Network.Broker, number) },
            }, new CustomResourceOptions { Parent = parent })),
        ];
    }

    /// <summary>What a node has to depend on.</summary>
    public IReadOnlyList<Resource> Ready { get; }
}
