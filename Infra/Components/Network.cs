using Pulumi;
using Pulumi.AzureNative.Network;
using Pulumi.AzureNative.Network.Inputs;
using IPNetwork = System.Net.IPNetwork;

namespace Microblog.Infra.Components;

/// <summary>
/// The virtual network: a subnet each for container apps, private endpoints and the broker, none with a way in from outside, and one way out.
/// </summary>
public sealed class Network : ComponentResource
{
    private readonly Context _context;
    private readonly Groups _groups;
    private readonly Observability _observability;
    private readonly PrivateZones _zones;

    /// <summary>Makes the network.</summary>
    public Network(Context context, Groups groups, Observability observability) : base("microblog:infra:Network", "network")
    {
        (_context, _groups, _observability) = (context, groups, observability);
        var settings = context.Settings.Network;
        var args = new VirtualNetworkArgs
        {
            ResourceGroupName = groups.Network.Name,
            VirtualNetworkName = context.Names.Of("network"),
            Location = context.Settings.Region.Name,
            AddressSpace = new AddressSpaceArgs { AddressPrefixes = settings.AddressSpace.ToString() },
            EnableDdosProtection = context.Settings.Topology.DdosPlan,
            Tags = context.Tags,
        };
        if (context.Settings.Topology.DdosPlan)
        {
            args.DdosProtectionPlan = new SubResourceArgs { Id = DdosPlan().Id };
        }
        var network = new VirtualNetwork("network", args, Child());
        (Id, Name) = (network.Id, network.Name);
        observability.Diagnose(this, "network", network.Id);

        var nat = Nat();
        NatGatewayId = nat.Id;
        // One after the other: Azure changes one subnet of a network at a time.
        var apps = Subnet("apps", network, settings.Apps, SecurityRules.Apps(settings), nat, after: null, delegation: "Microsoft.App/environments");
        var endpoints = Subnet("endpoints", network, settings.Endpoints, SecurityRules.Endpoints(settings), nat: null, after: apps);
        var broker = Subnet("broker", network, settings.Broker, SecurityRules.Broker(settings), nat, after: endpoints);
        // Nor does it like a subnet to be used meanwhile, so nobody gets to know one before all are there.
        var ids = Output.Tuple(apps.Id, endpoints.Id, broker.Id);
        (AppsSubnetId, EndpointsSubnetId, BrokerSubnetId) = (ids.Apply(all => all.Item1), ids.Apply(all => all.Item2), ids.Apply(all => all.Item3));
        _zones = new PrivateZones(context, groups, this, network.Id);
        RegisterOutputs();
    }

    /// <summary>Id of the virtual network.</summary>
    public Output<string> Id { get; }

    /// <summary>Its name.</summary>
    public Output<string> Name { get; }

    /// <summary>Id of the container apps' subnet.</summary>
    public Output<string> AppsSubnetId { get; }

    /// <summary>Id of the private endpoints' subnet.</summary>
    public Output<string> EndpointsSubnetId { get; }

    /// <summary>Id of the broker's subnet.</summary>
    public Output<string> BrokerSubnetId { get; }

    /// <summary>Id of the way out.</summary>
    public Output<string> NatGatewayId { get; }

    /// <summary>A private address for a resource, found by its usual name from inside the network.</summary>
    /// <param name="parent">The component that it belongs to.</param>
    /// <param name="name">Logical name; the endpoint is called the same with <c>-endpoint</c>.</param>
    /// <param name="resourceId">What is behind it.</param>
    /// <param name="groupId">Which of its services: <c>postgresqlServer</c>, <c>redisEnterprise</c>, <c>vault</c>, <c>registry</c>, <c>blob</c>.</param>
    /// <returns>To depend on: before it, the resource cannot be reached.</returns>
    public Resource PrivateEndpoint(Resource parent, string name, Input<string> resourceId, string groupId)
    {
        var endpoint = new PrivateEndpoint($"{name}-endpoint", new PrivateEndpointArgs
        {
            ResourceGroupName = _groups.Network.Name,
            PrivateEndpointName = _context.Names.Of($"{name}-endpoint"),
            Location = _context.Settings.Region.Name,
            Subnet = new Pulumi.AzureNative.Network.Inputs.SubnetArgs { Id = EndpointsSubnetId },
            CustomNetworkInterfaceName = _context.Names.Of($"{name}-nic"),
            PrivateLinkServiceConnections = new PrivateLinkServiceConnectionArgs { Name = name, PrivateLinkServiceId = resourceId, GroupIds = groupId },
            Tags = _context.Tags,
        }, Patience.WhileBusy($"{name}-endpoint", new CustomResourceOptions { Parent = parent }));
        var (zone, link) = _zones.Of(groupId);
        return new PrivateDnsZoneGroup($"{name}-endpoint-dns", new PrivateDnsZoneGroupArgs
        {
            ResourceGroupName = _groups.Network.Name,
            PrivateEndpointName = endpoint.Name,
            PrivateDnsZoneGroupName = "default",
            PrivateDnsZoneConfigs = new PrivateDnsZoneConfigArgs { Name = groupId, PrivateDnsZoneId = zone.Id },
        }, new CustomResourceOptions { Parent = parent, DependsOn = { link } });
    }

    /// <summary>Id of the private DNS zone for endpoints of a group id, for endpoints that others make.</summary>
    public Output<string> PrivateZoneId(string groupId) => _zones.Of(groupId).Zone.Id;

    private Subnet Subnet(string name, VirtualNetwork network, IPNetwork range, InputList<SecurityRuleArgs> rules, NatGateway? nat, Subnet? after, string? delegation = null)
    {
        var group = new NetworkSecurityGroup($"{name}-rules", new Pulumi.AzureNative.Network.NetworkSecurityGroupArgs
        {
            ResourceGroupName = _groups.Network.Name,
            NetworkSecurityGroupName = _context.Names.Of($"{name}-rules"),
            Location = _context.Settings.Region.Name,
            SecurityRules = rules,
            Tags = _context.Tags,
        }, Child());
        _observability.Diagnose(this, $"{name}-rules", group.Id, metrics: false);
        var args = new Pulumi.AzureNative.Network.SubnetArgs
        {
            ResourceGroupName = _groups.Network.Name,
            VirtualNetworkName = network.Name,
            SubnetName = name,
            AddressPrefix = range.ToString(),
            NetworkSecurityGroup = new Pulumi.AzureNative.Network.Inputs.NetworkSecurityGroupArgs { Id = group.Id },
            Delegations = delegation is null ? [] : new DelegationArgs { Name = "apps", ServiceName = delegation },
            // Network rules apply to private endpoints only when this says so.
            PrivateEndpointNetworkPolicies = VirtualNetworkPrivateEndpointNetworkPolicies.Enabled,
            DefaultOutboundAccess = false,
        };
        if (nat is not null)
        {
            args.NatGateway = new SubResourceArgs { Id = nat.Id };
        }
        return new Subnet($"{name}-subnet", args, new CustomResourceOptions { Parent = this, DependsOn = after is null ? [] : new InputList<Resource> { after } });
    }

    /// <summary>
    /// The way out: pushes, tokens, package updates. A gateway of this kind works in one zone, which Azure chooses here; while that zone is lost nothing gets
    /// out, though requests still come in. The kind that is spread over zones (StandardV2) cannot be attached to the subnet of Container Apps
    /// (https://learn.microsoft.com/azure/nat-gateway/nat-sku). Its address is in all zones, so that it outlives the gateway.
    /// </summary>
    private NatGateway Nat()
    {
        var address = new PublicIPAddress("way-out-address", new Pulumi.AzureNative.Network.PublicIPAddressArgs
        {
            ResourceGroupName = _groups.Network.Name,
            PublicIpAddressName = _context.Names.Of("way-out"),
            Location = _context.Settings.Region.Name,
            Sku = new PublicIPAddressSkuArgs { Name = PublicIPAddressSkuName.Standard },
            PublicIPAllocationMethod = IPAllocationMethod.Static,
            Zones = _context.Settings.Zones.ToArray(),
            Tags = _context.Tags,
        }, Child());
        var nat = new NatGateway("way-out", new Pulumi.AzureNative.Network.NatGatewayArgs
        {
            ResourceGroupName = _groups.Network.Name,
            NatGatewayName = _context.Names.Of("way-out"),
            Location = _context.Settings.Region.Name,
            Sku = new NatGatewaySkuArgs { Name = NatGatewaySkuName.Standard },
            PublicIpAddresses = new SubResourceArgs { Id = address.Id },
            IdleTimeoutInMinutes = 10,
            Tags = _context.Tags,
        }, Child());
        _observability.Diagnose(this, "way-out-address", address.Id);
        return nat;
    }

    private DdosProtectionPlan DdosPlan() => new("ddos", new DdosProtectionPlanArgs
    {
        ResourceGroupName = _groups.Network.Name,
        DdosProtectionPlanName = _context.Names.Of("ddos"),
        Location = _context.Settings.Region.Name,
        Tags = _context.Tags,
    }, Child());

    private CustomResourceOptions Child() => new() { Parent = this };
}
