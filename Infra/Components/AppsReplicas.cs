using Microblog.Infra.AppModel;
using Microblog.Infra.Capacity;

namespace Microblog.Infra.Components;

/// <summary>
/// How many replicas of which size. The capacity plan describes two services: its API is the one that answers the public, its worker the first that scales
/// by queues. Any other service gets what the contract says.
/// </summary>
/// <param name="Min">Running at any time.</param>
/// <param name="Max">Most that scaling starts.</param>
/// <param name="Cpu">vCPU of each.</param>
/// <param name="MemoryGiB">Memory of each.</param>
/// <param name="Profile">Workload profile that they run on.</param>
public sealed record AppsReplicas(int Min, int Max, double Cpu, double MemoryGiB, string Profile)
{
    /// <summary>The profile that every environment has.</summary>
    public const string Consumption = "Consumption";

    /// <summary>Cores of one replica at most in <see cref="Consumption"/>.</summary>
    private const double ConsumptionCores = 4;

    /// <summary>Cores are given out in steps of this size, with twice as many GiB in <see cref="Consumption"/>.</summary>
    private const double Step = 0.25;

    /// <summary>The service that the public reaches.</summary>
    public static ServiceSpec? Public(AppContract model) => model.Services.FirstOrDefault(service => service.Ports.Any(port => port.External));

    /// <summary>Whether a service is the plan's API.</summary>
    public static bool IsPlannedApi(ServiceSpec service, AppContract model) => service.Role is ServiceRole.Api && service.Name == Public(model)?.Name;

    /// <summary>Whether a service is the plan's worker.</summary>
    public static bool IsPlannedWorker(ServiceSpec service, AppContract model) =>
        service.Name == model.Services.FirstOrDefault(other => other.Role is ServiceRole.Worker && other.Scale?.Queues is { Count: > 0 })?.Name;

    /// <summary>The replicas of a service; of a job, the one that runs.</summary>
    public static AppsReplicas Of(ServiceSpec service, AppContract model, CapacityPlan plan)
    {
        var size = IsPlannedApi(service, model) ? plan.Api : IsPlannedWorker(service, model) ? plan.Worker : null;
        return size is null
            ? new AppsReplicas(service.Replicas.Min, service.Replicas.Max, service.Cpu, service.MemoryGiB, Consumption)
            : new AppsReplicas(size.MinReplicas, size.MaxReplicas, size.Cpu, size.MemoryGiB, plan.Apps.WorkloadProfile);
    }

    /// <summary>A sentence without a subject when Container Apps does not offer this size; null when it does.</summary>
    public string? Problem()
    {
        var isDedicated = Profile != Consumption;
        var node = isDedicated ? SkuCatalog.Profiles.Single(profile => profile.Name == Profile) : null;
        var cores = node?.VCores ?? ConsumptionCores;
        return !IsWhole(Cpu / Step) || Cpu < Step || Cpu > cores
                ? FormattableString.Invariant($"is to have {Cpu} cores; the profile {Profile} offers {Step} to {cores} in steps of {Step}.")
            : node is null && Math.Abs(MemoryGiB - (2 * Cpu)) > 1e-9
                ? FormattableString.Invariant($"is to have {Cpu} cores and {MemoryGiB} GiB of memory; the profile {Profile} offers 2 GiB per core, here {2 * Cpu}.")
            : node is not null && MemoryGiB > node.MemoryGiB
                ? FormattableString.Invariant($"is to have {MemoryGiB} GiB of memory; a node of the profile {Profile} has {node.MemoryGiB}.")
            : Max > SkuCatalog.MaxReplicas
                ? FormattableString.Invariant($"is to have up to {Max} replicas; a container app has {SkuCatalog.MaxReplicas} at most.")
            : null;
    }

    private static bool IsWhole(double number) => Math.Abs(number - Math.Round(number)) < 1e-9;
}
