using Pulumi;
using Pulumi.AzureNative.Network;
using Pulumi.AzureNative.Network.Inputs;

namespace Microblog.Infra.Components;

/// <summary>The one address of the broker: internal, in all zones, and only to nodes whose listener answers. A node that is drained closes it.</summary>
internal sealed class BrokerBalancer
{
    private const string Frontend = "clients";
    private const string Pool = "nodes";
    private const string Rule = "amqps";

    public BrokerBalancer(Context context, Groups groups, Resource parent, Network network, Observability observability)
    {
        var balancer = new LoadBalancer("broker-balancer", new LoadBalancerArgs
        {
            ResourceGroupName = groups.Network.Name,
            LoadBalancerName = context.Names.Of("broker"),
            Location = context.Settings.Region.Name,
            Sku = new LoadBalancerSkuArgs { Name = LoadBalancerSkuName.Standard, Tier = LoadBalancerSkuTier.Regional },
            FrontendIPConfigurations = new FrontendIPConfigurationArgs
            {
                Name = Frontend,
                Subnet = new Pulumi.AzureNative.Network.Inputs.SubnetArgs { Id = network.BrokerSubnetId },
                PrivateIPAddress = BrokerNames.Address(context.Settings.Network.Broker, 0),
                PrivateIPAllocationMethod = IPAllocationMethod.Static,
                Zones = context.Settings.Zones.ToArray(),
            },
            BackendAddressPools = new BackendAddressPoolArgs { Name = Pool },
            Probes = new ProbeArgs { Name = Rule, Protocol = ProbeProtocol.Tcp, Port = BrokerNames.Port, IntervalInSeconds = 5, ProbeThreshold = 2 },
            LoadBalancingRules = new LoadBalancingRuleArgs
            {
                Name = Rule,
                Protocol = TransportProtocol.Tcp,
                FrontendPort = BrokerNames.Port,
                BackendPort = BrokerNames.Port,
                FrontendIPConfiguration = Own("frontendIPConfigurations", Frontend),
                BackendAddressPool = Own("backendAddressPools", Pool),
                Probe = Own("probes", Rule),
                // Heartbeats come every minute; a client whose node is gone hears of it at once.
                IdleTimeoutInMinutes = 30,
                EnableTcpReset = true,
                DisableOutboundSnat = true,
            },
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = parent });
        Id = balancer.Id;
        PoolId = Output.Format($"{balancer.Id}/backendAddressPools/{Pool}");
        observability.Diagnose(parent, "broker-balancer", balancer.Id);
    }

    public Output<string> Id { get; }

    public Output<string> PoolId { get; }

    /// <summary>A part of the balancer itself.</summary>
    private static SubResourceArgs Own(string kind, string name) => new() { Id = $"$self/{kind}/{name}" };
}
