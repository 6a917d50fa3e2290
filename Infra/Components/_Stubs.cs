using Pulumi;

namespace Microblog.Infra.Components;

public sealed class Apps : ComponentResource
{
    public Apps() : base("microblog:infra:Apps", "apps") => RegisterOutputs();

    public Output<string> EnvironmentId { get; } = Output.Create("/apps-environment");

    public Output<string> EnvironmentName { get; } = Output.Create("mb-apps");

    public Output<string> PublicAppHost { get; } = Output.Create("apiservice.calm-sea.swedencentral.azurecontainerapps.io");
}
