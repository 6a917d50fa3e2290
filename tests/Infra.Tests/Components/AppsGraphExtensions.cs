using Microblog.Infra.Tests.Graph;

namespace Microblog.Infra.Tests.Components;

internal static class AppsGraphExtensions
{
    /// <summary>The container apps and jobs.</summary>
    public static IEnumerable<Provisioned> Workloads(this StackRun run) => run.All("app:ContainerApp").Concat(run.All("app:Job"));

    /// <summary>The environment of the first container; what comes from a secret is written <c>secret:name</c>.</summary>
    public static IReadOnlyDictionary<string, string> Env(this Provisioned workload) => workload.List("template.containers.0.env").ToDictionary(
        variable => (string)Provisioned.Member(variable, "name")!,
        variable => Provisioned.Member(variable, "secretRef") is string secret ? $"secret:{secret}" : (string)Provisioned.Member(variable, "value")!);
}
