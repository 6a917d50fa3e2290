using Pulumi;
using Pulumi.AzureNative.Authorization;
using Pulumi.AzureNative.Authorization.Inputs;

namespace Microblog.Infra.Components;

/// <summary>
/// What the drill may do, and not one action more. It can delete servers and endpoints only in the group of the backups, where no other server lives: Azure
/// gives access to groups and resources, not to names. Who holds its identity can read a copy of all data, and start the verification with another image.
/// </summary>
internal sealed class DrillRoles
{
    /// <summary>In the group of the backups.</summary>
    public static readonly IReadOnlyList<string> InGroup =
    [
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        "Microsoft.Resources/deployments/read",
        "Microsoft.Resources/deployments/write",
        "Microsoft.Resources/deployments/validate/action",
        "Microsoft.Resources/deployments/cancel/action",
        "Microsoft.Resources/deployments/operations/read",
        "Microsoft.Resources/deployments/operationstatuses/read",
        "Microsoft.DBforPostgreSQL/flexibleServers/read",
        "Microsoft.DBforPostgreSQL/flexibleServers/write",
        "Microsoft.DBforPostgreSQL/flexibleServers/delete",
        "Microsoft.DBforPostgreSQL/flexibleServers/administrators/read",
        "Microsoft.DBforPostgreSQL/flexibleServers/administrators/write",
        "Microsoft.DBforPostgreSQL/flexibleServers/privateEndpointConnectionsApproval/action",
        "Microsoft.Network/privateEndpoints/read",
        "Microsoft.Network/privateEndpoints/write",
        "Microsoft.Network/privateEndpoints/delete",
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write",
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/delete",
    ];

    /// <summary>On the server whose backups are tried.</summary>
    public static readonly IReadOnlyList<string> OnSource = ["Microsoft.DBforPostgreSQL/flexibleServers/read", "Microsoft.DBforPostgreSQL/flexibleServers/backups/read"];

    /// <summary>On the subnet and the zone of the restored server's endpoint.</summary>
    public static readonly IReadOnlyList<string> OnNetwork =
    [
        "Microsoft.Network/virtualNetworks/subnets/read",
        "Microsoft.Network/virtualNetworks/subnets/join/action",
        "Microsoft.Network/privateDnsZones/read",
        "Microsoft.Network/privateDnsZones/join/action",
    ];

    /// <summary>On the job that verifies.</summary>
    public static readonly IReadOnlyList<string> OnJob =
        ["Microsoft.App/jobs/read", "Microsoft.App/jobs/start/action", "Microsoft.App/jobs/execution/read", "Microsoft.App/jobs/executions/read"];

    private readonly Resource _parent;
    private readonly Context _context;
    private readonly Groups _groups;
    private readonly Identity _identity;
    private readonly Output<string> _principalId;
    private readonly List<Resource> _grants = [];

    /// <summary>Makes roles and gives them to the drill's identity.</summary>
    public DrillRoles(Resource parent, Context context, Groups groups, Network network, Identity identity, Output<string> principalId, Output<string> source, Output<string> verifyJob)
    {
        (_parent, _context, _groups, _identity, _principalId) = (parent, context, groups, identity, principalId);
        Allow("in-group", "restores the database here, and removes what it restored", InGroup, groups.Backup.Id, groups.Backup.Id);
        Allow("on-source", "reads the backups of the database", OnSource, groups.Data.Id, source);
        Allow("on-network", "gives the restored server a private address", OnNetwork, groups.Network.Id, network.EndpointsSubnetId, network.PrivateZoneId("postgresqlServer"));
        Allow("on-job", "starts the verification and waits for it", OnJob, groups.App.Id, verifyJob);
    }

    /// <summary>To depend on where the drill runs.</summary>
    public IReadOnlyList<Resource> Grants => _grants;

    private void Allow(string name, string what, IEnumerable<string> actions, Output<string> group, params Output<string>[] scopes)
    {
        // Names of roles are unique in the whole tenant.
        var roleName = _groups.SubscriptionId.Apply(subscription => _context.Names.Global($"drill-{name}", subscription));
        var role = new RoleDefinition($"drill-{name}", new RoleDefinitionArgs
        {
            Scope = group,
            RoleDefinitionId = Output.Tuple(group, roleName).Apply(parts => Naming.RoleAssignment(parts.Item1, parts.Item2)),
            RoleName = roleName,
            RoleType = "CustomRole",
            Description = $"The restore drill {what}.",
            AssignableScopes = group,
            Permissions = new PermissionArgs { Actions = actions.ToArray() },
        }, new CustomResourceOptions { Parent = _parent });
        for (var i = 0; i < scopes.Length; i++)
        {
            _grants.Add(_identity.Grant(_parent, scopes.Length == 1 ? $"drill-{name}" : $"drill-{name}-{i + 1}", scopes[i], role.Id, _principalId));
        }
    }
}
