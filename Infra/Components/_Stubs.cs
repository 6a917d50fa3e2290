using Pulumi;

namespace Microblog.Infra.Components;

/// <summary>Holds the place of the container apps.</summary>
public sealed class Apps : ComponentResource
{
    /// <summary>Makes nothing.</summary>
    public Apps(Context context, Groups groups) : base("microblog:infra:Apps", "apps")
    {
        EnvironmentId = Output.Format($"{groups.App.Id}/providers/Microsoft.App/managedEnvironments/{context.Names.Of("apps")}");
        RegisterOutputs();
    }

    /// <summary>Id of the environment.</summary>
    public Output<string> EnvironmentId { get; }
}
