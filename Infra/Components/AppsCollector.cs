using Microblog.Infra.Capacity;
using Pulumi;
using Pulumi.AzureNative.App;
using Pulumi.AzureNative.App.Inputs;
using ProbeType = Pulumi.AzureNative.App.Type;

namespace Microblog.Infra.Components;

/// <summary>
/// The OpenTelemetry Collector that all services send to. Its configuration, <c>Apps/collector.yaml</c>, says where things go; it travels in an environment
/// variable, so that the official image is used as it is.
/// </summary>
internal static class AppsCollector
{
    /// <summary>Its name among the apps, in the vault and among the identities.</summary>
    public const string Name = "collector";

    /// <summary>The official image, by digest; key <c>microblog:collectorImage</c> for a copy in a registry of one's own.</summary>
    public const string DefaultImage = "otel/opentelemetry-collector-contrib:0.159.0@sha256:1f2c54a30e713fac6b3ae77a1ec84010c2007e29ced8ec666214fc2f6739c1cc";

    private const string ConnectionSecret = "telemetry-connection";
    private const int OtlpPort = 4317;
    private const int HealthPort = 13133;
    private const int GraceSeconds = 30;

    /// <summary>Where the services find it: over TLS, as gRPC.</summary>
    public static string Address(Naming names, string domain) => $"https://{names.Of(Name)}.internal.{domain}";

    /// <summary>Makes it.</summary>
    public static ContainerApp Make(Context context, Groups groups, Identity identity, Registry registry, Observability observability, ManagedEnvironment environment, Resource parent)
    {
        var secret = identity.Secret(parent, ConnectionSecret, observability.ApplicationInsightsConnectionString, Name);
        var identityId = identity.Of(Name).Id;
        return new ContainerApp(Name, new ContainerAppArgs
        {
            ResourceGroupName = groups.App.Name,
            ContainerAppName = context.Names.Of(Name),
            Location = context.Settings.Region.Name,
            EnvironmentId = environment.Id,
            WorkloadProfileName = AppsReplicas.Consumption,
            Identity = new ManagedServiceIdentityArgs { Type = ManagedServiceIdentityType.UserAssigned, UserAssignedIdentities = identityId },
            Configuration = new ConfigurationArgs
            {
                ActiveRevisionsMode = ActiveRevisionsMode.Single,
                // For an image that was imported; for others it says nothing.
                Registries = new RegistryCredentialsArgs { Server = registry.LoginServer, Identity = identityId },
                Secrets = new SecretArgs { Name = ConnectionSecret, KeyVaultUrl = secret.Url, Identity = identityId },
                IdentitySettings = new IdentitySettingsArgs { Identity = identityId, Lifecycle = IdentitySettingsLifeCycle.None },
                Ingress = new IngressArgs
                {
                    External = false,
                    TargetPort = OtlpPort,
                    Transport = IngressTransportMethod.Http2,
                    AllowInsecure = false,
                    Traffic = new TrafficWeightArgs { LatestRevision = true, Weight = 100 },
                },
            },
            Template = new TemplateArgs
            {
                Containers = Container(context.Settings.CollectorImage ?? DefaultImage),
                TerminationGracePeriodSeconds = GraceSeconds,
                Scale = new ScaleArgs
                {
                    MinReplicas = MinReplicas(context),
                    MaxReplicas = 10 * MinReplicas(context),
                    PollingInterval = AppsScaling.PollingSeconds,
                    CooldownPeriod = AppsScaling.CooldownSeconds,
                    Rules = AppsContainer.Rule(AppsScaling.Cpu),
                },
            },
            Tags = context.Tags,
        }, new CustomResourceOptions { Parent = parent, DependsOn = new Resource[] { registry.AllowPull(Name), registry.Endpoint }.Concat(secret.Ready).ToArray() });
    }

    /// <summary>One in every zone.</summary>
    public static int MinReplicas(Context context) => AppsSizing.CollectorReplicas(context.Settings.Topology);

    private static ContainerArgs Container(string image) => new()
    {
        Name = Name,
        Image = image,
        Args = "--config=env:COLLECTOR_CONFIG",
        Env = new[]
        {
            new EnvironmentVarArgs { Name = "APPLICATIONINSIGHTS_CONNECTION_STRING", SecretRef = ConnectionSecret },
            new EnvironmentVarArgs { Name = "COLLECTOR_CONFIG", Value = Configuration() },
        },
        Resources = new ContainerResourcesArgs { Cpu = AppsSizing.CollectorCores, Memory = FormattableString.Invariant($"{AppsSizing.CollectorGiB}Gi") },
        Probes = new[] { Probe(ProbeType.Startup), Probe(ProbeType.Liveness), Probe(ProbeType.Readiness) },
    };

    private static ContainerAppProbeArgs Probe(ProbeType type) => new()
    {
        Type = type,
        HttpGet = new ContainerAppProbeHttpGetArgs { Path = "/", Port = HealthPort, Scheme = Scheme.HTTP },
        PeriodSeconds = 10,
        TimeoutSeconds = 5,
        FailureThreshold = 3,
        SuccessThreshold = 1,
    };

    private static string Configuration()
    {
        using var stream = typeof(AppsCollector).Assembly.GetManifestResourceStream("Microblog.Infra.Components.Apps.collector.yaml")
            ?? throw new InvalidOperationException("The configuration of the collector is not in this assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
