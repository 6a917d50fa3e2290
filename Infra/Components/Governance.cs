using Pulumi;
using Pulumi.AzureNative.Authorization;
using Pulumi.AzureNative.Resources;

namespace Microblog.Infra.Components;

/// <summary>Azure's own policies on the resource groups: what this program takes care of is also refused to whoever works around it.</summary>
public sealed class Governance : ComponentResource
{
    /// <summary>Built-in definitions for container apps, as the landing zone of Azure Verified Modules assigns them.</summary>
    private static readonly (string Name, string Definition)[] Apps =
    [
        ("apps-in-network", "8b346db6-85af-419b-8557-92cee2c0f9bb"),
        ("apps-without-public-access", "d074ddf8-01a5-4b5e-a2b8-964aed452c0a"),
        ("apps-https-only", "0e80e269-43a4-4ae9-b5bc-178126b8a5cb"),
        ("apps-managed-identity", "b874ab2d-72dd-47f1-8cb5-4a306478a4e7"),
    ];

    /// <summary>Makes the assignments.</summary>
    public Governance(Context context, Groups groups) : base("microblog:infra:Governance", "governance")
    {
        foreach (var (name, definition) in Apps)
        {
            Assign(context, groups.App, name, definition);
        }
        RegisterOutputs();
    }

    private void Assign(Context context, ResourceGroup group, string name, string definition) =>
        _ = new PolicyAssignment($"policy-{name}", new PolicyAssignmentArgs
        {
            PolicyAssignmentName = context.Names.Of(name),
            DisplayName = name.Replace('-', ' '),
            Scope = group.Id,
            PolicyDefinitionId = $"/providers/Microsoft.Authorization/policyDefinitions/{definition}",
            EnforcementMode = EnforcementMode.Default,
            Parameters = { ["effect"] = new Pulumi.AzureNative.Authorization.Inputs.ParameterValuesValueArgs { Value = "Deny" } },
        }, new CustomResourceOptions { Parent = this });
}
