using Pulumi;
using Pulumi.AzureNative.Authorization;
using Pulumi.AzureNative.KeyVault;
using Pulumi.AzureNative.KeyVault.Inputs;
using Pulumi.AzureNative.ManagedIdentity;

namespace Microblog.Infra.Components;

/// <summary>
/// Who may do what: one identity per workload, each allowed only what it needs, and a Key Vault for the few secrets that are left where Entra is not understood.
/// </summary>
public sealed class Identity : ComponentResource
{
    private readonly Context _context;
    private readonly Groups _groups;
    private readonly Dictionary<string, UserAssignedIdentity> _identities = [];
    private readonly Vault _vault;
    private readonly Resource _endpoint;

    /// <summary>Makes vault and identities.</summary>
    public Identity(Context context, Groups groups, Network network, Observability observability) : base("microblog:infra:Identity", "identity")
    {
        (_context, _groups) = (context, groups);
        var (properties, options) = (Properties(groups), context.Data(this));
        if (context.Settings.Protect)
        {
            properties.EnablePurgeProtection = true;
        }
        else
        {
            // Azure does not turn it off again; a stack whose protection was taken away keeps it.
            options.IgnoreChanges = ["properties.enablePurgeProtection"];
        }
        _vault = new Vault("vault", new VaultArgs
        {
            ResourceGroupName = groups.Data.Name,
            VaultName = groups.SubscriptionId.Apply(subscription => context.Names.Compact("kv", subscription)),
            Location = context.Settings.Region.Name,
            Properties = properties,
            Tags = context.Tags,
        }, options);
        _endpoint = network.PrivateEndpoint(this, "vault", _vault.Id, "vault");
        observability.Diagnose(this, "vault", _vault.Id);
        Lock.Hold(context, this, "vault", _vault.Id);
        (VaultId, VaultUri) = (_vault.Id, _vault.Properties.Apply(vault => vault.VaultUri));
        foreach (var service in context.Model.Services)
        {
            Of(service.Name);
        }
        RegisterOutputs();
    }

    /// <summary>Id of the vault.</summary>
    public Output<string> VaultId { get; }

    /// <summary>Address of the vault, with a trailing slash.</summary>
    public Output<string> VaultUri { get; }

    /// <summary>To depend on where secrets are read: before it the vault has no address inside the network.</summary>
    public Resource VaultEndpoint => _endpoint;

    /// <summary>The identity of a workload, a service of the model or one of this program's own; made when it is first asked for.</summary>
    public UserAssignedIdentity Of(string workload)
    {
        if (!_identities.TryGetValue(workload, out var identity))
        {
            _identities[workload] = identity = new UserAssignedIdentity($"identity-{workload}", new UserAssignedIdentityArgs
            {
                ResourceGroupName = _groups.App.Name,
                ResourceName = NameOf(workload),
                Location = _context.Settings.Region.Name,
                Tags = _context.Tags,
            }, new CustomResourceOptions { Parent = this });
        }
        return identity;
    }

    /// <summary>Name of a workload's identity, which is also the name of its role in the database.</summary>
    public string NameOf(string workload) => _context.Names.Of(workload);

    /// <summary>Allows an identity to act in a role. What needs it should depend on the result; even then it takes minutes until it holds everywhere.</summary>
    /// <param name="parent">The component that it belongs to.</param>
    /// <param name="name">Logical name.</param>
    /// <param name="scope">What the role is for.</param>
    /// <param name="role">One of <see cref="Roles"/>, or the full id of a role of our own.</param>
    /// <param name="principalId">Who.</param>
    public RoleAssignment Grant(Resource parent, string name, Input<string> scope, Input<string> role, Input<string> principalId)
    {
        var definition = Output.Tuple(role.ToOutput(), _groups.SubscriptionId).Apply(parts =>
            parts.Item1.StartsWith('/') ? parts.Item1 : $"/subscriptions/{parts.Item2}/providers/Microsoft.Authorization/roleDefinitions/{parts.Item1}");
        return new RoleAssignment($"{name}-role", new RoleAssignmentArgs
        {
            RoleAssignmentName = Output.Tuple(scope.ToOutput(), definition, principalId.ToOutput()).Apply(parts => Naming.UniqueId(parts.Item1, parts.Item2, parts.Item3)),
            Scope = scope,
            RoleDefinitionId = definition,
            PrincipalId = principalId,
            PrincipalType = PrincipalType.ServicePrincipal,
        }, new CustomResourceOptions { Parent = parent });
    }

    /// <summary>
    /// Keeps a secret in the vault and lets these workloads read it, and no other. One that is not needed any more stays there, readable for nobody: the provider
    /// deletes secrets by the vault's own address, which only the network reaches, and a deployment that runs elsewhere would fail.
    /// </summary>
    /// <param name="parent">The component that it belongs to.</param>
    /// <param name="name">Its name in the vault.</param>
    /// <param name="value">Its value, which has to be a secret output.</param>
    /// <param name="readers">Workloads that read it.</param>
    public VaultSecret Secret(Resource parent, string name, Output<string> value, params IEnumerable<string> readers)
    {
        var secret = new Secret($"secret-{name}", new Pulumi.AzureNative.KeyVault.SecretArgs
        {
            ResourceGroupName = _groups.Data.Name,
            VaultName = _vault.Name,
            SecretName = name,
            Properties = new SecretPropertiesArgs { Value = Output.CreateSecret(value), ContentType = "text/plain" },
            Tags = _context.Tags,
        }, new CustomResourceOptions { Parent = parent, RetainOnDelete = true, DeletedWith = _vault });
        var grants = readers.Select(reader => (Resource)Grant(parent, $"secret-{name}-{reader}", secret.Id, Roles.KeyVaultSecretsUser, Of(reader).PrincipalId)).ToList();
        return new VaultSecret(name, Output.Format($"{VaultUri}secrets/{name}"), [_endpoint, secret, .. grants]);
    }

    /// <summary>
    /// A vault that the network alone reaches. Protection against purging is not among it: it keeps a deleted vault's name for 90 days, and a stack to try things
    /// could be made once a quarter. Azure refuses false; it is on or not set.
    /// </summary>
    private static VaultPropertiesArgs Properties(Groups groups) => new()
    {
        TenantId = groups.TenantId,
        Sku = new SkuArgs { Family = SkuFamily.A, Name = SkuName.Standard },
        EnableRbacAuthorization = true,
        EnableSoftDelete = true,
        SoftDeleteRetentionInDays = 90,
        PublicNetworkAccess = "disabled",
        NetworkAcls = new NetworkRuleSetArgs { DefaultAction = NetworkRuleAction.Deny, Bypass = NetworkRuleBypassOptions.None },
    };
}

/// <summary>A secret in the vault.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Url">Its address without a version, so that a new one is taken over.</param>
/// <param name="Ready">What a reader has to depend on.</param>
public sealed record VaultSecret(string Name, Output<string> Url, IReadOnlyList<Resource> Ready);
