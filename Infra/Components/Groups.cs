using Pulumi;
using Pulumi.AzureNative.Authorization;
using Pulumi.AzureNative.Resources;

namespace Microblog.Infra.Components;

/// <summary>The resource groups: apart, because locks and access rights differ, and because an app can be torn down without its data.</summary>
public sealed class Groups : ComponentResource
{
    /// <summary>Makes the groups.</summary>
    public Groups(Context context) : base("microblog:infra:Groups", "groups")
    {
        var client = GetClientConfig.Invoke(new InvokeOptions { Parent = this });
        SubscriptionId = client.Apply(config => config.SubscriptionId);
        TenantId = client.Apply(config => config.TenantId);
        Network = Group(context, "network");
        Data = Group(context, "data");
        App = Group(context, "app");
        Edge = Group(context, "edge");
        Backup = Group(context, "backup");
        RegisterOutputs();
    }

    /// <summary>The subscription that is provisioned into.</summary>
    public Output<string> SubscriptionId { get; }

    /// <summary>Its Entra tenant.</summary>
    public Output<string> TenantId { get; }

    /// <summary>Virtual network, private endpoints and zones, and the broker's nodes, which live in the network.</summary>
    public ResourceGroup Network { get; }

    /// <summary>Database, cache, media, Key Vault.</summary>
    public ResourceGroup Data { get; }

    /// <summary>Container apps, registry, telemetry.</summary>
    public ResourceGroup App { get; }

    /// <summary>Front Door, its WAF, DNS.</summary>
    public ResourceGroup Edge { get; }

    /// <summary>Vaults and the restore drill.</summary>
    public ResourceGroup Backup { get; }

    private ResourceGroup Group(Context context, string part) => new($"group-{part}", new ResourceGroupArgs
    {
        ResourceGroupName = context.Names.Of(part),
        Location = context.Settings.Region.Name,
        Tags = context.Tags,
    }, new CustomResourceOptions { Parent = this });
}
