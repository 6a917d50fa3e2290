using Pulumi;
using Pulumi.AzureNative.PrivateDns;
using Pulumi.AzureNative.PrivateDns.Inputs;

namespace Microblog.Infra.Components;

/// <summary>The private DNS zones in which Azure's services are found by their private addresses, by the group id of the endpoint.</summary>
internal sealed class PrivateZones
{
    /// <summary>Zone by group id (https://learn.microsoft.com/azure/private-link/private-endpoint-dns).</summary>
    private static readonly Dictionary<string, string> Names = new()
    {
        ["postgresqlServer"] = "privatelink.postgres.database.azure.com",
        ["redisEnterprise"] = "privatelink.redis.azure.net",
        ["vault"] = "privatelink.vaultcore.azure.net",
        ["registry"] = "privatelink.azurecr.io",
        ["blob"] = "privatelink.blob.core.windows.net",
    };

    private readonly Dictionary<string, (PrivateZone Zone, VirtualNetworkLink Link)> _zones = [];

    /// <summary>Makes the zones and links each to the network.</summary>
    public PrivateZones(Context context, Groups groups, Resource parent, Input<string> networkId)
    {
        foreach (var (groupId, name) in Names)
        {
            var zone = new PrivateZone($"zone-{groupId}", new PrivateZoneArgs
            {
                ResourceGroupName = groups.Network.Name,
                PrivateZoneName = name,
                Location = "Global",
                Tags = context.Tags,
            }, new CustomResourceOptions { Parent = parent });
            var link = new VirtualNetworkLink($"zone-{groupId}-link", new VirtualNetworkLinkArgs
            {
                ResourceGroupName = groups.Network.Name,
                PrivateZoneName = zone.Name,
                VirtualNetworkLinkName = "network",
                Location = "Global",
                VirtualNetwork = new SubResourceArgs { Id = networkId },
                RegistrationEnabled = false,
                Tags = context.Tags,
            }, new CustomResourceOptions { Parent = parent });
            _zones[groupId] = (zone, link);
        }
    }

    /// <summary>The zone for endpoints of a group id.</summary>
    public (PrivateZone Zone, VirtualNetworkLink Link) Of(string groupId) => _zones[groupId];
}
