using Microblog.Infra.AppModel;
using Pulumi.AzureNative.App;
using Pulumi.AzureNative.App.Inputs;
using ProbeType = Pulumi.AzureNative.App.Type;

namespace Microblog.Infra.Components;

/// <summary>How the platform asks a replica how it is.</summary>
internal static class AppsProbes
{
    /// <summary>The probes of the contract; the ports by number.</summary>
    public static ContainerAppProbeArgs[] Of(ServiceSpec service) =>
        [.. (service.Probes?.All() ?? []).Select(named => Http(
            named.Name switch { "startup" => ProbeType.Startup, "liveness" => ProbeType.Liveness, _ => ProbeType.Readiness },
            service.Ports.Single(port => port.Name == named.Probe.Port).Port,
            named.Probe))];

    private static ContainerAppProbeArgs Http(ProbeType type, int port, ProbeSpec probe)
    {
        var args = new ContainerAppProbeArgs
        {
            Type = type,
            HttpGet = new ContainerAppProbeHttpGetArgs { Path = probe.Path, Port = port, Scheme = Scheme.HTTP },
            PeriodSeconds = probe.PeriodSeconds,
            TimeoutSeconds = probe.TimeoutSeconds,
            FailureThreshold = probe.FailureThreshold,
            SuccessThreshold = probe.SuccessThreshold,
        };
        if (probe.InitialDelaySeconds > 0)
        {
            args.InitialDelaySeconds = probe.InitialDelaySeconds;
        }
        return args;
    }
}
