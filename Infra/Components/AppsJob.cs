using Microblog.Infra.AppModel;
using Pulumi;
using Pulumi.AzureNative.App;
using Pulumi.AzureNative.App.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Makes what runs once and ends a job.</summary>
internal static class AppsJob
{
    /// <summary>Seconds after which a job is given up: building an index of a large table takes hours.</summary>
    private const int TimeoutSeconds = 4 * 3600;

    /// <summary>
    /// A job of the contract. Nothing here starts it: the deployment does, after this program has given it the new image and before the services get theirs
    /// (docs/operations.md), and goes on only when it ended well.
    /// </summary>
    public static Job Make(AppsHost host, Resource parent, ServiceSpec service) =>
        Make(host, parent, service.Name, AppsWorkload.Of(host, service), TimeoutSeconds, cron: null);

    /// <summary>A run beside the services.</summary>
    public static Job Make(AppsHost host, Resource parent, string name, AppsRun run) =>
        Make(host, parent, name, AppsWorkload.Of(host, run), run.TimeoutSeconds, run.Cron);

    private static Job Make(AppsHost host, Resource parent, string name, AppsWorkload workload, int timeoutSeconds, string? cron)
    {
        var configuration = new JobConfigurationArgs
        {
            TriggerType = cron is null ? TriggerType.Manual : TriggerType.Schedule,
            ReplicaTimeout = timeoutSeconds,
            // Whoever started it decides whether once more can help.
            ReplicaRetryLimit = 0,
            Registries = workload.Registry,
            Secrets = workload.Secrets,
            IdentitySettings = workload.IdentityUse,
        };
        if (cron is null)
        {
            configuration.ManualTriggerConfig = new JobConfigurationManualTriggerConfigArgs { Parallelism = 1, ReplicaCompletionCount = 1 };
        }
        else
        {
            configuration.ScheduleTriggerConfig = new JobConfigurationScheduleTriggerConfigArgs { CronExpression = cron, Parallelism = 1, ReplicaCompletionCount = 1 };
        }
        return new Job(name, new JobArgs
        {
            ResourceGroupName = host.Groups.App.Name,
            JobName = host.Context.Names.Of(name),
            Location = host.Context.Settings.Region.Name,
            EnvironmentId = host.Environment.Id,
            WorkloadProfileName = AppsReplicas.Consumption,
            Identity = workload.Identity,
            Configuration = configuration,
            Template = new JobTemplateArgs { Containers = workload.Container, Volumes = workload.Volumes },
            Tags = host.Context.Tags,
        }, new CustomResourceOptions { Parent = parent, DependsOn = workload.Ready.ToArray() });
    }
}
