using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;
using Pulumi;

namespace Microblog.Infra.Components;

public sealed class Broker(string type = "microblog:infra:Broker") : ComponentResource(type, "broker")
{
    public List<Output<string>> NodeIds { get; } = [Output.Create("/x/compute/VirtualMachine/one"), Output.Create("/x/compute/VirtualMachine/two"), Output.Create("/x/compute/VirtualMachine/three")];

    public Output<string>? BalancerId { get; } = Output.Create("/x/network/LoadBalancer/broker");
}

public sealed class Apps(string type = "microblog:infra:Apps") : ComponentResource(type, "apps")
{
    public Output<string> EnvironmentId { get; } = Output.Create("/x/app/ManagedEnvironment/apps");

    public IReadOnlyDictionary<string, Output<string>> AppIds { get; } = new[] { "apiservice", "feedworker", "collector" }.ToDictionary(name => name, name => Output.Create($"/x/app/ContainerApp/{name}"));

    public IReadOnlyDictionary<string, Output<string>> JobIds { get; } = new Dictionary<string, Output<string>> { ["migrations"] = Output.Create("/x/app/Job/migrations") };
}

public sealed class Edge(string type = "microblog:infra:Edge") : ComponentResource(type, "edge")
{
    public Output<string> ProfileId { get; } = Output.Create("/x/cdn/Profile/edge");
}

public sealed class Backup(string type = "microblog:infra:Backup") : ComponentResource(type, "backup")
{
    public Output<string>? VaultId { get; } = Output.Create("/x/dataprotection/BackupVault/backup");

    public string? DrillJobName { get; } = "mb-prod-restore-drill";
}

public sealed record AppsReplicas(int Min, int Max, double Cpu, double MemoryGiB, string Profile)
{
    public static AppsReplicas Of(ServiceSpec service, AppContract model, CapacityPlan plan) => service.Role == ServiceRole.Api
        ? new AppsReplicas(plan.Api.MinReplicas, plan.Api.MaxReplicas, plan.Api.Cpu, plan.Api.MemoryGiB, "Consumption")
        : new AppsReplicas(plan.Worker.MinReplicas, plan.Worker.MaxReplicas, plan.Worker.Cpu, plan.Worker.MemoryGiB, "Consumption");
}
