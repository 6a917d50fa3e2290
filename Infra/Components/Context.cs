using System.Collections.Immutable;
using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Microblog.Infra.Settings;
using Pulumi;

namespace Microblog.Infra.Components;

/// <summary>What every component is made from: nothing of it is a resource.</summary>
/// <param name="Settings">What the stack decides.</param>
/// <param name="Plan">The sizes for its load.</param>
/// <param name="Model">What has to run, as the AppHost wrote it.</param>
/// <param name="Secrets">The stack's secrets by configuration key.</param>
public sealed record Context(StackSettings Settings, CapacityPlan Plan, AppContract Model, StackSecrets Secrets)
{
    /// <summary>Names in Azure.</summary>
    public Naming Names { get; } = new(Settings.Stack);

    /// <summary>Tags of every resource; the operators' own come last, so that they win.</summary>
    public InputMap<string> Tags
    {
        get
        {
            var tags = ImmutableDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, string>
            {
                ["system"] = StackConfig.Project,
                ["stack"] = Settings.Stack,
                ["managed-by"] = "pulumi",
            });
            return tags.SetItems(Settings.Operations.Tags);
        }
    }

    /// <summary>Options of a component's child that holds data: <c>pulumi destroy</c> refuses to delete it.</summary>
    /// <param name="parent">The component.</param>
    /// <param name="slow">An operation on it may take an hour.</param>
    public CustomResourceOptions Data(Resource parent, bool slow = false) => new()
    {
        Parent = parent,
        Protect = Settings.Protect,
        CustomTimeouts = slow ? Slow : null,
    };

    /// <summary>For servers whose creation or update Azure itself bounds by about an hour.</summary>
    public static CustomTimeouts Slow => new() { Create = TimeSpan.FromMinutes(90), Update = TimeSpan.FromMinutes(90), Delete = TimeSpan.FromMinutes(60) };
}
