using Microblog.Infra.Capacity;
using Pulumi;
using Pulumi.AzureNative.App;
using Pulumi.AzureNative.App.Inputs;

namespace Microblog.Infra.Components;

/// <summary>Where the containers run: inside the network, over three zones, without an address on the internet.</summary>
internal static class AppsEnvironment
{
    /// <summary>Name of the profile that only the ingress runs on.</summary>
    public const string IngressProfile = "ingress";

    /// <summary>Longest that a request may be silent, minutes. Streams say something more often; this is for slow uploads and for what a proxy holds back.</summary>
    private const int IdleMinutes = 30;

    /// <summary>Seconds that a proxy which is to go waits for open requests.</summary>
    private const int IngressGraceSeconds = 60;

    /// <summary>UTC hour at which the weekly window for Azure's own maintenance opens, and how long it is: eight hours are the shortest.</summary>
    private const int MaintenanceHour = 1, MaintenanceHours = 8;

    private static readonly WeekDay[] Days = [WeekDay.Sunday, WeekDay.Monday, WeekDay.Tuesday, WeekDay.Wednesday, WeekDay.Thursday, WeekDay.Friday, WeekDay.Saturday];

    /// <summary>Name of the group in which Azure keeps the environment's load balancer and addresses; it makes and removes the group itself.</summary>
    public static string ManagedGroup(Context context) => context.Names.Of("apps-managed");

    /// <summary>Makes the environment.</summary>
    public static ManagedEnvironment Make(Context context, Groups groups, Network network, Observability observability, Resource parent)
    {
        var ingress = context.Plan.Ingress;
        var args = new ManagedEnvironmentArgs
        {
            ResourceGroupName = groups.App.Name,
            EnvironmentName = context.Names.Of("apps"),
            InfrastructureResourceGroup = ManagedGroup(context),
            Location = context.Settings.Region.Name,
            ZoneRedundant = context.Settings.ZoneRedundant,
            VnetConfiguration = new VnetConfigurationArgs { InfrastructureSubnetId = network.AppsSubnetId, Internal = true },
            PublicNetworkAccess = PublicNetworkAccess.Disabled,
            WorkloadProfiles = Profiles(context.Plan.Apps, ingress),
            PeerAuthentication = new ManagedEnvironmentPeerAuthenticationArgs { Mtls = new MtlsArgs { Enabled = true } },
            PeerTrafficConfiguration = new ManagedEnvironmentPeerTrafficConfigurationArgs { Encryption = new ManagedEnvironmentEncryptionArgs { Enabled = true } },
            // By diagnostic setting, which needs no key of the workspace.
            AppLogsConfiguration = new AppLogsConfigurationArgs { Destination = "azure-monitor" },
            Tags = context.Tags,
        };
        if (ingress is not null)
        {
            args.IngressConfiguration = new IngressConfigurationArgs { WorkloadProfileName = IngressProfile, RequestIdleTimeout = IdleMinutes, TerminationGracePeriodSeconds = IngressGraceSeconds };
        }
        var environment = new ManagedEnvironment("apps", args, new CustomResourceOptions { Parent = parent, CustomTimeouts = Context.Slow });
        observability.Diagnose(parent, "apps", environment.Id);
        _ = new MaintenanceConfiguration("apps-maintenance", new MaintenanceConfigurationArgs
        {
            ResourceGroupName = groups.App.Name,
            EnvironmentName = environment.Name,
            // The only name that there may be.
            ConfigName = "default",
            ScheduledEntries = new ScheduledEntryArgs { WeekDay = Days[context.Settings.Database.MaintenanceDay], StartHourUtc = MaintenanceHour, DurationHours = MaintenanceHours },
        }, new CustomResourceOptions { Parent = parent });
        return environment;
    }

    private static WorkloadProfileArgs[] Profiles(AppsSize apps, IngressSizing? ingress)
    {
        var profiles = new List<WorkloadProfileArgs> { new() { Name = AppsReplicas.Consumption, WorkloadProfileType = AppsReplicas.Consumption } };
        if (apps.IsDedicated)
        {
            profiles.Add(new() { Name = apps.WorkloadProfile, WorkloadProfileType = apps.WorkloadProfile, MinimumCount = apps.MinNodes, MaximumCount = apps.MaxNodes });
        }
        if (ingress is not null)
        {
            profiles.Add(new() { Name = IngressProfile, WorkloadProfileType = ingress.Profile, MinimumCount = ingress.MinNodes, MaximumCount = ingress.MaxNodes });
        }
        return [.. profiles];
    }
}
