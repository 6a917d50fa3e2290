using System.Collections.Immutable;
using Microblog.Infra.AppModel;
using Pulumi;
using Pulumi.AzureNative.App;
using Pulumi.AzureNative.App.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Makes a service that keeps running a container app.</summary>
internal static class AppsContainer
{
    /// <summary>Old revisions that can still be gone back to by name.</summary>
    private const int KeptRevisions = 10;

    /// <summary>
    /// Makes the app. Azure names its revisions: a suffix of ours, made from what is in the template, would collide with the revision that has it already
    /// when a rollback deploys the image before last once more.
    /// </summary>
    /// <param name="host">What it is made with.</param>
    /// <param name="parent">The component.</param>
    /// <param name="service">The service.</param>
    /// <param name="after">The services that it waits for.</param>
    public static ContainerApp Make(AppsHost host, Resource parent, ServiceSpec service, IEnumerable<Resource> after)
    {
        var (context, workload) = (host.Context, AppsWorkload.Of(host, service));
        var replicas = AppsReplicas.Of(service, context.Model, context.Plan);
        var name = context.Names.Of(service.Name);
        var rollout = AppsRollout.Of(name, context.Settings.Rollout);
        var configuration = new ConfigurationArgs
        {
            ActiveRevisionsMode = rollout.Stable is null ? ActiveRevisionsMode.Single : ActiveRevisionsMode.Multiple,
            MaxInactiveRevisions = KeptRevisions,
            Registries = workload.Registry,
            Secrets = workload.Secrets,
            IdentitySettings = workload.IdentityUse,
        };
        if (AppsPorts.Of(service, context.Model) is { } ports)
        {
            configuration.Ingress = Ingress(ports, rollout);
        }
        workload.Container.Probes = AppsProbes.Of(service);
        return new ContainerApp(service.Name, new ContainerAppArgs
        {
            ResourceGroupName = host.Groups.App.Name,
            ContainerAppName = name,
            Location = context.Settings.Region.Name,
            EnvironmentId = host.Environment.Id,
            WorkloadProfileName = replicas.Profile,
            Identity = workload.Identity,
            Configuration = configuration,
            Template = new TemplateArgs
            {
                Containers = workload.Container,
                Volumes = workload.Volumes,
                TerminationGracePeriodSeconds = service.TerminationGraceSeconds,
                Scale = new ScaleArgs
                {
                    MinReplicas = replicas.Min,
                    MaxReplicas = replicas.Max,
                    PollingInterval = AppsScaling.PollingSeconds,
                    CooldownPeriod = AppsScaling.CooldownSeconds,
                    Rules = AppsScaling.Of(service, context.Model, replicas, context.Settings.Load).Select(rule => Rule(rule, context.Model, workload)).ToArray(),
                },
            },
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = parent, DependsOn = workload.Ready.Concat(after).Distinct().ToArray() });
    }

    /// <summary>A rule as Container Apps wants it.</summary>
    public static ScaleRuleArgs Rule(AppsScaling rule, AppContract? model = null, AppsWorkload? workload = null)
    {
        var metadata = rule.Metadata.ToImmutableDictionary();
        if (rule.Type == "http")
        {
            return new ScaleRuleArgs { Name = rule.Name, Http = new HttpScaleRuleArgs { Metadata = metadata } };
        }
        var scaler = new CustomScaleRuleArgs { Type = rule.Type, Metadata = metadata };
        if (rule.Type == AppsScaling.RabbitMQ)
        {
            scaler.Auth.Add(new ScaleRuleAuthArgs { TriggerParameter = "host", SecretRef = AppsSecrets.BrokerAddress(model!) });
            if (workload!.IsBrokerPrivate)
            {
                scaler.Auth.Add(new ScaleRuleAuthArgs { TriggerParameter = "tls", SecretRef = AppsSecrets.BrokerTls });
                scaler.Auth.Add(new ScaleRuleAuthArgs { TriggerParameter = "ca", SecretRef = AppsSecrets.BrokerAuthority });
            }
        }
        return new ScaleRuleArgs { Name = rule.Name, Custom = scaler };
    }

    private static IngressArgs Ingress(AppsPorts ports, AppsRollout rollout)
    {
        var ingress = new IngressArgs
        {
            // For Front Door, by its private link: an internal environment has no address on the internet.
            External = ports.External,
            TargetPort = ports.Target.Port,
            Transport = ports.Target.Transport switch
            {
                PortTransport.Http2 => IngressTransportMethod.Http2,
                PortTransport.Tcp => IngressTransportMethod.Tcp,
                _ => IngressTransportMethod.Auto,
            },
            AllowInsecure = false,
            AdditionalPortMappings = ports.Further.Select(port => new IngressPortMappingArgs { External = false, TargetPort = port.Port, ExposedPort = port.Port }).ToArray(),
        };
        if (ports.Target.Transport is PortTransport.Tcp)
        {
            ingress.ExposedPort = ports.Target.Port;
        }
        if (rollout.Stable is { } stable)
        {
            ingress.Traffic.Add(new TrafficWeightArgs { RevisionName = stable, Weight = 100 - rollout.NewestWeight });
        }
        ingress.Traffic.Add(new TrafficWeightArgs { LatestRevision = true, Weight = rollout.NewestWeight });
        return ingress;
    }
}
