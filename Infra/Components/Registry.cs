using Pulumi;
using Pulumi.AzureNative.Authorization;
using Pulumi.AzureNative.ContainerRegistry;
using Pulumi.AzureNative.ContainerRegistry.Inputs;

namespace Microblog.Infra.Components;

/// <summary>
/// The container registry. Workloads pull over the private network with their own identities; whoever builds pushes from a runner in the network,
/// or opens the registry for the time of a push (docs/operations.md).
/// </summary>
public sealed class Registry : ComponentResource
{
    private readonly Identity _identity;
    private readonly Dictionary<string, RoleAssignment> _pullers = [];

    /// <summary>Makes the registry.</summary>
    public Registry(Context context, Groups groups, Network network, Identity identity, Observability observability) : base("microblog:infra:Registry", "registry")
    {
        _identity = identity;
        var registry = new Pulumi.AzureNative.ContainerRegistry.Registry("registry", new RegistryArgs
        {
            ResourceGroupName = groups.App.Name,
            RegistryName = groups.SubscriptionId.Apply(subscription => context.Names.Compact("images", subscription)),
            Location = context.Settings.Region.Name,
            // The only tier with private endpoints.
            Sku = new SkuArgs { Name = SkuName.Premium },
            AdminUserEnabled = false,
            AnonymousPullEnabled = false,
            PublicNetworkAccess = PublicNetworkAccess.Disabled,
            NetworkRuleBypassOptions = NetworkRuleBypassOptions.None,
            ZoneRedundancy = context.Settings.ZoneRedundant ? ZoneRedundancy.Enabled : ZoneRedundancy.Disabled,
            Policies = new PoliciesArgs
            {
                // Images that no tag names any more; those in use are named by digest and by the tag of their release.
                RetentionPolicy = new RetentionPolicyArgs { Status = PolicyStatus.Enabled, Days = 90 },
            },
            Tags = context.Tags,
        }, context.Data(this));
        Endpoint = network.PrivateEndpoint(this, "registry", registry.Id, "registry");
        observability.Diagnose(this, "registry", registry.Id);
        Lock.Hold(context, this, "registry", registry.Id);
        (Id, LoginServer) = (registry.Id, registry.LoginServer);
        RegisterOutputs();
    }

    /// <summary>Id of the registry.</summary>
    public Output<string> Id { get; }

    /// <summary>Host name that images are pulled from.</summary>
    public Output<string> LoginServer { get; }

    /// <summary>To depend on where images are pulled.</summary>
    public Resource Endpoint { get; }

    /// <summary>Lets a workload pull; to depend on where it runs.</summary>
    public RoleAssignment AllowPull(string workload)
    {
        if (!_pullers.TryGetValue(workload, out var grant))
        {
            _pullers[workload] = grant = _identity.Grant(this, $"pull-{workload}", Id, Roles.AcrPull, _identity.Of(workload).PrincipalId);
        }
        return grant;
    }
}
